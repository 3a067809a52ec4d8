variable "vpc" {
  description = <<-EOT
    Run the function in a VPC. null: in none. An object:
    - `id` (string, required): id of the VPC
    - `subnet_ids` (list of strings, required): two or more, in different availability zones, private, with a way out if the function needs one
    - `security_group_ids` (list of strings, default []): security groups to join besides the module's own
    - `create_security_group` (bool, default true): whether the module makes one
    - `ipv6` (bool, default false): the subnets are dual-stack
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.vpc == null ? true : lookup(var.vpc, "id", null) != null || length(setsubtract(nonsensitive(keys(var.vpc)), ["id", "subnet_ids", "security_group_ids", "create_security_group", "ipv6"])) > 0
    error_message = "vpc has no id, only subnet_ids ${nonsensitive(jsonencode(try(var.vpc.subnet_ids, [])))}: write vpc = { id = \"vpc-…\", subnet_ids = [\"subnet-…\", \"subnet-…\"] }, or leave vpc out."
  }

  validation {
    condition     = try(var.vpc.id, null) == null ? true : can(regex("^vpc-[0-9a-f]+$", var.vpc.id))
    error_message = "vpc.id ${nonsensitive(jsonencode(try(var.vpc.id, null)))} is no VPC id: write \"vpc-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : length(distinct(lookup(var.vpc, "subnet_ids", null) == null ? [] : var.vpc.subnet_ids)) >= 2 || length(setsubtract(nonsensitive(keys(var.vpc)), ["id", "subnet_ids", "security_group_ids", "create_security_group", "ipv6"])) > 0
    error_message = "vpc.subnet_ids ${nonsensitive(jsonencode(try(var.vpc.subnet_ids, [])))} names fewer than two subnets, and one availability zone's failure would take the API down: write two or more, in different zones."
  }

  validation {
    condition     = try(var.vpc.subnet_ids, null) == null ? true : alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "vpc.subnet_ids ${nonsensitive(jsonencode(try(var.vpc.subnet_ids, [])))} has an entry that is no subnet id: write \"subnet-\" and hexadecimal digits."
  }

  validation {
    condition     = try(var.vpc.security_group_ids, null) == null ? true : alltrue([for id in var.vpc.security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "vpc.security_group_ids ${nonsensitive(jsonencode(try(var.vpc.security_group_ids, null)))} has an entry that is no security group id: write \"sg-\" and hexadecimal digits."
  }

  validation {
    condition     = try(var.vpc.security_group_ids, null) == null ? true : length(var.vpc.security_group_ids) <= (try(var.vpc.create_security_group, true) == false ? 5 : 4)
    error_message = "vpc.security_group_ids ${nonsensitive(jsonencode(try(var.vpc.security_group_ids, null)))} has more than four entries: Lambda takes five security groups and the module adds its own, unless vpc.create_security_group is false."
  }

  validation {
    condition     = try(var.vpc.create_security_group, true) != false || try(length(var.vpc.security_group_ids), 0) > 0
    error_message = "vpc.create_security_group is false and vpc.security_group_ids is [], so the function would be in no security group: name one, or leave create_security_group out."
  }
}
