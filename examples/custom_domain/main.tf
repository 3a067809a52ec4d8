# The API at https://api.example.com/v1: a REST API with a domain name, a base path and a certificate.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

variable "region" {
  description = "AWS region of the API, the same as the image's and the certificate's."
  type        = string
  default     = "us-east-1"
}

variable "image_uri" {
  description = "The image of the app.py beside this file, built with ../quickstart's Dockerfile and requirements.txt and pushed to Amazon ECR; best by digest."
  type        = string
  default     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-v1:1.0.0"
}

variable "domain_name" {
  description = "Domain name of the API."
  type        = string
  default     = "api.example.com"
  nullable    = false
}

variable "hosted_zone_id" {
  description = "Route 53 hosted zone of the domain: the certificate is made and proven there, and the API gets its record. null: the DNS is elsewhere, and certificate_arn is needed."
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "ACM certificate of the domain, issued already, where hosted_zone_id is null."
  type        = string
  default     = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
}

provider "aws" {
  region = var.region
}

module "api" {
  source = "../../modules/lambda_api"

  name      = "items-v1"
  image_uri = var.image_uri

  # What Lambda calls in the image: the name `handler` in app.py.
  image_config = { command = ["app.handler"] }

  domain = {
    name            = var.domain_name
    certificate_arn = var.hosted_zone_id == null ? var.certificate_arn : aws_acm_certificate_validation.api[0].certificate_arn

    # The app sees it as its root_path, whatever stands here.
    base_path = "v1"

    hosted_zone = var.hosted_zone_id == null ? null : { id = var.hosted_zone_id }
  }

  # Origins are those of the pages; the API's own domain is none of them. On a sub-domain of the page's site the API is
  # still another origin, but the same site: its cookies can be SameSite=Lax.
  cors = {
    allow_origins     = ["https://app.example.com", "https://*.preview.example.com"]
    allow_credentials = true
  }
}

output "url" {
  description = "Address of the API, the base path included. The one at execute-api is switched off."
  value       = module.api.url
}

output "cors" {
  description = "The policy as deployed, and what this gateway cannot do."
  value       = module.api.cors
}

output "domain_target" {
  description = "What the domain's DNS record has to point at, where the DNS is not Route 53's."
  value       = module.api.domain_target
}
