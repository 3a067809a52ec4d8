variable "access_logs" {
  description = "See the variable of this name of the module around."
  type = object({
    fields = optional(map(string))
  })
}

locals {
  access_logs = nonsensitive(var.access_logs)
}

output "access_logs" {
  description = "The input, with its defaults."
  value = nonsensitive(local.access_logs == null) ? null : {
    fields = nonsensitive(local.access_logs.fields == null) ? null : { for key, item in nonsensitive(local.access_logs.fields) : key => nonsensitive(item) }
  }
}
