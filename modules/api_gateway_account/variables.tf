variable "role_name" {
  description = "Name of the role; a role is global, so two regions need two names."
  type        = string
  default     = null

  validation {
    condition     = var.role_name == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name ${var.role_name == null ? "" : jsonencode(var.role_name)} cannot name a role: write 1 to 64 letters, digits or +=,.@_-."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary ${var.permissions_boundary == null ? "" : jsonencode(var.permissions_boundary)} is not the ARN of a policy: write arn:aws:iam::123456789012:policy/NAME."
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}
