variable "image_config" {
  description = "See the variable of the same name of the module around."
  type = object({
    command           = optional(list(string))
    entry_point       = optional(list(string))
    working_directory = optional(string)
  })
}

variable "image_config_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  image_config = nonsensitive(var.image_config)
}

module "image_config_keys" {
  source = "./keys"

  api    = var.name
  input  = "image_config"
  places = [for given in [nonsensitive(var.image_config_as_given)] : { at = "image_config", given = given, typed = local.image_config, required = [] } if nonsensitive(given != null)]
}

output "image_config" {
  description = "The input, with its defaults."
  value = nonsensitive(local.image_config == null) ? null : {
    command           = nonsensitive(local.image_config.command == null) ? null : [for item in nonsensitive(local.image_config.command) : nonsensitive(item)]
    entry_point       = nonsensitive(local.image_config.entry_point == null) ? null : [for item in nonsensitive(local.image_config.entry_point) : nonsensitive(item)]
    working_directory = nonsensitive(local.image_config.working_directory)
  }

  depends_on = [module.image_config_keys]
}
