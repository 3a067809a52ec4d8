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
  description = "Run the function in a VPC: its id, two or more subnets (in different availability zones, private, with a way out if the function needs one), and security groups to join besides the module's own."
  type = object({
    id                 = optional(string)
    subnet_ids         = optional(list(string), [])
    security_group_ids = optional(list(string), [])
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
    condition     = var.vpc == null ? true : length(var.vpc.security_group_ids) <= 4
    error_message = "vpc.security_group_ids ${var.vpc == null ? "" : jsonencode(var.vpc.security_group_ids)} has more than four entries: Lambda takes five security groups and the module adds its own."
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
  description = "Days the function's log is kept; 0 keeps it for ever."
  type        = number
  default     = 30
  nullable    = false

  validation {
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days ${var.log_retention_days} is none of CloudWatch Logs' steps: write 0 (for ever), 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
