variable "resource_policy_statements" {
  description = "See the variable of this name of the module around."
  type = list(object({
    sid        = optional(string)
    effect     = optional(string, "Allow")
    principals = optional(list(string), ["*"])
    paths      = optional(list(string), ["*"])
    conditions = optional(list(object({
      test     = optional(string)
      variable = optional(string)
      values   = optional(list(string))
    })), [])
  }))
  nullable = false
}

output "resource_policy_statements" {
  description = "The input, with its defaults."
  value       = var.resource_policy_statements
}
