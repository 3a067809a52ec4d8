variable "logging_config" {
  description = "See the variable of the same name of the module around."
  type = object({
    log_format            = optional(string, "JSON")
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
}

variable "logging_config_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  logging_config = nonsensitive(var.logging_config)
}

module "logging_config_keys" {
  source = "./keys"

  api    = var.name
  input  = "logging_config"
  places = [for given in [nonsensitive(var.logging_config_as_given)] : { at = "logging_config", given = given, typed = local.logging_config, required = [] } if nonsensitive(given != null)]
}

output "logging_config" {
  description = "The input, with its defaults."
  value = nonsensitive(local.logging_config == null) ? null : {
    log_format            = nonsensitive(local.logging_config.log_format)
    application_log_level = nonsensitive(local.logging_config.application_log_level)
    system_log_level      = nonsensitive(local.logging_config.system_log_level)
  }

  depends_on = [module.logging_config_keys]
}
