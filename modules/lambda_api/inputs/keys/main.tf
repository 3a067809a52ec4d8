# The keys of one input, compared with those of its type: a conversion to an object type drops the others without a word.
# Keys are known where values are not, so a misspelt one fails the plan beside any value.
variable "api" {
  description = "Name of the API, for the message."
  type        = string
}

variable "input" {
  description = "Name of the input, for the message."
  type        = string
}

variable "places" {
  description = "Every object of the input: a list of objects with at (its path), given, typed (the same after the conversion) and required (the keys it must have)."
  type        = any
}

locals {
  # Written differently, the same name: case, underscores and hyphens, singular and plural.
  plain = { for key in distinct(flatten([for place in var.places : concat(nonsensitive(keys(place.given)), keys(place.typed))])) : key => trimsuffix(replace(lower(key), "/[^a-z0-9]/", ""), "s") }

  unknown = flatten([for place in var.places : [for key in setsubtract(nonsensitive(keys(place.given)), keys(place.typed)) : {
    path = "${place.at}.${key}"
    keys = keys(place.typed)
    near = [for real in keys(place.typed) : real if(
      local.plain[real] == local.plain[key]
      || length(key) > 2 && (startswith(local.plain[real], local.plain[key]) || startswith(local.plain[key], local.plain[real]))
    )]
  }]])

  missing = flatten([for place in var.places : [for key in place.required : "${place.at}.${key}" if nonsensitive(place.typed[key] == null)]])

  title = "${var.input} of ${jsonencode(var.api)} cannot be used:"
}

output "checked" {
  description = "true: nothing that waits for this is reached otherwise."
  value       = true

  precondition {
    condition = length(local.unknown) == 0
    error_message = join("\n", concat([local.title], [
      for each in local.unknown : "  - ${each.path} is no key of it and would do nothing; write ${length(each.near) > 0 ? "${join(" or ", each.near)} (its keys are ${join(", ", each.keys)})" : "one of ${join(", ", each.keys)}"}"
    ]))
  }

  precondition {
    condition     = length(local.unknown) > 0 || length(local.missing) == 0
    error_message = join("\n", concat([local.title], [for path in local.missing : "  - ${path} is missing; write it"]))
  }
}
