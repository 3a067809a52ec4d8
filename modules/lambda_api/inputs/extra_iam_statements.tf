variable "extra_iam_statements" {
  description = "See the variable of the same name of the module around."
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

variable "extra_iam_statements_as_given" {
  description = "The same before the conversion."
  type        = any
}

module "extra_iam_statements_keys" {
  source = "./keys"

  api   = var.name
  input = "extra_iam_statements"
  places = concat(
    [for number, given in nonsensitive(var.extra_iam_statements_as_given) : { at = "extra_iam_statements[${number}]", given = nonsensitive(given), typed = nonsensitive(var.extra_iam_statements[number]), required = ["actions", "resources"] }],
    flatten([for number, given in nonsensitive(var.extra_iam_statements_as_given) : [for conditions in [nonsensitive(lookup(nonsensitive(given), "conditions", null))] : [
      for index, condition in conditions : { at = "extra_iam_statements[${number}].conditions[${index}]", given = nonsensitive(condition), typed = nonsensitive(nonsensitive(nonsensitive(var.extra_iam_statements[number]).conditions)[index]), required = ["test", "variable", "values"] }
    ] if nonsensitive(conditions != null)]]),
  )
}

output "extra_iam_statements" {
  description = "The input, with its defaults."
  value       = var.extra_iam_statements

  depends_on = [module.extra_iam_statements_keys]
}
