# What was given, field by field. Nothing is converted: the JSON text of a value tells its type, "true" from true
# and null from nothing, for values of any type and also for values that are known only after apply. Every value is
# taken on its own, for one that is unknown would make a text of all of them unknown. A policy stands in every response,
# so nothing of it is secret: a value from a parameter store is no more sensitive from here on.

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

  cors      = nonsensitive(var.cors)
  cors_json = nonsensitive(jsonencode(var.cors))
  no_cors   = local.cors_json == "null"
  is_object = startswith(local.cors_json, "{")
  given     = local.is_object ? { for name, value in local.cors : name => nonsensitive(jsonencode(value)) } : tomap({})

  # A field that is null is left out, but for the one that no policy can do without.
  json = { for name, value in local.defaults : name => (
    name != "allow_origins" && lookup(local.given, name, "null") == "null" ? jsonencode(value) : lookup(local.given, name, "[]")
  ) }
  is_list = { for name in local.lists : name => startswith(local.json[name], "[") }
  is_true = { for name in concat(["allow_credentials"], local.dangerous) : name => local.json[name] == "true" }

  item_json = { for name in local.lists : name => (
    contains(keys(local.given), name) && startswith(lookup(local.given, name, ""), "[")
    ? [for item in nonsensitive(local.cors[name]) : nonsensitive(jsonencode(item))]
    : [for item in local.is_list[name] ? local.defaults[name] : [] : jsonencode(item)]
  ) }
  items        = { for name, texts in local.item_json : name => [for json in texts : { value = jsondecode(json), json = json }] }
  strings      = { for name, items in local.items : name => [for item in items : item.value if startswith(item.json, "\"")] }
  has_wildcard = { for name, texts in local.item_json : name => contains(texts, "\"*\"") }

  is_integer = can(regex("^-?[0-9]+$", local.json.max_age))
  max_age    = local.is_integer ? tonumber(local.json.max_age) : null

  # How messages quote a value: replace(its JSON, local.longer_than_80, local.first_80). substr would not do, for it
  # counts what a reader sees as one character.
  longer_than_80 = "/^((?s:.{80}))(?s:.+)$/"
  first_80       = "$${1}…"
}
