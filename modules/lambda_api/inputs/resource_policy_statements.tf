variable "resource_policy_statements" {
  description = "See the variable of the same name of the module around."
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

variable "resource_policy_statements_as_given" {
  description = "The same before the conversion."
  type        = any
}

module "resource_policy_statements_keys" {
  source = "./keys"

  api   = var.name
  input = "resource_policy_statements"
  places = concat(
    [for number, given in nonsensitive(var.resource_policy_statements_as_given) : { at = "resource_policy_statements[${number}]", given = nonsensitive(given), typed = nonsensitive(var.resource_policy_statements[number]), required = [] }],
    flatten([for number, given in nonsensitive(var.resource_policy_statements_as_given) : [for conditions in [nonsensitive(lookup(nonsensitive(given), "conditions", null))] : [
      for index, condition in conditions : { at = "resource_policy_statements[${number}].conditions[${index}]", given = nonsensitive(condition), typed = nonsensitive(nonsensitive(nonsensitive(var.resource_policy_statements[number]).conditions)[index]), required = ["test", "variable", "values"] }
    ] if nonsensitive(conditions != null)]]),
  )
}

output "resource_policy_statements" {
  description = "The input, with its defaults."
  value       = var.resource_policy_statements

  depends_on = [module.resource_policy_statements_keys]
}
