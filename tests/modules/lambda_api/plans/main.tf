# One root, many instances: the provider loads its schema once. Nothing here is ever applied.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

locals {
  image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"
  several   = { allow_origins = ["https://app.example.com", "https://*.example.org"], allow_credentials = true }
}

# Something that is known only after the apply, as a distribution's domain name is.
resource "terraform_data" "later" {
}

module "without_cors" {
  source    = "../../../../modules/lambda_api"
  name      = "several"
  image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:latest"
}

# The app answers OPTIONS itself.
module "without_cors_by_choice" {
  source      = "../../../../modules/lambda_api"
  name        = "by-choice"
  image_uri   = local.image_uri
  cors_writer = "function"
}

module "one_origin" {
  source    = "../../../../modules/lambda_api"
  name      = "one-origin"
  image_uri = local.image_uri
  cors      = { allow_origins = ["https://app.example.com"], allow_credentials = true }
}

module "any_origin" {
  source    = "../../../../modules/lambda_api"
  name      = "any-origin"
  image_uri = local.image_uri
  cors      = { allow_origins = ["*"] }
}

module "several" {
  source    = "../../../../modules/lambda_api"
  name      = "several"
  image_uri = local.image_uri
  cors      = local.several
}

module "reflected" {
  source                                          = "../../../../modules/lambda_api"
  name                                            = "several"
  image_uri                                       = local.image_uri
  cors                                            = local.several
  dangerously_reflect_origin_in_gateway_responses = true
}

# A header name with an apostrophe is a token, but none that a template can carry.
module "by_the_function" {
  source    = "../../../../modules/lambda_api"
  name      = "by-the-function"
  image_uri = local.image_uri
  cors      = { allow_origins = ["https://app.example.com"], allow_headers = ["content-type", "it's"] }
}

module "later" {
  source      = "../../../../modules/lambda_api"
  name        = "later"
  image_uri   = local.image_uri
  cors        = { allow_origins = ["https://${terraform_data.later.id}.example.com"] }
  environment = { TABLE = terraform_data.later.id }

  extra_iam_statements = [{ actions = ["dynamodb:GetItem"], resources = [terraform_data.later.id] }]
}

# The same API again, and again with one thing changed: what of it is part of a deployment?
module "same_deployment" {
  source             = "../../../../modules/lambda_api"
  name               = "several"
  image_uri          = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:2.0.0"
  cors               = local.several
  memory_size        = 1024
  log_retention_days = 7
  tags               = { Team = "web" }
}

module "other_policy" {
  source    = "../../../../modules/lambda_api"
  name      = "several"
  image_uri = local.image_uri
  cors      = merge(local.several, { max_age = 600 })
}

module "other_binary" {
  source             = "../../../../modules/lambda_api"
  name               = "several"
  image_uri          = local.image_uri
  cors               = local.several
  binary_media_types = []
}

module "everything" {
  source    = "../../../../modules/lambda_api"
  name      = "everything"
  image_uri = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/items-api@sha256:${sha256("image")}"
  cors      = local.several

  gateway            = "rest"
  stage_name         = "v1"
  binary_media_types = ["image/png"]

  timeout      = 29
  memory_size  = 256
  architecture = "arm64"
  image_config = { command = ["other.handler"], entry_point = ["/entry"], working_directory = "/srv" }
  environment  = { TABLE = "items", PASSWORD = sensitive("hidden") }

  vpc = {
    id                 = "vpc-0123456789abcdef0"
    subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }

  extra_iam_statements = [
    {
      sid       = "ReadItems"
      actions   = ["dynamodb:GetItem", "dynamodb:Query"]
      resources = ["arn:aws:dynamodb:us-east-1:123456789012:table/items"]
      conditions = [
        { test = "StringEquals", variable = "aws:RequestedRegion", values = ["us-east-1"] },
        { test = "StringEquals", variable = "aws:PrincipalTag/team", values = ["web", "ops"] },
        { test = "Bool", variable = "aws:SecureTransport", values = ["true"] },
      ]
    },
    { effect = "Deny", actions = ["dynamodb:*"], resources = ["*"] },
  ]

  permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  log_retention_days   = 0
  tags                 = { Team = "web" }
}

output "without_cors" {
  value = module.without_cors.cors
}

output "without_cors_by_choice" {
  value = module.without_cors_by_choice.cors
}

output "one_origin" {
  value = module.one_origin.cors
}

output "several" {
  value = module.several.cors
}

output "reflected" {
  value = module.reflected.cors
}

output "by_the_function" {
  value = module.by_the_function.cors
}

output "no_tag" {
  value = module.without_cors.warnings
}

output "digest" {
  value = module.everything.warnings
}

output "no_binary" {
  value = module.other_binary.cors
}

output "version" {
  value = module.several.version
}
