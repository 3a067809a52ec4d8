variable "function_name" {
  description = "Name of the function: the output function_name of modules/lambda_api."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.function_name))
    error_message = "function_name \"${var.function_name}\" is no function's name: write module.api.function_name."
  }
}

variable "qualifier" {
  description = "Alias of the function: the output alias of modules/lambda_api; null is the function as it was last deployed."
  type        = string
  default     = null
}

variable "cors" {
  description = "How CORS is answered: the output cors of modules/lambda_api with gateway = \"function_url\". Its writer and dialect decide whether the URL answers preflights or the function."
  type = object({
    writer = string
    dialect = optional(object({
      allow_origins     = list(string)
      allow_methods     = list(string)
      allow_headers     = list(string)
      expose_headers    = list(string)
      allow_credentials = bool
      max_age           = number
    }))
  })
  nullable = false

  validation {
    condition     = contains(["function", "gateway", "none"], var.cors.writer)
    error_message = "cors.writer \"${var.cors.writer}\" is no writer: write cors = module.api.cors."
  }

  validation {
    condition     = (var.cors.writer == "gateway") == (var.cors.dialect != null)
    error_message = "cors has the writer \"${var.cors.writer}\" and ${var.cors.dialect == null ? "no" : "a"} dialect, so that ${var.cors.dialect == null ? "nobody" : "two"} would write the headers: write cors = module.api.cors."
  }
}
