variable "image_config" {
  description = "See the variable of this name of the module around."
  type = object({
    command           = optional(list(string))
    entry_point       = optional(list(string))
    working_directory = optional(string)
  })
}

locals {
  image_config = nonsensitive(var.image_config)
}

output "image_config" {
  description = "The input, with its defaults."
  value = nonsensitive(local.image_config == null) ? null : {
    command           = nonsensitive(local.image_config.command == null) ? null : [for item in nonsensitive(local.image_config.command) : nonsensitive(item)]
    entry_point       = nonsensitive(local.image_config.entry_point == null) ? null : [for item in nonsensitive(local.image_config.entry_point) : nonsensitive(item)]
    working_directory = nonsensitive(local.image_config.working_directory)
  }
}
