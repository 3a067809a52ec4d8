variable "web_acl" {
  description = "See the variable of the same name of the module around."
  type = object({
    arn = optional(string)
  })
}

variable "web_acl_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  web_acl = nonsensitive(var.web_acl)
}

module "web_acl_keys" {
  source = "./keys"

  api    = var.name
  input  = "web_acl"
  places = [for given in [nonsensitive(var.web_acl_as_given)] : { at = "web_acl", given = given, typed = local.web_acl, required = ["arn"] } if nonsensitive(given != null)]
}

output "web_acl" {
  description = "The input, with its defaults."
  value = nonsensitive(local.web_acl == null) ? null : {
    arn = nonsensitive(local.web_acl.arn)
  }

  depends_on = [module.web_acl_keys]
}
