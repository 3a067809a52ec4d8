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
  description = "AWS region of the API, the same as the image's."
  type        = string
  default     = "us-east-1"
}

variable "image_uri" {
  description = "The image of ../quickstart, the same for every gateway, pushed to Amazon ECR; best by digest."
  type        = string
  default     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"
}

provider "aws" {
  region = var.region
}

module "api" {
  source = "../../modules/lambda_api"

  name      = "items-http"
  image_uri = var.image_uri

  # What Lambda calls in the image: the name `handler` in app.py.
  image_config = { command = ["app.handler"] }

  gateway = "http"

  # Exact origins: API Gateway answers preflights and writes the headers; the function leaves them alone. With a pattern
  # such as https://*.preview.example.com the module would have the function do both.
  cors = {
    allow_origins     = ["https://app.example.com", "https://admin.example.com"]
    allow_credentials = true
  }
}

output "url" {
  description = "Address of the API: an HTTP API has no stage in its path."
  value       = module.api.url
}

output "cors" {
  description = "The policy as deployed, and what this gateway cannot do."
  value       = module.api.cors
}
