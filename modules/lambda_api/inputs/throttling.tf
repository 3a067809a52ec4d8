variable "throttling" {
  description = "See the variable of the same name of the module around."
  type = object({
    rate_limit  = optional(number)
    burst_limit = optional(number)
  })
}

variable "throttling_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  throttling = nonsensitive(var.throttling)
}

module "throttling_keys" {
  source = "./keys"

  api    = var.name
  input  = "throttling"
  places = [for given in [nonsensitive(var.throttling_as_given)] : { at = "throttling", given = given, typed = local.throttling, required = ["rate_limit", "burst_limit"] } if nonsensitive(given != null)]
}

output "throttling" {
  description = "The input, with its defaults."
  value = nonsensitive(local.throttling == null) ? null : {
    rate_limit  = nonsensitive(local.throttling.rate_limit)
    burst_limit = nonsensitive(local.throttling.burst_limit)
  }

  depends_on = [module.throttling_keys]
}
