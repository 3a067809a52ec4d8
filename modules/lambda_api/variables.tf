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
    error_message = "image_uri \"${var.image_uri}\" is in a public registry, and Lambda runs images from private Amazon ECR repositories only: push the image to one of your own and write 123456789012.dkr.ecr.REGION.amazonaws.com/REPOSITORY@sha256:DIGEST."
  }

  validation {
    condition     = !strcontains(var.image_uri, ".dkr.ecr-fips.")
    error_message = "image_uri \"${var.image_uri}\" is a FIPS endpoint, which Lambda does not support for container images: write dkr.ecr instead of dkr.ecr-fips."
  }

  validation {
    condition     = startswith(var.image_uri, "public.ecr.aws/") || strcontains(var.image_uri, ".dkr.ecr-fips.") || can(regex("^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.][a-z0-9-]+([.][a-z0-9-]+)+/[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})?$", var.image_uri))
    error_message = "image_uri \"${var.image_uri}\" is not the URI of an Amazon ECR image: write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG or …/REPOSITORY@sha256:DIGEST, without https://, the account with 12 digits, the digest with 64 hexadecimal ones."
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

variable "cors_writer" {
  description = "Who writes the Access-Control-* headers: null lets the module decide (the gateway where it can say the whole policy, otherwise the function). Write \"gateway\" where origins are known only after the apply and the plan has to know, or \"function\" to have the function do it in any case."
  type        = string
  default     = null

  validation {
    condition     = var.cors_writer == null ? true : contains(["function", "gateway"], var.cors_writer)
    error_message = "cors_writer ${var.cors_writer == null ? "" : jsonencode(var.cors_writer)} is no writer: write \"function\" or \"gateway\", or leave it out."
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
    error_message = "stage_name ${var.stage_name == null ? "" : jsonencode(var.stage_name)} cannot name a stage: write 1 to 128 letters, digits, hyphens or underscores, such as \"live\"."
  }

  validation {
    condition     = var.stage_name == null || var.gateway == "rest"
    error_message = "stage_name ${var.stage_name == null ? "" : jsonencode(var.stage_name)} does not go with gateway \"${var.gateway}\": its URL has no stage in the path. Leave stage_name out, or write gateway = \"rest\"."
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
    error_message = "authorizer names ${var.authorizer == null ? "" : jsonencode([for kind, given in var.authorizer : kind if given != null && try(tobool(given), true)])}: write exactly one of jwt, cognito, lambda and iam, or leave authorizer out."
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
  description = "REST API and HTTP API: a domain name for it, with the ARN of its ACM certificate (of the API's region; of us-east-1 with EDGE), the base_path it has there (the function then needs CORSHandler(app, api_gateway_base_path=…)), and the Route 53 hosted zone (by its id) that gets the record. The address at execute-api is switched off, unless disable_execute_api_endpoint is false."
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

variable "timeout" {
  description = "Seconds the function may take: 1 to 29 behind a REST API, 30 behind an HTTP API, 900 behind a Function URL. One second below the gateway's limit, the function's own time-out is logged before the gateway gives up."
  type        = number
  default     = 28
  nullable    = false

  validation {
    condition     = var.gateway != "rest" || var.timeout <= 29
    error_message = "timeout ${var.timeout} is above API Gateway's: a REST API answers 504 after 29 seconds, while the function runs on, unseen and paid for. Write 29 or less."
  }

  validation {
    condition     = var.gateway != "http" || var.timeout <= 30
    error_message = "timeout ${var.timeout} is above API Gateway's: an HTTP API answers 503 after 30 seconds, while the function runs on, unseen and paid for. Write 30 or less."
  }

  validation {
    condition     = var.gateway != "function_url" || var.timeout <= 900
    error_message = "timeout ${var.timeout} is above Lambda's: no function runs longer than 900 seconds. Write 900 or less."
  }

  validation {
    condition     = var.timeout >= 1 && floor(var.timeout) == var.timeout
    error_message = "timeout ${var.timeout} is no number of seconds for Lambda: write a whole number, 1 or more."
  }
}

variable "memory_size" {
  description = "Memory of the function in MB, 128 to 10,240; the share of a CPU grows with it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size ${var.memory_size} is not for Lambda: write a whole number of MB from 128 to 10240."
  }
}

variable "ephemeral_storage_size" {
  description = "Size of /tmp in MB, 512 to 10,240. What is over 512 is paid for by the invocation."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage_size >= 512 && var.ephemeral_storage_size <= 10240 && floor(var.ephemeral_storage_size) == var.ephemeral_storage_size
    error_message = "ephemeral_storage_size ${var.ephemeral_storage_size} is not for Lambda: write a whole number of MB from 512 to 10240."
  }
}

variable "reserved_concurrent_executions" {
  description = "How many instances of the function may run at once, taken out of the account's; more requests are throttled. 0 switches the function off; null is no limit but the account's."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrent_executions == null ? true : var.reserved_concurrent_executions >= 0 && floor(var.reserved_concurrent_executions) == var.reserved_concurrent_executions
    error_message = "reserved_concurrent_executions ${var.reserved_concurrent_executions == null ? "" : var.reserved_concurrent_executions} is no number of instances: write a whole number, 0 or more, or leave it out."
  }
}

variable "provisioned_concurrent_executions" {
  description = "How many instances are kept ready, so that no request waits for a cold start; they are paid for by the hour. The API then invokes the alias \"live\" instead of the function. 0 is none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.provisioned_concurrent_executions >= 0 && floor(var.provisioned_concurrent_executions) == var.provisioned_concurrent_executions
    error_message = "provisioned_concurrent_executions ${var.provisioned_concurrent_executions} is no number of instances: write a whole number, 0 or more."
  }

  validation {
    condition     = var.reserved_concurrent_executions == null ? true : var.provisioned_concurrent_executions <= var.reserved_concurrent_executions
    error_message = "provisioned_concurrent_executions ${var.provisioned_concurrent_executions} is more than reserved_concurrent_executions ${var.reserved_concurrent_executions == null ? "" : var.reserved_concurrent_executions} allows to run: write no more than that."
  }
}

variable "tracing" {
  description = "Whether AWS X-Ray traces requests, in the function and in a REST API; an HTTP API has no tracing of its own. Traces are paid for."
  type        = bool
  default     = false
  nullable    = false
}

variable "architecture" {
  description = "Instruction set the image is built for: \"x86_64\" or \"arm64\"."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture \"${var.architecture}\" is none of Lambda's: write \"x86_64\" or \"arm64\", the one the image is built for."
  }
}

variable "image_config" {
  description = "What to run in the image instead of its own ENTRYPOINT, CMD and WORKDIR."
  type = object({
    command           = optional(list(string))
    entry_point       = optional(list(string))
    working_directory = optional(string)
  })
  default = null
}

variable "environment" {
  description = "The function's environment variables besides the policy's. Lambda allows 4,096 bytes for all of them together."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(keys(var.environment), "LAMBDA_CORS_KIT_POLICY")
    error_message = "environment sets LAMBDA_CORS_KIT_POLICY, which this module writes itself: take it out and state the policy in cors."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), local.reserved_variables)) == 0
    error_message = "environment sets ${nonsensitive(join(", ", setintersection(keys(var.environment), local.reserved_variables)))}, which Lambda reserves and sets itself: give your variable another name."
  }

  validation {
    condition     = alltrue([for name in keys(var.environment) : contains(local.reserved_variables, name) || can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "environment has the name ${nonsensitive(jsonencode([for name in keys(var.environment) : name if !can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))]))}, which Lambda refuses: write a letter, then one or more letters, digits or underscores."
  }

  validation {
    condition     = alltrue([for value in values(var.environment) : value != null])
    error_message = "environment has no value for ${nonsensitive(jsonencode([for name, value in var.environment : name if value == null]))}: write a string instead of null, or leave the variable out."
  }
}

variable "vpc" {
  description = "Run the function in a VPC: its id, two or more subnets (in different availability zones, private, with a way out if the function needs one), and security groups to join besides the module's own, which create_security_group = false leaves out. ipv6: the subnets are dual-stack."
  type = object({
    id                 = optional(string)
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])

    create_security_group = optional(bool, true)
    ipv6                  = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : var.vpc.id != null
    error_message = "vpc has no id${var.vpc == null ? "" : ", only subnet_ids ${jsonencode(var.vpc.subnet_ids)}"}: write vpc = { id = \"vpc-…\", subnet_ids = [\"subnet-…\", \"subnet-…\"] }, or leave vpc out."
  }

  validation {
    condition     = var.vpc == null ? true : var.vpc.id == null ? true : can(regex("^vpc-[0-9a-f]+$", var.vpc.id))
    error_message = "vpc.id ${var.vpc == null ? "" : jsonencode(var.vpc.id)} is no VPC id: write \"vpc-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : length(distinct(var.vpc.subnet_ids)) >= 2
    error_message = "vpc.subnet_ids ${var.vpc == null ? "" : jsonencode(var.vpc.subnet_ids)} names fewer than two subnets, and one availability zone's failure would take the API down: write two or more, in different zones."
  }

  validation {
    condition     = var.vpc == null ? true : alltrue([for id in var.vpc.subnet_ids : can(regex("^subnet-[0-9a-f]+$", id))])
    error_message = "vpc.subnet_ids ${var.vpc == null ? "" : jsonencode(var.vpc.subnet_ids)} has an entry that is no subnet id: write \"subnet-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : alltrue([for id in var.vpc.security_group_ids : can(regex("^sg-[0-9a-f]+$", id))])
    error_message = "vpc.security_group_ids ${var.vpc == null ? "" : jsonencode(var.vpc.security_group_ids)} has an entry that is no security group id: write \"sg-\" and hexadecimal digits."
  }

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.security_group_ids) <= (var.vpc.create_security_group ? 4 : 5)
    error_message = "vpc.security_group_ids ${var.vpc == null ? "" : jsonencode(var.vpc.security_group_ids)} has more than four entries: Lambda takes five security groups and the module adds its own, unless vpc.create_security_group is false."
  }

  validation {
    condition     = var.vpc == null ? true : var.vpc.create_security_group || length(var.vpc.security_group_ids) > 0
    error_message = "vpc.create_security_group is false and vpc.security_group_ids is [], so the function would be in no security group: name one, or leave create_security_group out."
  }
}

variable "extra_iam_statements" {
  description = "What the function may do in AWS besides writing its log: statements of one policy on its role. conditions is a list of { test, variable, values }."
  type = list(object({
    sid       = optional(string)
    effect    = optional(string, "Allow")
    actions   = optional(list(string), [])
    resources = optional(list(string), [])
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : contains(["Allow", "Deny"], statement.effect)])
    error_message = "extra_iam_statements has the effect ${jsonencode(setsubtract(var.extra_iam_statements[*].effect, ["Allow", "Deny"]))}: write \"Allow\" or \"Deny\"."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : statement.sid == null ? true : can(regex("^[A-Za-z0-9]+$", statement.sid))])
    error_message = "extra_iam_statements has the sid ${jsonencode([for statement in var.extra_iam_statements : statement.sid if statement.sid != null && !can(regex("^[A-Za-z0-9]+$", statement.sid))])}, which IAM refuses: write letters and digits only, such as \"ReadItems\"."
  }

  validation {
    condition     = length(distinct([for statement in var.extra_iam_statements : statement.sid if statement.sid != null])) == length([for statement in var.extra_iam_statements : statement.sid if statement.sid != null])
    error_message = "extra_iam_statements uses a sid twice among ${jsonencode([for statement in var.extra_iam_statements : statement.sid if statement.sid != null])}: write each once."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(statement.actions) > 0])
    error_message = "extra_iam_statements has empty actions in statement ${join(", ", [for index, statement in var.extra_iam_statements : statement.sid == null ? tostring(index) : "${index} (sid ${statement.sid})" if length(statement.actions) == 0])}: write what is allowed, such as actions = [\"dynamodb:GetItem\"]."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(statement.resources) > 0])
    error_message = "extra_iam_statements has empty resources in statement ${join(", ", [for index, statement in var.extra_iam_statements : statement.sid == null ? tostring(index) : "${index} (sid ${statement.sid})" if length(statement.resources) == 0])}: write on what, such as resources = [aws_dynamodb_table.items.arn]."
  }

  validation {
    condition     = alltrue([for action in flatten(var.extra_iam_statements[*].actions) : action == "*" || can(regex("^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$", action))])
    error_message = "extra_iam_statements names ${jsonencode([for action in flatten(var.extra_iam_statements[*].actions) : action if action != "*" && !can(regex("^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$", action))])}, which is no IAM action: write service:Action, such as \"dynamodb:GetItem\"."
  }

  validation {
    condition     = alltrue([for resource in flatten(var.extra_iam_statements[*].resources) : can(regex("^([*]|arn:.+)$", resource))])
    error_message = "extra_iam_statements names ${jsonencode([for resource in flatten(var.extra_iam_statements[*].resources) : resource if !can(regex("^([*]|arn:.+)$", resource))])}, which is no ARN: write the resource's ARN."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : statement.effect != "Allow" || !contains(statement.actions, "*")])
    error_message = "extra_iam_statements allows the action \"*\", which makes the function an administrator: name the actions it needs, such as \"dynamodb:GetItem\"."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : statement.effect != "Allow" || !contains(statement.resources, "*") || !anytrue([for action in statement.actions : endswith(action, ":*")])])
    error_message = "extra_iam_statements allows every action of a service on every resource (${jsonencode(distinct(flatten([for statement in var.extra_iam_statements : [for action in statement.actions : action if endswith(action, ":*")] if contains(statement.resources, "*")])))} on \"*\"): name the actions, or the ARNs."
  }

  validation {
    condition     = alltrue([for condition in flatten(var.extra_iam_statements[*].conditions) : length(condition.values) > 0])
    error_message = "extra_iam_statements has a condition without values on ${jsonencode([for condition in flatten(var.extra_iam_statements[*].conditions) : condition.variable if length(condition.values) == 0])}: write at least one value, or leave the condition out."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(distinct([for condition in statement.conditions : [condition.test, condition.variable]])) == length(statement.conditions)])
    error_message = "extra_iam_statements has two conditions with the same test and variable in one statement (${jsonencode([for condition in flatten(var.extra_iam_statements[*].conditions) : "${condition.test} ${condition.variable}"])}): write one, with all the values."
  }
}

variable "role_name" {
  description = "Name of the function's role; null is the API's name with a suffix of its own. A role is global: two regions need two names."
  type        = string
  default     = null

  validation {
    condition     = var.role_name == null ? true : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name ${var.role_name == null ? "" : jsonencode(var.role_name)} cannot name a role: write 1 to 64 letters, digits or +=,.@_-, without a path (that is role_path)."
  }
}

variable "role_path" {
  description = "Path of the function's role, such as \"/apis/\"."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = can(regex("^/([!-.0-~]+/)*$", var.role_path)) && length(var.role_path) <= 512
    error_message = "role_path \"${var.role_path}\" is no path: begin and end it with a slash, such as \"/apis/\"."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the function's role."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary ${var.permissions_boundary == null ? "" : jsonencode(var.permissions_boundary)} is not the ARN of a policy: write arn:aws:iam::123456789012:policy/NAME."
  }
}

variable "log_retention_days" {
  description = "Days the logs of the function and of the API are kept; 0 keeps them for ever."
  type        = number
  default     = 30
  nullable    = false

  validation {
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days ${var.log_retention_days} is none of CloudWatch Logs' steps: write 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "log_kms_key_arn" {
  description = "ARN of the KMS key that encrypts the logs; CloudWatch Logs has to be allowed to use it. null: a key of CloudWatch Logs."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_kms_key_arn))
    error_message = "log_kms_key_arn ${var.log_kms_key_arn == null ? "" : jsonencode(var.log_kms_key_arn)} is not the ARN of a key (CloudWatch Logs takes no alias): write arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "logging_config" {
  description = "How Lambda writes the function's log: log_format (\"JSON\" or \"Text\"), and with JSON the lowest application_log_level and system_log_level. null: as text, everything."
  type = object({
    log_format            = optional(string, "JSON")
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
  default = null

  validation {
    condition     = var.logging_config == null ? true : contains(["JSON", "Text"], var.logging_config.log_format)
    error_message = "logging_config.log_format ${var.logging_config == null ? "" : jsonencode(var.logging_config.log_format)} is none of Lambda's: write \"JSON\" or \"Text\"."
  }

  validation {
    condition     = try(var.logging_config.application_log_level, null) == null ? true : contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.logging_config.application_log_level)
    error_message = "logging_config.application_log_level ${jsonencode(try(var.logging_config.application_log_level, null))} is none of Lambda's: write TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }

  validation {
    condition     = try(var.logging_config.system_log_level, null) == null ? true : contains(["DEBUG", "INFO", "WARN"], var.logging_config.system_log_level)
    error_message = "logging_config.system_log_level ${jsonencode(try(var.logging_config.system_log_level, null))} is none of Lambda's: write DEBUG, INFO or WARN."
  }

  validation {
    condition     = try(var.logging_config.log_format, "JSON") == "JSON" || try(var.logging_config.application_log_level, null) == null && try(var.logging_config.system_log_level, null) == null
    error_message = "logging_config.log_format is \"Text\", and Lambda filters JSON logs only: leave the levels out, or write \"JSON\"."
  }
}

variable "access_logs" {
  description = "REST API and HTTP API: log every request; paid for. fields names what is logged, from API Gateway's $context variables; null is a good choice of them. {} is enough. A REST API needs the account's CloudWatch role, see ../api_gateway_account. null: no access logs."
  type = object({
    fields = optional(map(string))
  })
  default = null

  validation {
    condition     = var.access_logs == null || var.gateway != "function_url"
    error_message = "access_logs does not go with gateway \"function_url\", which has none: leave access_logs out."
  }

  validation {
    condition     = try(var.access_logs.fields, null) == null ? true : contains(values(var.access_logs.fields), "$context.requestId")
    error_message = "access_logs.fields ${jsonencode(try(var.access_logs.fields, null))} has no \"$context.requestId\", which API Gateway demands: add requestId = \"$context.requestId\"."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
