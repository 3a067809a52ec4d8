# One object input, before it is converted: a conversion to an object type would drop a misspelt key without a word. Keys are
# known where values are not, so a misspelt one fails the plan beside any value.

variable "api" {
  description = "Name of the API, for the message."
  type        = string
}

variable "input" {
  description = "Name of the input, for the message."
  type        = string
}

variable "given" {
  description = "The input as it was given."
  type        = any
}

variable "places" {
  description = "Every object in the input: a list of objects with at (its path), given, and types (each key with what the description says of it, such as \"string, required\")."
  type        = any
}

locals {
  places = [for place in var.places : merge(place, { keys = keys(place.types), given_keys = nonsensitive(keys(place.given)) })]

  # The same name written differently: case, underscores and hyphens, singular and plural.
  plain = { for key in distinct(flatten([for place in local.places : concat(place.given_keys, place.keys)])) : key => trimsuffix(replace(lower(key), "/[^a-z0-9]/", ""), "s") }

  unknown = flatten([for place in local.places : [for key in setsubtract(place.given_keys, place.keys) : {
    path = "${place.at}.${key}"
    keys = place.keys
    near = [for real in place.keys : real if(
      local.plain[real] == local.plain[key]
      || length(key) > 2 && (startswith(local.plain[real], local.plain[key]) || startswith(local.plain[key], local.plain[real]))
    )]
  }]])

  # JSON tells the type of a value that is unknown as well.
  values = flatten([for place in local.places : [for key in setintersection(place.given_keys, place.keys) : {
    path = "${place.at}.${key}"
    type = trimsuffix(place.types[key], ", required")
    json = nonsensitive(jsonencode(place.given[key]))
  }]])
  wrong = [for value in local.values : "${value.path} is ${value.json}, and has to be ${startswith(value.type, "object") ? "an" : "a"} ${value.type}" if value.json == "null" ? false : !(
    startswith(value.type, "list") ? startswith(value.json, "[") :
    startswith(value.type, "map") || startswith(value.type, "object") ? startswith(value.json, "{") :
    startswith(value.json, "[") || startswith(value.json, "{") ? false :
    value.type == "number" ? can(tonumber(jsondecode(value.json))) :
    value.type == "bool" ? can(tobool(jsondecode(value.json))) : true
  )]

  missing = flatten([for place in local.places : [for key, type in place.types : "${place.at}.${key} is missing; write it (${type})"
  if endswith(type, ", required") && (contains(place.given_keys, key) ? nonsensitive(place.given[key] == null) : true)]])

  title = "${var.input} of ${jsonencode(nonsensitive(var.api))} cannot be used:"
}

output "given" {
  description = "The input as it was given."
  value       = var.given

  precondition {
    condition = length(local.unknown) == 0
    error_message = join("\n", concat([local.title], [
      for each in local.unknown : "  - ${each.path} is not a key of it and would do nothing; write ${length(each.near) > 0 ? "${join(" or ", each.near)} (its keys are ${join(", ", each.keys)})" : "one of ${join(", ", each.keys)}"}"
    ]))
  }

  # What was misspelt is not missing.
  precondition {
    condition     = length(local.unknown) > 0 || length(local.missing) == 0
    error_message = join("\n", concat([local.title], [for text in local.missing : "  - ${text}"]))
  }

  precondition {
    condition     = length(local.wrong) == 0
    error_message = join("\n", concat([local.title], [for text in local.wrong : "  - ${text}"]))
  }
}
