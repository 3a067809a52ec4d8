locals {
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
  reserved_variables = [
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
  ]

  # What the gateway invokes: the function, or with provisioned concurrency its alias.
  has_alias  = var.provisioned_concurrent_executions > 0
  qualifier  = one(aws_lambda_alias.live[*].name)
  invoke_arn = local.has_alias ? one(aws_lambda_alias.live[*].invoke_arn) : aws_lambda_function.this.invoke_arn

  # Lambda measures the variables as one JSON object in UTF-8, without the HTML escapes that jsonencode adds.
  policy_forms      = { plain = local.policy_environment, compressed = module.cors_policy.environment_compressed[local.writer] }
  environment_forms = { for form, policy in local.policy_forms : form => merge(var.environment, { LAMBDA_CORS_KIT_POLICY = policy }) }
  environment_json  = { for form, variables in local.environment_forms : form => base64encode(replace(replace(replace(jsonencode(variables), "\\u003c", "<"), "\\u003e", ">"), "\\u0026", "&")) }
  environment_sizes = { for form, text in local.environment_json : form => nonsensitive(length(text) / 4 * 3 - length(regexall("=", substr(text, -2, 2)))) }
  policy_bytes      = { for form, policy in local.policy_forms : form => policy == null ? 0 : length(jsonencode(policy)) - 2 }

  # As plain JSON as long as everything fits, for a person reads it then.
  policy_form       = local.environment_sizes.plain <= 4096 || local.policy_bytes.plain <= local.policy_bytes.compressed ? "plain" : "compressed"
  environment       = merge(var.environment, { LAMBDA_CORS_KIT_POLICY = local.policy_forms[local.policy_form] })
  environment_bytes = local.environment_sizes[local.policy_form]
}

# Created first and by us: Lambda's own would keep everything for ever.
resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_338: How long a log is kept is the caller's to say, in log_retention_days; a year costs.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags

  depends_on = [module.cors_policy]
}

# trivy:ignore:AVD-AWS-0066 Traces cost by the request: the caller asks for them.
resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_116: A dead letter queue takes asynchronous invocations; a gateway's are synchronous.
  # checkov:skip=CKV_AWS_173: Encrypted with Lambda's own key; the policy is no secret, and secrets do not belong here.
  # checkov:skip=CKV_AWS_272: Code signing is for zip packages, not for container images.
  function_name = var.name
  description   = "Serves the API ${var.name} (lambda-cors-kit ${local.kit_version})"
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  role          = aws_iam_role.function.arn
  timeout       = var.timeout
  memory_size   = var.memory_size
  publish       = local.has_alias
  tags          = var.tags

  # -1 is Lambda's word for: no more than the account allows.
  reserved_concurrent_executions = coalesce(var.reserved_concurrent_executions, -1)

  environment {
    variables = local.environment
  }

  ephemeral_storage {
    size = var.ephemeral_storage_size
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # Said in full without the input too: a block left out changes nothing.
  logging_config {
    log_format            = try(module.inputs.logging_config.log_format, "Text")
    application_log_level = try(module.inputs.logging_config.application_log_level, null)
    system_log_level      = try(module.inputs.logging_config.system_log_level, null)
  }

  dynamic "image_config" {
    for_each = module.inputs.image_config[*]

    content {
      command           = image_config.value.command
      entry_point       = image_config.value.entry_point
      working_directory = image_config.value.working_directory
    }
  }

  dynamic "vpc_config" {
    for_each = module.inputs.vpc[*]

    content {
      subnet_ids                  = vpc_config.value.subnet_ids
      security_group_ids          = concat(aws_security_group.function[*].id, vpc_config.value.security_group_ids)
      ipv6_allowed_for_dual_stack = vpc_config.value.ipv6
    }
  }

  # Another name is another function, which serves before the old one goes.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = local.environment_bytes <= 4096
      error_message = "The function's environment is ${local.environment_bytes} bytes as Lambda measures it, ${local.policy_bytes[local.policy_form]} of them the policy${local.policy_form == "compressed" ? " (compressed already)" : ""}, and Lambda allows 4096: ${local.environment_bytes - 4096} too many. Shorten the lists in cors (a pattern such as https://*.example.com covers many origins), or take variables out of environment (into a parameter that the function reads, say)."
    }
  }

  # Without them the first invocation finds no log group, and a VPC function can neither be created nor deleted.
  depends_on = [
    aws_cloudwatch_log_group.function,
    aws_iam_role_policy.extra,
    aws_iam_role_policy.logs,
    aws_iam_role_policy_attachment.tracing,
    aws_iam_role_policy_attachment.vpc_access,
    aws_vpc_security_group_egress_rule.function,
    aws_vpc_security_group_egress_rule.function_ipv6,
  ]
}

# Provisioned concurrency belongs to a version, and an alias is what stays the same from one version to the next.
resource "aws_lambda_alias" "live" {
  count = local.has_alias ? 1 : 0

  name             = "live"
  description      = "What the API invokes"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  # It goes after the last that invokes it.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = local.has_alias ? 1 : 0

  function_name                     = aws_lambda_alias.live[0].function_name
  qualifier                         = aws_lambda_alias.live[0].name
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}
