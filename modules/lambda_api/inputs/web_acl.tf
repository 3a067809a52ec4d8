variable "web_acl" {
  description = "See the variable of this name of the module around."
  type = object({
    arn = optional(string)
  })
}

locals {
  web_acl = nonsensitive(var.web_acl)
}

output "web_acl" {
  description = "The input, with its defaults."
  value = nonsensitive(local.web_acl == null) ? null : {
    arn = nonsensitive(local.web_acl.arn)
  }
}
