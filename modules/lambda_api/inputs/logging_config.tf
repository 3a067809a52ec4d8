variable "logging_config" {
  description = "See the variable of this name of the module around."
  type = object({
    log_format            = optional(string, "JSON")
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
}

locals {
  logging_config = nonsensitive(var.logging_config)
}

output "logging_config" {
  description = "The input, with its defaults."
  value = nonsensitive(local.logging_config == null) ? null : {
    log_format            = nonsensitive(local.logging_config.log_format)
    application_log_level = nonsensitive(local.logging_config.application_log_level)
    system_log_level      = nonsensitive(local.logging_config.system_log_level)
  }
}
