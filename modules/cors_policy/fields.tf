# What was given, field by field. Nothing is converted: the JSON text of a value tells its type, "true" from true
# and null from nothing, for values of any type and also for values that are known only after apply.

locals {
  lists     = ["allow_origins", "allow_methods", "allow_headers", "expose_headers"]
  dangerous = ["dangerously_allow_insecure_origins", "dangerously_allow_public_suffix_wildcards"]

  # In the order in which messages name the fields.
  fields = concat(local.lists, ["allow_credentials", "max_age"], local.dangerous)

  defaults = {
    allow_origins                             = []
    allow_methods                             = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    allow_headers                             = ["authorization", "content-type"]
    expose_headers                            = []
    allow_credentials                         = false
    max_age                                   = 7200
    dangerously_allow_insecure_origins        = false
    dangerously_allow_public_suffix_wildcards = false
  }

  cors_json = jsonencode(var.cors)
  no_cors   = local.cors_json == "null"
  is_object = startswith(local.cors_json, "{")
  given     = local.is_object ? { for name, value in var.cors : name => jsonencode(value) } : tomap({})

  json    = { for name, value in local.defaults : name => lookup(local.given, name, jsonencode(value)) }
  is_list = { for name in local.lists : name => startswith(local.json[name], "[") }
  is_true = { for name in concat(["allow_credentials"], local.dangerous) : name => local.json[name] == "true" }

  items   = { for name in local.lists : name => try([for item in jsondecode(local.json[name]) : { value = item, json = jsonencode(item) } if local.is_list[name]], []) }
  strings = { for name in local.lists : name => [for item in local.items[name] : item.value if startswith(item.json, "\"")] }

  is_integer = can(regex("^-?[0-9]+$", local.json.max_age))
  max_age    = local.is_integer ? tonumber(local.json.max_age) : null

  # How messages quote a value: replace(its JSON, local.longer_than_80, local.first_80). substr would not do, for it
  # counts what a reader sees as one character.
  longer_than_80 = "/^((?s:.{80}))(?s:.+)$/"
  first_80       = "$${1}…"
}
