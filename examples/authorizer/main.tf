# An API for signed-in users: API Gateway checks the token of every request, and asks for none on preflights.

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
  # The tokens are checked before the function, so that the app needs not know of them.
  description = "The image of ../quickstart, the same for every gateway, pushed to Amazon ECR; best by digest."
  type        = string
  default     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api:1.0.0"
}

variable "issuer" {
  description = "Who signs the tokens, their claim iss: an OpenID Connect provider, such as https://cognito-idp.REGION.amazonaws.com/POOL."
  type        = string
  default     = "https://id.example.com"
  nullable    = false
}

variable "audience" {
  description = "Whom the tokens are for: their claim aud, or client_id where there is no aud, has to be one of these."
  type        = list(string)
  default     = ["items-api"]
  nullable    = false
}

provider "aws" {
  region = var.region
}

module "api" {
  source = "../../modules/lambda_api"

  name      = "items-authorized"
  image_uri = var.image_uri

  # What Lambda calls in the image: the name `handler` in app.py.
  image_config = { command = ["app.handler"] }

  gateway = "http"

  authorizer = { jwt = { issuer = var.issuer, audience = var.audience } }

  # A browser never sends a token with a preflight, so asking for one there refuses every page. The module names each
  # method in a route of its own: ANY would take OPTIONS too, and the authorizer with it.
  cors = {
    allow_origins = ["https://app.example.com", "https://admin.example.com"]

    # The token is in a header that the page sets. * would not cover authorization; it has to be listed.
    allow_headers = ["authorization", "content-type"]

    # Credentials are what the browser adds by itself, cookies above all: a token in a header needs none.
    allow_credentials = false
  }
}

output "url" {
  description = "Address of the API. Calls need the header Authorization: Bearer TOKEN."
  value       = module.api.url
}

output "cors" {
  description = "The policy as deployed, and what this gateway cannot do: the authorizer's refusals may be unreadable for pages."
  value       = module.api.cors
}
