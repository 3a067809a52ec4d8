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
    error_message = "role_name ${jsonencode(var.role_name)} cannot name a role: write 1 to 64 letters, digits or +=,.@_-, without a path (that is role_path)."
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
    error_message = "permissions_boundary ${jsonencode(var.permissions_boundary)} is not the ARN of a policy: write arn:aws:iam::123456789012:policy/NAME."
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
    error_message = "log_kms_key_arn ${jsonencode(var.log_kms_key_arn)} is not the ARN of a key (CloudWatch Logs takes no alias): write arn:aws:kms:REGION:ACCOUNT:key/ID."
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
    error_message = "logging_config.log_format ${jsonencode(try(var.logging_config.log_format, null))} is none of Lambda's: write \"JSON\" or \"Text\"."
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
