variable "cors_writer" {
  description = "Who writes the Access-Control-* headers: null lets the module decide (the gateway where it can say the whole policy, otherwise the function). Write \"gateway\" where origins are known only after the apply and the plan has to know, or \"function\" to have the function do it in any case."
  type        = string
  default     = null

  validation {
    condition     = var.cors_writer == null ? true : contains(["function", "gateway"], var.cors_writer)
    error_message = "cors_writer ${jsonencode(var.cors_writer)} is no writer: write \"function\" or \"gateway\", or leave it out."
  }

  validation {
    condition     = var.cors_writer == null ? true : var.cors_writer != "gateway" || var.gateway != "rest"
    error_message = "cors_writer \"gateway\" is impossible with gateway \"rest\": a REST API returns the function's headers as they are. Leave it out, or write gateway = \"http\"."
  }
}

variable "stage_name" {
  description = "REST API: name of the stage, the first segment of the URL's path; null is \"live\". An HTTP API has the stage $default, a Function URL none."
  type        = string
  default     = null

  validation {
    condition     = var.stage_name == null ? true : can(regex("^[A-Za-z0-9_-]{1,128}$", var.stage_name))
    error_message = "stage_name ${jsonencode(var.stage_name)} cannot name a stage: write 1 to 128 letters, digits, hyphens or underscores, such as \"live\"."
  }

  validation {
    condition     = var.stage_name == null || var.gateway == "rest"
    error_message = "stage_name ${jsonencode(var.stage_name)} does not go with gateway \"${var.gateway}\": its URL has no stage in the path. Leave stage_name out, or write gateway = \"rest\"."
  }
}

variable "create_function_url" {
  description = "Function URL: whether this module creates it. false: another module does, such as public_function_url."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.create_function_url || var.gateway == "function_url"
    error_message = "create_function_url false does not go with gateway \"${var.gateway}\", which has no Function URL: leave create_function_url out."
  }
}

variable "function_url_auth_type" {
  description = "Function URL: who may call it. \"AWS_IAM\", the only one here: whoever has the permission lambda:InvokeFunctionUrl, with signed requests. For a public URL see the module public_function_url."
  type        = string
  default     = "AWS_IAM"
  nullable    = false

  validation {
    condition     = var.function_url_auth_type != "NONE"
    error_message = "function_url_auth_type \"NONE\" is refused: a public URL needs the permission lambda:InvokeFunction under the condition lambda:InvokedViaFunctionUrl, which AWS provider 5 cannot write, and without that condition every AWS principal could invoke the function with any event. Write create_function_url = false and call the module public_function_url (AWS provider 6.28 or newer), or keep AWS_IAM and put CloudFront with origin access control before it."
  }

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.function_url_auth_type)
    error_message = "function_url_auth_type \"${var.function_url_auth_type}\" is none of Lambda's: write \"AWS_IAM\", or leave it out."
  }
}

variable "binary_media_types" {
  description = "REST API: media types whose bodies API Gateway passes as bytes, such as [\"image/png\"] or [\"*/*\"]."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for media_type in var.binary_media_types : can(regex("^[A-Za-z0-9*!#$&^_.+-]+/[A-Za-z0-9*!#$&^_.+-]+$", media_type))])
    error_message = "binary_media_types ${jsonencode(var.binary_media_types)} names something that is no media type: write type/subtype without parameters, such as \"image/png\", or \"*/*\"."
  }

  validation {
    condition     = length(distinct(var.binary_media_types)) == length(var.binary_media_types)
    error_message = "binary_media_types ${jsonencode(var.binary_media_types)} names a media type twice, which API Gateway refuses: write each once."
  }

  validation {
    condition     = length(var.binary_media_types) == 0 || var.gateway == "rest"
    error_message = "binary_media_types ${jsonencode(var.binary_media_types)} does not go with gateway \"${var.gateway}\", which passes every body as it is: leave binary_media_types out."
  }
}

variable "dangerously_reflect_origin_in_gateway_responses" {
  description = "REST API: with credentials and several origins or a pattern, let API Gateway's own error responses name whatever origin asks. Any site can then read their status with the user's cookies. false: a page cannot read these errors."
  type        = bool
  default     = false
  nullable    = false
}

variable "endpoint_type" {
  description = "REST API: \"REGIONAL\", \"EDGE\" (behind a CloudFront distribution of AWS's own) or \"PRIVATE\" (from VPCs only; needs resource_policy_statements)."
  type        = string
  default     = "REGIONAL"
  nullable    = false

  validation {
    condition     = contains(["REGIONAL", "EDGE", "PRIVATE"], var.endpoint_type)
    error_message = "endpoint_type \"${var.endpoint_type}\" is none of API Gateway's: write \"REGIONAL\", \"EDGE\" or \"PRIVATE\"."
  }

  validation {
    condition     = var.endpoint_type == "REGIONAL" || var.gateway == "rest"
    error_message = "endpoint_type \"${var.endpoint_type}\" does not go with gateway \"${var.gateway}\": leave endpoint_type out, or write gateway = \"rest\"."
  }

  validation {
    condition     = var.endpoint_type != "PRIVATE" || length(var.resource_policy_statements) > 0
    error_message = "endpoint_type \"PRIVATE\" needs resource_policy_statements, or nobody may call the API: allow what comes from your VPC or its endpoint, with the condition variable aws:SourceVpc or aws:SourceVpce."
  }
}

variable "vpc_endpoint_ids" {
  description = "Private REST API: ids of the VPC endpoints (execute-api) that get DNS names for it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.vpc_endpoint_ids) == 0 || var.endpoint_type == "PRIVATE"
    error_message = "vpc_endpoint_ids ${jsonencode(var.vpc_endpoint_ids)} is for private APIs only: write endpoint_type = \"PRIVATE\", or leave vpc_endpoint_ids out."
  }
}

variable "resource_policy_statements" {
  description = "REST API: who may call it, as its resource policy. paths are STAGE/METHOD/PATH, \"*\" is everything. Preflights come without credentials: a policy that names principals refuses them."
  type = list(object({
    sid        = optional(string)
    effect     = optional(string, "Allow")
    principals = optional(list(string), ["*"])
    paths      = optional(list(string), ["*"])
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = length(var.resource_policy_statements) == 0 || var.gateway == "rest"
    error_message = "resource_policy_statements does not go with gateway \"${var.gateway}\", which has no resource policy: leave it out, or write gateway = \"rest\"."
  }

  validation {
    condition     = alltrue([for statement in var.resource_policy_statements : contains(["Allow", "Deny"], statement.effect)])
    error_message = "resource_policy_statements has the effect ${jsonencode(setsubtract(var.resource_policy_statements[*].effect, ["Allow", "Deny"]))}: write \"Allow\" or \"Deny\"."
  }

  validation {
    condition     = alltrue([for statement in var.resource_policy_statements : length(statement.principals) > 0 && length(statement.paths) > 0])
    error_message = "resource_policy_statements has a statement without principals or paths: write whom it is about and which paths, or leave them out for everyone and everything."
  }
}

variable "throttling" {
  description = "REST API and HTTP API: how many requests a second (rate_limit), and how many at once (burst_limit), before API Gateway answers 429. null: the account's limits. For a Function URL see reserved_concurrent_executions."
  type = object({
    rate_limit  = number
    burst_limit = number
  })
  default = null

  validation {
    condition     = var.throttling == null || var.gateway != "function_url"
    error_message = "throttling does not go with gateway \"function_url\", which has none: write reserved_concurrent_executions instead."
  }

  validation {
    condition     = var.throttling == null ? true : var.throttling.rate_limit > 0 && var.throttling.burst_limit > 0 && floor(var.throttling.burst_limit) == var.throttling.burst_limit
    error_message = "throttling ${jsonencode(var.throttling)} lets nothing through, or is no number of requests: write a rate_limit above 0 and a whole burst_limit of 1 or more."
  }
}

variable "web_acl" {
  description = "REST API: the AWS WAF web ACL to put before it, by its arn (regional, WAFv2)."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.web_acl == null || var.gateway == "rest"
    error_message = "web_acl does not go with gateway \"${var.gateway}\", which AWS WAF cannot protect by itself: leave web_acl out and put CloudFront with one before it, or write gateway = \"rest\"."
  }

  validation {
    condition     = var.web_acl == null ? true : can(regex("^arn:[a-z0-9-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$", var.web_acl.arn))
    error_message = "web_acl.arn ${jsonencode(try(var.web_acl.arn, null))} is not the ARN of a regional web ACL: write arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID."
  }
}

variable "authorizer" {
  description = "Whom API Gateway asks before the function, exactly one of: jwt (HTTP API; issuer, audience, scopes), cognito (REST API; user_pool_arns, scopes), lambda (a function of yours, by function_name and invoke_arn, for the headers named; its answer is used again for cache_seconds), iam (signed requests). Preflights are never asked about. null: nobody, the API is public."
  type = object({
    jwt = optional(object({
      issuer   = string
      audience = list(string)
      scopes   = optional(list(string), [])
    }))
    cognito = optional(object({
      user_pool_arns = list(string)
      scopes         = optional(list(string), [])
    }))
    lambda = optional(object({
      function_name = string
      invoke_arn    = string
      headers       = optional(list(string), ["Authorization"])
      cache_seconds = optional(number, 0)
    }))
    iam = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.authorizer == null ? true : length([for kind, given in var.authorizer : kind if given != null && try(tobool(given), true)]) == 1
    error_message = "authorizer names ${jsonencode(try([for kind, given in var.authorizer : kind if given != null && try(tobool(given), true)], null))}: write exactly one of jwt, cognito, lambda and iam, or leave authorizer out."
  }

  validation {
    condition     = var.authorizer == null || var.gateway != "function_url"
    error_message = "authorizer does not go with gateway \"function_url\", which knows signed requests only (AWS_IAM, as it is): leave authorizer out."
  }

  validation {
    condition     = try(var.authorizer.jwt, null) == null || var.gateway != "rest"
    error_message = "authorizer.jwt does not go with gateway \"rest\": write gateway = \"http\", or cognito or lambda instead of jwt."
  }

  validation {
    condition     = try(var.authorizer.cognito, null) == null || var.gateway != "http"
    error_message = "authorizer.cognito does not go with gateway \"http\": write jwt with issuer = \"https://cognito-idp.REGION.amazonaws.com/POOL\" and the app client's id as audience."
  }

  validation {
    condition     = try(var.authorizer.jwt, null) == null ? true : startswith(var.authorizer.jwt.issuer, "https://") && length(var.authorizer.jwt.audience) > 0
    error_message = "authorizer.jwt has the issuer ${jsonencode(try(var.authorizer.jwt.issuer, null))} and the audience ${jsonencode(try(var.authorizer.jwt.audience, null))}: write an issuer that begins with https:// and at least one audience, or tokens of anyone would do."
  }

  validation {
    condition     = try(var.authorizer.cognito, null) == null ? true : length(var.authorizer.cognito.user_pool_arns) > 0
    error_message = "authorizer.cognito.user_pool_arns is []: write the ARN of at least one user pool."
  }

  validation {
    condition     = try(var.authorizer.lambda, null) == null ? true : length(var.authorizer.lambda.headers) > 0
    error_message = "authorizer.lambda.headers is []: name the headers that the function looks at, such as \"Authorization\"; requests without them are refused unasked."
  }

  validation {
    condition     = try(var.authorizer.lambda, null) == null ? true : var.authorizer.lambda.cache_seconds >= 0 && var.authorizer.lambda.cache_seconds <= 3600
    error_message = "authorizer.lambda.cache_seconds ${try(var.authorizer.lambda.cache_seconds, "")} is not for API Gateway: write 0 (ask each time) to 3600."
  }
}

variable "domain" {
  description = "REST API and HTTP API: a domain name for it, with the ARN of its ACM certificate (of the API's region; of us-east-1 with EDGE), the base_path it has there (which the app gets as its root_path), and the Route 53 hosted zone (by its id) that gets the record. The address at execute-api is switched off, unless disable_execute_api_endpoint is false."
  type = object({
    name            = string
    certificate_arn = string
    base_path       = optional(string)
    hosted_zone     = optional(object({ id = string }))

    disable_execute_api_endpoint = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.domain == null || var.gateway != "function_url"
    error_message = "domain does not go with gateway \"function_url\", which has none: leave domain out, and put CloudFront before the URL."
  }

  validation {
    condition     = var.domain == null || var.endpoint_type != "PRIVATE"
    error_message = "domain does not go with endpoint_type \"PRIVATE\": leave domain out."
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain.name))
    error_message = "domain.name ${jsonencode(try(var.domain.name, null))} is no domain name: write it in lower case, without https:// and without a path, such as \"api.example.com\"."
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^arn:[a-z0-9-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.domain.certificate_arn))
    error_message = "domain.certificate_arn ${jsonencode(try(var.domain.certificate_arn, null))} is not the ARN of an ACM certificate: write arn:aws:acm:REGION:ACCOUNT:certificate/ID."
  }

  validation {
    condition     = try(var.domain.base_path, null) == null ? true : can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", var.domain.base_path))
    error_message = "domain.base_path ${jsonencode(try(var.domain.base_path, null))} is none: write letters, digits, dots, hyphens and underscores, without a slash at the beginning or end, such as \"v1\"."
  }
}
