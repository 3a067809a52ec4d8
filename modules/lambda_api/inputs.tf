# The object inputs. Each is looked at as it was given, for misspelt keys and wrong types, and then converted to the type that
# its description states, with defaults and no attribute absent. What resources read is module.inputs.NAME.
locals {
  condition_types = { test = "string, required", variable = "string, required", values = "list of strings, required" }
}

module "image_config" {
  source = "./keys"

  api    = var.name
  input  = "image_config"
  given  = var.image_config
  places = [for given in [nonsensitive(var.image_config)] : { at = "image_config", given = given, types = { command = "list of strings", entry_point = "list of strings", working_directory = "string" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "logging_config" {
  source = "./keys"

  api    = var.name
  input  = "logging_config"
  given  = var.logging_config
  places = [for given in [nonsensitive(var.logging_config)] : { at = "logging_config", given = given, types = { log_format = "string", application_log_level = "string", system_log_level = "string" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "access_logs" {
  source = "./keys"

  api    = var.name
  input  = "access_logs"
  given  = var.access_logs
  places = [for given in [nonsensitive(var.access_logs)] : { at = "access_logs", given = given, types = { fields = "map of strings" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "throttling" {
  source = "./keys"

  api    = var.name
  input  = "throttling"
  given  = var.throttling
  places = [for given in [nonsensitive(var.throttling)] : { at = "throttling", given = given, types = { rate_limit = "number, required", burst_limit = "number, required" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "web_acl" {
  source = "./keys"

  api    = var.name
  input  = "web_acl"
  given  = var.web_acl
  places = [for given in [nonsensitive(var.web_acl)] : { at = "web_acl", given = given, types = { arn = "string, required" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "vpc" {
  source = "./keys"

  api    = var.name
  input  = "vpc"
  given  = var.vpc
  places = [for given in [nonsensitive(var.vpc)] : { at = "vpc", given = given, types = { id = "string, required", subnet_ids = "list of strings, required", security_group_ids = "list of strings", create_security_group = "bool", ipv6 = "bool" } } if startswith(nonsensitive(jsonencode(given)), "{")]
}

module "domain" {
  source = "./keys"

  api   = var.name
  input = "domain"
  given = var.domain
  places = concat(
    [for given in [nonsensitive(var.domain)] : { at = "domain", given = given, types = { name = "string, required", certificate_arn = "string", base_path = "string", hosted_zone = "object", disable_execute_api_endpoint = "bool", create = "bool", security_policy = "string", ip_address_type = "string", mutual_tls = "object" } } if startswith(nonsensitive(jsonencode(given)), "{")],
    flatten([for given in [nonsensitive(var.domain)] : [
      for nested in [nonsensitive(lookup(given, "hosted_zone", null))] : { at = "domain.hosted_zone", given = nested, types = { id = "string, required" } } if startswith(nonsensitive(jsonencode(nested)), "{")
    ] if startswith(nonsensitive(jsonencode(given)), "{")]),
    flatten([for given in [nonsensitive(var.domain)] : [
      for nested in [nonsensitive(lookup(given, "mutual_tls", null))] : { at = "domain.mutual_tls", given = nested, types = { truststore_uri = "string, required", truststore_version = "string" } } if startswith(nonsensitive(jsonencode(nested)), "{")
    ] if startswith(nonsensitive(jsonencode(given)), "{")]),
  )
}

module "authorizer" {
  source = "./keys"

  api   = var.name
  input = "authorizer"
  given = var.authorizer
  places = concat(
    [for given in [nonsensitive(var.authorizer)] : { at = "authorizer", given = given, types = { jwt = "object", cognito = "object", lambda = "object", iam = "bool" } } if startswith(nonsensitive(jsonencode(given)), "{")],
    flatten([for given in [nonsensitive(var.authorizer)] : [
      for nested in [nonsensitive(lookup(given, "jwt", null))] : { at = "authorizer.jwt", given = nested, types = { issuer = "string, required", audience = "list of strings, required", scopes = "list of strings" } } if startswith(nonsensitive(jsonencode(nested)), "{")
    ] if startswith(nonsensitive(jsonencode(given)), "{")]),
    flatten([for given in [nonsensitive(var.authorizer)] : [
      for nested in [nonsensitive(lookup(given, "cognito", null))] : { at = "authorizer.cognito", given = nested, types = { user_pool_arns = "list of strings, required", scopes = "list of strings" } } if startswith(nonsensitive(jsonencode(nested)), "{")
    ] if startswith(nonsensitive(jsonencode(given)), "{")]),
    flatten([for given in [nonsensitive(var.authorizer)] : [
      for nested in [nonsensitive(lookup(given, "lambda", null))] : { at = "authorizer.lambda", given = nested, types = { function_name = "string, required", qualifier = "string", invoke_arn = "string, required", headers = "list of strings", cache_seconds = "number" } } if startswith(nonsensitive(jsonencode(nested)), "{")
    ] if startswith(nonsensitive(jsonencode(given)), "{")]),
  )
}

locals {
  resource_policy_statements_types = { sid = "string", effect = "string", principals = "list of strings", paths = "list of strings", conditions = "list of objects" }
}

module "resource_policy_statements" {
  source = "./keys"

  api   = var.name
  input = "resource_policy_statements"
  given = var.resource_policy_statements
  places = concat(
    [for number, given in nonsensitive(var.resource_policy_statements) : { at = "resource_policy_statements[${number}]", given = nonsensitive(given), types = local.resource_policy_statements_types }],
    flatten([for number, given in nonsensitive(var.resource_policy_statements) : [for conditions in [nonsensitive(lookup(nonsensitive(given), "conditions", null))] : [
      for index, condition in conditions : { at = "resource_policy_statements[${number}].conditions[${index}]", given = nonsensitive(condition), types = local.condition_types }
    ] if startswith(nonsensitive(jsonencode(conditions)), "[")]]),
  )
}

locals {
  extra_iam_statements_types = { sid = "string", effect = "string", actions = "list of strings, required", resources = "list of strings, required", conditions = "list of objects" }
}

module "extra_iam_statements" {
  source = "./keys"

  api   = var.name
  input = "extra_iam_statements"
  given = var.extra_iam_statements
  places = concat(
    [for number, given in nonsensitive(var.extra_iam_statements) : { at = "extra_iam_statements[${number}]", given = nonsensitive(given), types = local.extra_iam_statements_types }],
    flatten([for number, given in nonsensitive(var.extra_iam_statements) : [for conditions in [nonsensitive(lookup(nonsensitive(given), "conditions", null))] : [
      for index, condition in conditions : { at = "extra_iam_statements[${number}].conditions[${index}]", given = nonsensitive(condition), types = local.condition_types }
    ] if startswith(nonsensitive(jsonencode(conditions)), "[")]]),
  )
}

module "inputs" {
  source = "./inputs"

  image_config               = module.image_config.given
  logging_config             = module.logging_config.given
  access_logs                = module.access_logs.given
  throttling                 = module.throttling.given
  web_acl                    = module.web_acl.given
  vpc                        = module.vpc.given
  domain                     = module.domain.given
  authorizer                 = module.authorizer.given
  resource_policy_statements = module.resource_policy_statements.given
  extra_iam_statements       = module.extra_iam_statements.given
}
