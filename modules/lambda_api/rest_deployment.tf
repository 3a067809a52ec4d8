locals {
  # By content: a checkout may have either kind of line end.
  definition = [for file in ["authorizer.tf", "rest_api.tf", "rest_policy.tf", "rest_preflight.tf"] : replace(file("${path.module}/${file}"), "\r\n", "\n")]

  # A deployment is a snapshot. The inputs that end up in it, never resources: a provider may read those back in other
  # words. The execute-api address and the endpoint's type ask for one too:
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html
  snapshot = {
    definition         = sha256(join("", local.definition))
    binary_media_types = local.binary_media_types
    function           = [var.name, local.has_alias]
    authorizer         = module.inputs.authorizer
    resource_policy    = module.inputs.resource_policy_statements
    cors               = local.rest_dialect
    options            = [local.options_by_function, local.options_authorized]
    endpoint           = [var.endpoint_type, var.vpc_endpoint_ids, local.only_domain]
    elsewhere          = var.deployment_triggers
  }
}

resource "aws_api_gateway_deployment" "this" {
  count = local.is_rest ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  description = "lambda-cors-kit ${local.kit_version}"
  triggers    = { snapshot = sha256(jsonencode(local.snapshot)) }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [
    aws_api_gateway_gateway_response.cors,
    aws_api_gateway_integration.function,
    aws_api_gateway_integration.unasked,
    aws_api_gateway_integration_response.preflight,
    aws_api_gateway_rest_api_policy.this,
  ]
}

# trivy:ignore:AVD-AWS-0001 Access logs cost by the request: the caller asks for them.
# trivy:ignore:AVD-AWS-0003 Traces cost by the request: the caller asks for them.
resource "aws_api_gateway_stage" "this" {
  # checkov:skip=CKV_AWS_73: Traces cost by the request: the caller asks for them.
  # checkov:skip=CKV_AWS_120: A cache answers one origin with another's headers, and costs by the hour.
  # checkov:skip=CKV2_AWS_4: Execution logs hold whole requests and need an account-wide role; access logs are the caller's to ask for.
  # checkov:skip=CKV2_AWS_51: A client certificate is for backends behind HTTP; the function is invoked, not called.
  # checkov:skip=CKV2_AWS_77: A web ACL is the caller's to choose; and no Java stands behind it.
  count = local.is_rest ? 1 : 0

  rest_api_id   = aws_api_gateway_rest_api.this[0].id
  deployment_id = aws_api_gateway_deployment.this[0].id
  stage_name    = coalesce(var.stage_name, "live")
  tags          = var.tags

  xray_tracing_enabled = var.tracing

  dynamic "access_log_settings" {
    for_each = module.inputs.access_logs[*]

    content {
      destination_arn = aws_cloudwatch_log_group.access[0].arn
      format          = local.access_log_format
    }
  }

  # Another name is another stage, to which the domain's mapping moves before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_method_settings" "throttling" {
  # checkov:skip=CKV_AWS_225: A cache answers one origin with another's headers, and costs by the hour.
  count = local.is_rest && module.inputs.throttling != null ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  stage_name  = aws_api_gateway_stage.this[0].stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = module.inputs.throttling.rate_limit
    throttling_burst_limit = module.inputs.throttling.burst_limit
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = local.is_rest && module.inputs.web_acl != null ? 1 : 0

  resource_arn = aws_api_gateway_stage.this[0].arn
  web_acl_arn  = module.inputs.web_acl.arn
}
