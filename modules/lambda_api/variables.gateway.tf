variable "cors_writer" {
  description = "Who writes the Access-Control-* headers: null lets the module decide (the gateway where it can say the whole policy, otherwise the function). \"gateway\" or \"function\" decides it, for a plan to know where origins are known only after the apply, or to have the function do it in any case; a REST API without a policy then hands OPTIONS on to it."
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
  description = "REST API: media types whose bodies API Gateway passes as bytes. null: [\"*/*\"], all of them; with anything else uploads, downloads and compressed answers of other types break (the output cors.limits says how). Preflights are answered either way. Other gateways pass every body as it is."
  type        = list(string)
  default     = null

  validation {
    condition     = var.binary_media_types == null ? true : alltrue([for media_type in var.binary_media_types : can(regex("^[A-Za-z0-9*!#$&^_.+-]+/[A-Za-z0-9*!#$&^_.+-]+$", media_type))])
    error_message = "binary_media_types ${jsonencode(var.binary_media_types)} names something that is no media type: write type/subtype without parameters, such as \"image/png\", or \"*/*\"."
  }

  validation {
    condition     = var.binary_media_types == null ? true : length(distinct(var.binary_media_types)) == length(var.binary_media_types)
    error_message = "binary_media_types ${jsonencode(var.binary_media_types)} names a media type twice, which API Gateway refuses: write each once."
  }

  validation {
    condition     = var.binary_media_types == null ? true : length(var.binary_media_types) == 0 || var.gateway == "rest"
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
  description = <<-EOT
    REST API: who may call it, as its resource policy. Preflights come without credentials: a policy that names principals refuses them. A list of objects:
    - `sid` (string): name of the statement
    - `effect` (string, default "Allow"): "Allow" or "Deny"
    - `principals` (list of strings, default ["*"]): ARNs of whom it is about, "*" for everyone
    - `paths` (list of strings, default ["*"]): STAGE/METHOD/PATH, "*" for everything
    - `conditions` (list of objects, default []): all of which must hold
      - `test` (string, required): the operator, such as "StringEquals"
      - `variable` (string, required): the condition key, such as "aws:SourceVpce"
      - `values` (list of strings, required): of which one must match
  EOT
  type        = any
  default     = []
  nullable    = false

  validation {
    condition     = length(var.resource_policy_statements) == 0 || var.gateway == "rest"
    error_message = "resource_policy_statements does not go with gateway \"${var.gateway}\", which has no resource policy: leave it out, or write gateway = \"rest\"."
  }

  validation {
    condition     = alltrue([for statement in var.resource_policy_statements : lookup(statement, "effect", null) == null ? true : contains(["Allow", "Deny"], statement.effect)])
    error_message = "resource_policy_statements has the effect ${jsonencode(setsubtract([for statement in var.resource_policy_statements : statement.effect if lookup(statement, "effect", null) != null], ["Allow", "Deny"]))}: write \"Allow\" or \"Deny\"."
  }

  validation {
    condition     = alltrue([for statement in var.resource_policy_statements : try(length(statement.principals) > 0, true) && try(length(statement.paths) > 0, true)])
    error_message = "resource_policy_statements has a statement without principals or paths: write whom it is about and which paths, or leave them out for everyone and everything."
  }

  validation {
    condition     = alltrue(flatten([for statement in var.resource_policy_statements : [for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : try(length(condition.values) > 0, true)]]))
    error_message = "resource_policy_statements has a condition without values: write at least one value, or leave the condition out."
  }

  validation {
    condition     = alltrue([for statement in var.resource_policy_statements : length(distinct([for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : lower(format("%v %v", try(condition.test, ""), try(condition.variable, "")))])) == length((lookup(statement, "conditions", null) == null ? [] : statement.conditions))])
    error_message = "resource_policy_statements has two conditions with the same test and variable in one statement (${jsonencode(flatten([for statement in var.resource_policy_statements : [for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : format("%v %v", try(condition.test, ""), try(condition.variable, ""))]]))}): write one, with all the values."
  }
}

variable "throttling" {
  description = <<-EOT
    REST API and HTTP API: before API Gateway answers 429. null: the account's limits. For a Function URL see reserved_concurrent_executions. An object:
    - `rate_limit` (number, required): how many requests a second
    - `burst_limit` (number, required): how many at once
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.throttling == null || var.gateway != "function_url"
    error_message = "throttling does not go with gateway \"function_url\", which has none: write reserved_concurrent_executions instead."
  }

  validation {
    condition     = try(var.throttling.rate_limit > 0 && var.throttling.burst_limit > 0 && floor(var.throttling.burst_limit) == var.throttling.burst_limit, true)
    error_message = "throttling ${nonsensitive(jsonencode(var.throttling))} lets nothing through, or is no number of requests: write a rate_limit above 0 and a whole burst_limit of 1 or more."
  }
}

variable "web_acl" {
  description = <<-EOT
    REST API: the AWS WAF web ACL to put before it. null: none. An object:
    - `arn` (string, required): ARN of a regional web ACL (WAFv2)
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.web_acl == null || var.gateway == "rest"
    error_message = "web_acl does not go with gateway \"${var.gateway}\", which AWS WAF cannot protect by itself: leave web_acl out and put CloudFront with one before it, or write gateway = \"rest\"."
  }

  validation {
    condition     = try(var.web_acl.arn, null) == null ? true : can(regex("^arn:[a-z0-9-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$", var.web_acl.arn))
    error_message = "web_acl.arn ${nonsensitive(jsonencode(try(var.web_acl.arn, null)))} is not the ARN of a regional web ACL: write arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID."
  }
}

variable "authorizer" {
  description = <<-EOT
    Whom API Gateway asks before the function, by exactly one of the keys. Preflights are never asked about. null: nobody, the API is public. An object:
    - `jwt` (object): HTTP API: tokens of an OpenID Connect provider
      - `issuer` (string, required): the provider, such as "https://id.example.com"
      - `audience` (list of strings, required): whom tokens are made for, one of these
      - `scopes` (list of strings, default []): of which a token must have one
    - `cognito` (object): REST API: tokens of Cognito user pools
      - `user_pool_arns` (list of strings, required): ARNs of the pools
      - `scopes` (list of strings, default []): of which a token must have one
    - `lambda` (object): a function of yours that decides
      - `function_name` (string, required): its name or ARN, for the permission to invoke it; of a version or an alias too
      - `qualifier` (string): the version or alias that invoke_arn names, unless function_name ends in it
      - `invoke_arn` (string, required): its invoke_arn
      - `headers` (list of strings, default ["Authorization"]): what it looks at; requests without them are refused unasked
      - `cache_seconds` (number, default 0): for how long its answer is used again, 0 to 3600
    - `iam` (bool, default false): requests are signed, with the permission execute-api:Invoke
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.authorizer == null ? true : length([for kind in ["jwt", "cognito", "lambda", "iam"] : kind if nonsensitive(lookup(var.authorizer, kind, null) != null && lookup(var.authorizer, kind, null) != false)]) == 1 || length(setsubtract(nonsensitive(keys(var.authorizer)), ["jwt", "cognito", "lambda", "iam"])) > 0
    error_message = "authorizer names ${jsonencode(try([for kind, given in nonsensitive(var.authorizer) : kind if nonsensitive(given != null && given != false)], null))}: write exactly one of jwt, cognito, lambda and iam, or leave authorizer out."
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
    condition     = try(var.authorizer.jwt, null) == null ? true : try(startswith(var.authorizer.jwt.issuer, "https://"), true) && try(length(var.authorizer.jwt.audience) > 0, true)
    error_message = "authorizer.jwt has the issuer ${nonsensitive(jsonencode(try(var.authorizer.jwt.issuer, null)))} and the audience ${nonsensitive(jsonencode(try(var.authorizer.jwt.audience, null)))}: write an issuer that begins with https:// and at least one audience, or tokens of anyone would do."
  }

  validation {
    condition     = try(length(var.authorizer.cognito.user_pool_arns) > 0, true)
    error_message = "authorizer.cognito.user_pool_arns is []: write the ARN of at least one user pool."
  }

  validation {
    condition     = try(length(var.authorizer.lambda.headers) > 0, true)
    error_message = "authorizer.lambda.headers is []: name the headers that the function looks at, such as \"Authorization\"; requests without them are refused unasked."
  }

  validation {
    condition     = try(var.authorizer.lambda.cache_seconds >= 0 && var.authorizer.lambda.cache_seconds <= 3600, true)
    error_message = "authorizer.lambda.cache_seconds ${nonsensitive(jsonencode(try(var.authorizer.lambda.cache_seconds, null)))} is not for API Gateway: write 0 (ask each time) to 3600."
  }
}
