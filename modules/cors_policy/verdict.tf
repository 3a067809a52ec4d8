# What a plan says of a policy that cannot be used. Where all of it is known, that is one message with everything. What is
# known only after the apply is judged then and keeps the rest not waiting: that says what it knows, field by field, for
# no expression can leave out of one text what is not known yet.

module "verdict" {
  source = "./verdict"

  passed = var.report_only || length(local.problems) == 0
  refusal = join("\n", concat([local.title], [
    # Terraform wraps no line that starts with a space, so that each problem stays in one piece.
    for p in local.problems : "  - ${p.field}: ${p.message} (${p.code})"
  ]))
}

locals {
  title = nonsensitive(var.name == null) ? "this CORS policy cannot be used:" : "the CORS policy of ${jsonencode(nonsensitive(var.name))} cannot be used:"

  # An entry has a place to itself, as long as the list has no more of them than there are.
  places    = 8
  by_entry  = [for number, rules in local.origin_rules : [for rule in concat(rules, local.origin_credentials_rules[number]) : rule if rule.applies]]
  by_places = { for place in range(local.places) : "entry_${place}" => flatten([for number, found in local.by_entry : found if number % local.places == place]) }

  partial_problems = { for name, part in merge(
    {
      shape          = { field = null, problems = concat(local.policy_problems, [for p in concat(local.field_problems, local.list_problems) : p if local.is_object]) }
      allow_origins  = { field = "allow_origins", problems = local.string_problems.allow_origins }
      wildcard       = { field = "allow_origins", problems = local.wildcard_origin_problems }
      allow_methods  = { field = "allow_methods", problems = concat(local.string_problems.allow_methods, local.method_problems, local.name_credentials_problems.allow_methods) }
      allow_headers  = { field = "allow_headers", problems = concat(local.string_problems.allow_headers, local.request_header_problems, local.name_credentials_problems.allow_headers) }
      expose_headers = { field = "expose_headers", problems = concat(local.string_problems.expose_headers, local.exposed_header_problems, local.name_credentials_problems.expose_headers) }
      booleans       = { field = null, problems = local.boolean_problems }
      max_age        = { field = "max_age", problems = concat(local.integer_problems, local.max_age_problems) }
    },
    { for name, problems in local.by_places : name => { field = "allow_origins", problems = problems } },
  ) : name => [for p in part.problems : "  - ${lookup(p, "field", part.field)}: ${p.message} (${p.code})"] }

  partial_refusals = { for name, lines in local.partial_problems : name => join("\n", concat([local.title], lines)) }
}
