# One policy for three ways of a page to AWS: the API behind CloudFront, uploads straight to a bucket with presigned
# URLs, and downloads of what was uploaded, through CloudFront again.
#
# One writer per response:
#   path         who writes Access-Control-*                          what must not write
#   the API      the Function URL, configured by lambda_api           no response headers policy on this behavior
#   an upload    the bucket, by the rule in uploads.tf                CloudFront, which never sees it
#   a download   CloudFront, by the response headers policy           the bucket: it is not sent Origin, so it is silent

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
  description = "AWS region of the API and the bucket, the same as the image's."
  type        = string
  default     = "us-east-1"
}

variable "image_uri" {
  description = "The image of the app.py beside this file, built with ../quickstart/Dockerfile and pushed to Amazon ECR; best by digest."
  type        = string
  default     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-uploads:1.0.0"
}

variable "publish_uploads" {
  description = "true: whoever knows the name of an upload may download it from CloudFront, under /uploads/. false: uploads stay private."
  type        = bool
  default     = false
  nullable    = false
}

variable "api_cache_seconds" {
  description = "Seconds at most that CloudFront may repeat the API's response to a GET or HEAD request of the same origin, cookies and query, where the app's Cache-Control allows it; 0: never."
  type        = number
  default     = 0
  nullable    = false
}

provider "aws" {
  region = var.region
}

locals {
  cors = {
    allow_origins = ["https://app.example.com", "http://localhost:3000"]

    # Without PATCH, which S3 does not know.
    allow_methods = ["GET", "HEAD", "POST", "PUT", "DELETE"]

    # CloudFront signs requests for the Function URL, and Lambda takes no unsigned payload: with a body, the page sends
    # its SHA-256 in hexadecimal in this header. Authorization is not listed, because the signature takes its place.
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
    allow_headers = ["content-type", "x-amz-content-sha256"]

    # S3 allows credentials to every origin that it names, so a policy without them is not one for S3.
    allow_credentials = true
  }
}

# The same policy in the words of S3 and CloudFront; lambda_api says it to the Function URL and the function.
module "cors_policy" {
  source = "../../modules/cors_policy"

  cors = local.cors
}

module "api" {
  source = "../../modules/lambda_api"

  name      = "items-uploads"
  image_uri = var.image_uri

  # What Lambda calls in the image: the name `handler` in app.py.
  image_config = { command = ["app.handler"] }

  gateway = "function_url"
  cors    = local.cors

  environment = { UPLOADS_BUCKET = aws_s3_bucket.uploads.bucket }

  # A presigned URL can do what its signer may do.
  extra_iam_statements = [{
    sid       = "Upload"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.uploads.arn}/uploads/*"]
  }]
}

output "url" {
  description = "Public address of the API. The Function URL behind it answers CloudFront only."
  value       = "https://${aws_cloudfront_distribution.api.domain_name}"

  depends_on = [aws_lambda_permission.cloudfront_url, aws_lambda_permission.cloudfront_function]
}

output "cors" {
  description = "The policy as deployed, and what this gateway cannot do."
  value       = module.api.cors
}

output "uploads_bucket" {
  description = "Bucket that presigned uploads go to."
  value       = aws_s3_bucket.uploads.bucket
}
