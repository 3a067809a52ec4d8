variable "vpc" {
  description = "Run the function in a VPC: its id, two or more subnets (in different availability zones, private, with a way out if the function needs one), and security groups to join besides the module's own, which create_security_group = false leaves out. ipv6: the subnets are dual-stack."
  type = object({
    id                 = optional(string)
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])

    create_security_group = optional(bool, true)
    ipv6                  = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : var.vpc.id != null
    error_message = "vpc has no id, only subnet_ids ${jsonencode(try(var.vpc.subnet_ids, null))}: write vpc = { id = \"vpc-…\", subnet_ids = [\"subnet-…\", \"subnet-…\"] }, or leave vpc out."
  }

  validation {
    condition     = var.vpc == null ? true : var.vpc.id == null ? true : can(regex("^vpc-[0-9a-f]+$", var.vpc.id))
    error_message = "vpc.id ${jsonencode(try(var.vpc.id, null))} is no VPC id: write \"vpc-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : length(distinct(var.vpc.subnet_ids)) >= 2
    error_message = "vpc.subnet_ids ${jsonencode(try(var.vpc.subnet_ids, null))} names fewer than two subnets, and one availability zone's failure would take the API down: write two or more, in different zones."
  }

  validation {
    condition     = var.vpc == null ? true : alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "vpc.subnet_ids ${jsonencode(try(var.vpc.subnet_ids, null))} has an entry that is no subnet id: write \"subnet-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : alltrue([for id in var.vpc.security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "vpc.security_group_ids ${jsonencode(try(var.vpc.security_group_ids, null))} has an entry that is no security group id: write \"sg-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.security_group_ids) <= (var.vpc.create_security_group ? 4 : 5)
    error_message = "vpc.security_group_ids ${jsonencode(try(var.vpc.security_group_ids, null))} has more than four entries: Lambda takes five security groups and the module adds its own, unless vpc.create_security_group is false."
  }

  validation {
    condition     = var.vpc == null ? true : var.vpc.create_security_group || length(var.vpc.security_group_ids) > 0
    error_message = "vpc.create_security_group is false and vpc.security_group_ids is [], so the function would be in no security group: name one, or leave create_security_group out."
  }
}
