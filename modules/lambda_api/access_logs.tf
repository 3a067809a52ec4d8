locals {
  # Known to both kinds of API: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
  access_log_fields = {
    requestId        = "$context.requestId"
    requestTime      = "$context.requestTime"
    sourceIp         = "$context.identity.sourceIp"
    httpMethod       = "$context.httpMethod"
    path             = "$context.path"
    protocol         = "$context.protocol"
    status           = "$context.status"
    responseLength   = "$context.responseLength"
    error            = "$context.error.message"
    integrationError = "$context.integrationErrorMessage"
  }
  access_log_format = jsonencode(try(coalesce(module.inputs.access_logs.fields, local.access_log_fields), local.access_log_fields))
}

# The prefix keeps the account's log resource policy short:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_338: How long a log is kept is the caller's to say, in log_retention_days; a year costs.
  count = !local.is_function_url && module.inputs.access_logs != null ? 1 : 0

  name              = "/aws/vendedlogs/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags

  depends_on = [module.cors_policy]
}
