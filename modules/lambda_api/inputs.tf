# What the caller gave as an object, converted to the type that its description states: see ./inputs.
module "inputs" {
  source = "./inputs"

  name = var.name

  image_config          = var.image_config
  image_config_as_given = var.image_config

  logging_config          = var.logging_config
  logging_config_as_given = var.logging_config

  access_logs          = var.access_logs
  access_logs_as_given = var.access_logs

  throttling          = var.throttling
  throttling_as_given = var.throttling

  web_acl          = var.web_acl
  web_acl_as_given = var.web_acl

  vpc          = var.vpc
  vpc_as_given = var.vpc

  domain          = var.domain
  domain_as_given = var.domain

  authorizer          = var.authorizer
  authorizer_as_given = var.authorizer

  resource_policy_statements          = var.resource_policy_statements
  resource_policy_statements_as_given = var.resource_policy_statements

  extra_iam_statements          = var.extra_iam_statements
  extra_iam_statements_as_given = var.extra_iam_statements
}
