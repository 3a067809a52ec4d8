variable "throttling" {
  description = "See the variable of this name of the module around."
  type = object({
    rate_limit  = optional(number)
    burst_limit = optional(number)
  })
}

locals {
  throttling = nonsensitive(var.throttling)
}

output "throttling" {
  description = "The input, with its defaults."
  value = nonsensitive(local.throttling == null) ? null : {
    rate_limit  = nonsensitive(local.throttling.rate_limit)
    burst_limit = nonsensitive(local.throttling.burst_limit)
  }
}
