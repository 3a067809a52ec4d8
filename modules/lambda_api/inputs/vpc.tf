variable "vpc" {
  description = "See the variable of the same name of the module around."
  type = object({
    id                    = optional(string)
    subnet_ids            = optional(list(string))
    security_group_ids    = optional(list(string), [])
    create_security_group = optional(bool, true)
    ipv6                  = optional(bool, false)
  })
}

variable "vpc_as_given" {
  description = "The same before the conversion."
  type        = any
}

locals {
  vpc = nonsensitive(var.vpc)
}

module "vpc_keys" {
  source = "./keys"

  api    = var.name
  input  = "vpc"
  places = [for given in [nonsensitive(var.vpc_as_given)] : { at = "vpc", given = given, typed = local.vpc, required = ["id", "subnet_ids"] } if nonsensitive(given != null)]
}

output "vpc" {
  description = "The input, with its defaults."
  value = nonsensitive(local.vpc == null) ? null : {
    id                    = nonsensitive(local.vpc.id)
    subnet_ids            = nonsensitive(local.vpc.subnet_ids == null) ? null : [for item in nonsensitive(local.vpc.subnet_ids) : nonsensitive(item)]
    security_group_ids    = nonsensitive(local.vpc.security_group_ids == null) ? null : [for item in nonsensitive(local.vpc.security_group_ids) : nonsensitive(item)]
    create_security_group = nonsensitive(local.vpc.create_security_group)
    ipv6                  = nonsensitive(local.vpc.ipv6)
  }

  depends_on = [module.vpc_keys]
}
