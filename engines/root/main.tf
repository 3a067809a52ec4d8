# Every policy of the matrix, each one deployed as a user would, in one apply.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "apis" {
  description = "By name: cors, gateway and reflect_origin of one lambda_api module. The ports in it are known when the pages are served."
  # Any type, because cors has any.
  type = any
}

module "api" {
  source   = "../../modules/lambda_api"
  for_each = var.apis

  name      = each.key
  image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/engines@sha256:${sha256("engines")}"
  gateway   = each.value.gateway
  cors      = each.value.cors

  dangerously_reflect_origin_in_gateway_responses = each.value.reflect_origin
}
