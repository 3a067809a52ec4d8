variable "extra_iam_statements" {
  description = "See the variable of this name of the module around."
  type = list(object({
    sid       = optional(string)
    effect    = optional(string, "Allow")
    actions   = optional(list(string))
    resources = optional(list(string))
    conditions = optional(list(object({
      test     = optional(string)
      variable = optional(string)
      values   = optional(list(string))
    })), [])
  }))
  nullable = false
}

output "extra_iam_statements" {
  description = "The input, with its defaults."
  value       = var.extra_iam_statements
}
