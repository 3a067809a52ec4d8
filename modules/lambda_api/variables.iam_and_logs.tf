variable "extra_iam_statements" {
  description = <<-EOT
    What the function may do in AWS besides writing its log: statements of one policy on its role. A list of objects:
    - `sid` (string): name of the statement, letters and digits
    - `effect` (string, default "Allow"): "Allow" or "Deny"
    - `actions` (list of strings, required): such as "dynamodb:GetItem"
    - `resources` (list of strings, required): ARNs of what they are allowed on
    - `conditions` (list of objects, default []): all of which must hold
      - `test` (string, required): the operator, such as "StringEquals"
      - `variable` (string, required): the condition key, such as "aws:RequestedRegion"
      - `values` (list of strings, required): of which one must match
  EOT
  type        = any
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : lookup(statement, "effect", null) == null ? true : contains(["Allow", "Deny"], statement.effect)])
    error_message = "extra_iam_statements has the effect ${jsonencode(setsubtract([for statement in var.extra_iam_statements : statement.effect if lookup(statement, "effect", null) != null], ["Allow", "Deny"]))}: write \"Allow\" or \"Deny\"."
  }

  validation {
    condition     = alltrue([for sid in [for statement in var.extra_iam_statements : statement.sid if lookup(statement, "sid", null) != null] : can(regex("^[A-Za-z0-9]+$", sid))])
    error_message = "extra_iam_statements has the sid ${jsonencode([for sid in [for statement in var.extra_iam_statements : statement.sid if lookup(statement, "sid", null) != null] : sid if !can(regex("^[A-Za-z0-9]+$", sid))])}, which IAM refuses: write letters and digits only, such as \"ReadItems\"."
  }

  validation {
    condition     = length(distinct([for statement in var.extra_iam_statements : statement.sid if lookup(statement, "sid", null) != null])) == length([for statement in var.extra_iam_statements : statement.sid if lookup(statement, "sid", null) != null])
    error_message = "extra_iam_statements uses a sid twice among ${jsonencode([for statement in var.extra_iam_statements : statement.sid if lookup(statement, "sid", null) != null])}: write each once."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(setsubtract(nonsensitive(keys(statement)), ["sid", "effect", "actions", "resources", "conditions"])) > 0 || length((lookup(statement, "actions", null) == null ? [] : statement.actions)) > 0])
    error_message = "extra_iam_statements has empty actions in statement ${join(", ", [for index, statement in var.extra_iam_statements : try(statement.sid, null) == null ? tostring(index) : "${index} (sid ${statement.sid})" if length((lookup(statement, "actions", null) == null ? [] : statement.actions)) == 0])}: write what is allowed, such as actions = [\"dynamodb:GetItem\"]."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(setsubtract(nonsensitive(keys(statement)), ["sid", "effect", "actions", "resources", "conditions"])) > 0 || length((lookup(statement, "resources", null) == null ? [] : statement.resources)) > 0])
    error_message = "extra_iam_statements has empty resources in statement ${join(", ", [for index, statement in var.extra_iam_statements : try(statement.sid, null) == null ? tostring(index) : "${index} (sid ${statement.sid})" if length((lookup(statement, "resources", null) == null ? [] : statement.resources)) == 0])}: write on what, such as resources = [aws_dynamodb_table.items.arn]."
  }

  validation {
    condition     = alltrue([for action in flatten([for statement in var.extra_iam_statements : (lookup(statement, "actions", null) == null ? [] : statement.actions)]) : action == "*" || can(regex("^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$", action))])
    error_message = "extra_iam_statements names ${jsonencode([for action in flatten([for statement in var.extra_iam_statements : (lookup(statement, "actions", null) == null ? [] : statement.actions)]) : action if action != "*" && !can(regex("^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$", action))])}, which is no IAM action: write service:Action, such as \"dynamodb:GetItem\"."
  }

  validation {
    condition     = alltrue([for resource in flatten([for statement in var.extra_iam_statements : (lookup(statement, "resources", null) == null ? [] : statement.resources)]) : can(regex("^([*]|arn:.+)$", resource))])
    error_message = "extra_iam_statements names ${jsonencode([for resource in flatten([for statement in var.extra_iam_statements : (lookup(statement, "resources", null) == null ? [] : statement.resources)]) : resource if !can(regex("^([*]|arn:.+)$", resource))])}, which is no ARN: write the resource's ARN."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : try(statement.effect, null) == "Deny" || !contains((lookup(statement, "actions", null) == null ? [] : statement.actions), "*")])
    error_message = "extra_iam_statements allows the action \"*\", which makes the function an administrator: name the actions it needs, such as \"dynamodb:GetItem\"."
  }

  # Any run of * and ? that matches everything is the same as *: iam:**, arn:*, arn:aws:s3:::*.
  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : try(statement.effect, null) == "Deny" || !anytrue([for action in(lookup(statement, "actions", null) == null ? [] : statement.actions) : can(regex("^[^:]+:[*?]*[*][*?]*$", action))]) || !anytrue([for resource in(lookup(statement, "resources", null) == null ? [] : statement.resources) : can(regex("^([*?]+|arn:([a-z0-9*?-]+:){0,2}[*?:]*[*][*?:]*)$", resource))])])
    error_message = "extra_iam_statements allows every action of a service on every resource (${jsonencode(distinct(flatten([for statement in var.extra_iam_statements : [for action in(lookup(statement, "actions", null) == null ? [] : statement.actions) : action if can(regex("^[^:]+:[*?]*[*][*?]*$", action))] if try(statement.effect, null) != "Deny"])))} on ${jsonencode(distinct(flatten([for statement in var.extra_iam_statements : [for resource in(lookup(statement, "resources", null) == null ? [] : statement.resources) : resource if can(regex("^([*?]+|arn:([a-z0-9*?-]+:){0,2}[*?:]*[*][*?:]*)$", resource))] if try(statement.effect, null) != "Deny"])))}): name the actions, or the ARNs."
  }

  validation {
    condition     = alltrue(flatten([for statement in var.extra_iam_statements : [for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : try(length(condition.values) > 0, true)]]))
    error_message = "extra_iam_statements has a condition without values on ${jsonencode(flatten([for statement in var.extra_iam_statements : [for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : try(condition.variable, null) if try(length(condition.values) == 0, false)]]))}: write at least one value, or leave the condition out."
  }

  validation {
    condition     = alltrue([for statement in var.extra_iam_statements : length(distinct([for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : lower(format("%v %v", try(condition.test, ""), try(condition.variable, "")))])) == length((lookup(statement, "conditions", null) == null ? [] : statement.conditions))])
    error_message = "extra_iam_statements has two conditions with the same test and variable in one statement (${jsonencode(flatten([for statement in var.extra_iam_statements : [for condition in(lookup(statement, "conditions", null) == null ? [] : statement.conditions) : format("%v %v", try(condition.test, ""), try(condition.variable, ""))]]))}): write one, with all the values."
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
  description = <<-EOT
    How Lambda writes the function's log. null: as text, everything. An object:
    - `log_format` (string, default "JSON"): "JSON" or "Text"
    - `application_log_level` (string): with JSON, the lowest level of the function's own lines: TRACE, DEBUG, INFO, WARN, ERROR or FATAL
    - `system_log_level` (string): with JSON, the lowest level of Lambda's lines: DEBUG, INFO or WARN
  EOT
  type        = any
  default     = null

  validation {
    condition     = try(var.logging_config.log_format, null) == null ? true : contains(["JSON", "Text"], var.logging_config.log_format)
    error_message = "logging_config.log_format ${nonsensitive(jsonencode(try(var.logging_config.log_format, null)))} is none of Lambda's: write \"JSON\" or \"Text\"."
  }

  validation {
    condition     = try(var.logging_config.application_log_level, null) == null ? true : contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.logging_config.application_log_level)
    error_message = "logging_config.application_log_level ${nonsensitive(jsonencode(try(var.logging_config.application_log_level, null)))} is none of Lambda's: write TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }

  validation {
    condition     = try(var.logging_config.system_log_level, null) == null ? true : contains(["DEBUG", "INFO", "WARN"], var.logging_config.system_log_level)
    error_message = "logging_config.system_log_level ${nonsensitive(jsonencode(try(var.logging_config.system_log_level, null)))} is none of Lambda's: write DEBUG, INFO or WARN."
  }

  validation {
    condition     = try(var.logging_config.log_format, null) != "Text" || try(var.logging_config.application_log_level, null) == null && try(var.logging_config.system_log_level, null) == null
    error_message = "logging_config.log_format is \"Text\", and Lambda filters JSON logs only: leave the levels out, or write \"JSON\"."
  }
}

variable "access_logs" {
  description = <<-EOT
    REST API and HTTP API: log every request; paid for. A REST API needs the account's CloudWatch role, see ../api_gateway_account. null: no access logs. An object; {} is enough:
    - `fields` (map of strings): what is logged, from API Gateway's $context variables; null is a good choice of them
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.access_logs == null || var.gateway != "function_url"
    error_message = "access_logs does not go with gateway \"function_url\", which has none: leave access_logs out."
  }

  validation {
    condition     = try(var.access_logs.fields, null) == null ? true : contains(values(var.access_logs.fields), "$context.requestId")
    error_message = "access_logs.fields ${nonsensitive(jsonencode(try(var.access_logs.fields, null)))} has no \"$context.requestId\", which API Gateway demands: add requestId = \"$context.requestId\"."
  }
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
