variable "timeout" {
  description = "Seconds the function may take: 1 to 29 behind a REST API, 30 behind an HTTP API, 900 behind a Function URL. One second below the gateway's limit, the function's own time-out is logged before the gateway gives up."
  type        = number
  default     = 28
  nullable    = false

  validation {
    condition     = var.gateway != "rest" || var.timeout <= 29
    error_message = "timeout ${var.timeout} is above API Gateway's: a REST API answers 504 after 29 seconds, while the function runs on, unseen and paid for. Write 29 or less."
  }

  validation {
    condition     = var.gateway != "http" || var.timeout <= 30
    error_message = "timeout ${var.timeout} is above API Gateway's: an HTTP API answers 503 after 30 seconds, while the function runs on, unseen and paid for. Write 30 or less."
  }

  validation {
    condition     = var.gateway != "function_url" || var.timeout <= 900
    error_message = "timeout ${var.timeout} is above Lambda's: no function runs longer than 900 seconds. Write 900 or less."
  }

  validation {
    condition     = var.timeout >= 1 && floor(var.timeout) == var.timeout
    error_message = "timeout ${var.timeout} is no number of seconds for Lambda: write a whole number, 1 or more."
  }
}

variable "memory_size" {
  description = "Memory of the function in MB, 128 to 10,240; the share of a CPU grows with it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size ${var.memory_size} is not for Lambda: write a whole number of MB from 128 to 10240."
  }
}

variable "ephemeral_storage_size" {
  description = "Size of /tmp in MB, 512 to 10,240. What is over 512 is paid for by the invocation."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_size >= 512 && var.ephemeral_storage_size <= 10240 && floor(var.ephemeral_storage_size) == var.ephemeral_storage_size
    error_message = "ephemeral_storage_size ${var.ephemeral_storage_size} is not for Lambda: write a whole number of MB from 512 to 10240."
  }
}

variable "reserved_concurrent_executions" {
  description = "How many instances of the function may run at once, taken out of the account's; more requests are throttled. 0 switches the function off; null is no limit but the account's."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrent_executions == null ? true : var.reserved_concurrent_executions >= 0 && floor(var.reserved_concurrent_executions) == var.reserved_concurrent_executions
    error_message = "reserved_concurrent_executions ${jsonencode(var.reserved_concurrent_executions)} is no number of instances: write a whole number, 0 or more, or leave it out."
  }
}

variable "provisioned_concurrent_executions" {
  description = "How many instances are kept ready, so that no request waits for a cold start; they are paid for by the hour. The API then invokes the alias \"live\" instead of the function. 0 is none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.provisioned_concurrent_executions >= 0 && floor(var.provisioned_concurrent_executions) == var.provisioned_concurrent_executions
    error_message = "provisioned_concurrent_executions ${var.provisioned_concurrent_executions} is no number of instances: write a whole number, 0 or more."
  }

  validation {
    condition     = var.reserved_concurrent_executions == null ? true : var.provisioned_concurrent_executions <= var.reserved_concurrent_executions
    error_message = "provisioned_concurrent_executions ${var.provisioned_concurrent_executions} is more than reserved_concurrent_executions ${jsonencode(var.reserved_concurrent_executions)} allows to run: write no more than that."
  }
}

variable "tracing" {
  description = "Whether AWS X-Ray traces requests, in the function and in a REST API; an HTTP API has no tracing of its own. Traces are paid for."
  type        = bool
  default     = false
  nullable    = false
}

variable "architecture" {
  description = "Instruction set the image is built for: \"x86_64\" or \"arm64\"."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture \"${var.architecture}\" is none of Lambda's: write \"x86_64\" or \"arm64\", the one the image is built for."
  }
}

variable "image_config" {
  description = <<-EOT
    What to run in the image instead of its own ENTRYPOINT, CMD and WORKDIR. null: these. An object:
    - `command` (list of strings): instead of CMD, such as ["app.handler"]
    - `entry_point` (list of strings): instead of ENTRYPOINT
    - `working_directory` (string): instead of WORKDIR
  EOT
  type        = any
  default     = null
}

variable "environment" {
  description = "The function's environment variables besides the policy's. Lambda allows 4,096 bytes for all of them together."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(keys(var.environment), "LAMBDA_CORS_KIT_POLICY")
    error_message = "environment sets LAMBDA_CORS_KIT_POLICY, which this module writes itself: take it out and state the policy in cors."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), local.reserved_variables)) == 0
    error_message = "environment sets ${nonsensitive(join(", ", setintersection(keys(var.environment), local.reserved_variables)))}, which Lambda reserves and sets itself: give your variable another name."
  }

  validation {
    condition     = alltrue([for name in keys(var.environment) : contains(local.reserved_variables, name) || can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "environment has the name ${nonsensitive(jsonencode([for name in keys(var.environment) : name if !can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))]))}, which Lambda refuses: write a letter, then one or more letters, digits or underscores."
  }

  validation {
    condition     = alltrue([for value in values(var.environment) : value != null])
    error_message = "environment has no value for ${nonsensitive(jsonencode([for name, value in var.environment : name if value == null]))}: write a string instead of null, or leave the variable out."
  }
}
