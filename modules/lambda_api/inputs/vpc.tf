variable "vpc" {
  description = "See the variable of this name of the module around."
  type = object({
    id                    = optional(string)
    subnet_ids            = optional(list(string))
    security_group_ids    = optional(list(string), [])
    create_security_group = optional(bool, true)
    ipv6                  = optional(bool, false)
  })
}

locals {
  vpc = nonsensitive(var.vpc)
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
}
