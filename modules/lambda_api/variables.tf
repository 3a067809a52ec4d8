variable "name" {
  description = "Name of the API and of its function; the role, the log group and the security group are named after it. 1 to 64 letters, digits, hyphens and underscores."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name \"${var.name}\" cannot name a Lambda function: write 1 to 64 letters, digits, hyphens or underscores, such as \"items-api\"."
  }
}

variable "image_uri" {
  description = "Container image of the function in a private Amazon ECR repository of the function's region, best by digest: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/items-api@sha256:…"
  type        = string
  nullable    = false

  validation {
    condition     = !startswith(var.image_uri, "public.ecr.aws/")
    error_message = "image_uri \"${nonsensitive(var.image_uri)}\" is in a public registry, and Lambda runs images from private Amazon ECR repositories only: push the image to one of your own and write 123456789012.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:DIGEST."
  }

  validation {
    condition     = !strcontains(var.image_uri, ".dkr.ecr-fips.")
    error_message = "image_uri \"${nonsensitive(var.image_uri)}\" is a FIPS endpoint, which Lambda does not support for container images: write dkr.ecr instead of dkr.ecr-fips."
  }

  validation {
    condition     = startswith(var.image_uri, "public.ecr.aws/") || strcontains(var.image_uri, ".dkr.ecr-fips.") || can(regex("^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.][a-z0-9-]+([.][a-z0-9-]+)+/[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})?$", var.image_uri))
    error_message = "image_uri \"${nonsensitive(var.image_uri)}\" is not the URI of an Amazon ECR image: write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG or …/REPOSITORY@sha256:DIGEST, without https://, the account with 12 digits, the digest with 64 hexadecimal ones."
  }
}

variable "cors" {
  description = "Which origins may use the API from a browser, and how: an object with allow_origins and, as needed, allow_methods, allow_headers, expose_headers, allow_credentials, max_age. null: no CORS at all. See ../cors_policy."
  # Any type on purpose: an object type would drop a misspelt attribute and turn "true" into true without a word.
  type    = any
  default = null
}

variable "gateway" {
  description = "What stands before the function: \"rest\" (an API Gateway REST API), \"http\" (an HTTP API) or \"function_url\" (a Lambda Function URL)."
  type        = string
  default     = "rest"
  nullable    = false

  validation {
    condition     = contains(["rest", "http", "function_url"], var.gateway)
    error_message = "gateway \"${var.gateway}\" is none this module knows: write \"rest\", \"http\" or \"function_url\"."
  }
}
