variable "access_logs" {
  description = "See the variable of the same name of the module around."
  type = object({
    fields = optional(map(string))
  })
}

variable "access_logs_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  access_logs = nonsensitive(var.access_logs)
}

module "access_logs_keys" {
  source = "./keys"

  api    = var.name
  input  = "access_logs"
  places = [for given in [nonsensitive(var.access_logs_as_given)] : { at = "access_logs", given = given, typed = local.access_logs, required = [] } if nonsensitive(given != null)]
}

output "access_logs" {
  description = "The input, with its defaults."
  value = nonsensitive(local.access_logs == null) ? null : {
    fields = nonsensitive(local.access_logs.fields == null) ? null : { for key, item in nonsensitive(local.access_logs.fields) : key => nonsensitive(item) }
  }

  depends_on = [module.access_logs_keys]
}
