locals {
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
  integration_timeout_milliseconds = 29000

  # The greedy path needs at least one segment, so the root has methods of its own.
  resource_ids = {
    root  = one(aws_api_gateway_rest_api.this[*].root_resource_id)
    proxy = one(aws_api_gateway_resource.proxy[*].id)
  }
  function_resource_ids  = { for name, id in local.resource_ids : name => id if local.is_rest }
  preflight_resource_ids = { for name, id in local.resource_ids : name => id if local.preflight_by_template }

  # ANY takes OPTIONS as well: where the function answers preflights, an authorizer must not be asked about them.
  preflight_past_authorizer = local.is_rest && local.has_authorizer && var.cors != null && !local.preflight_by_template
  unasked_resource_ids      = { for name, id in local.resource_ids : name => id if local.preflight_past_authorizer }

  # The two beside the defaults: AWS does not say that UNAUTHORIZED falls back to DEFAULT_4XX.
  gateway_response_types = local.preflight_by_template ? toset(["ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED"]) : toset([])

  # A deployment is a snapshot. The inputs that end up in it, never resources: a provider may read those back in other words.
  snapshot = {
    definition         = filesha256("${path.module}/rest_api.tf")
    binary_media_types = local.binary_media_types
    function           = [var.name, local.has_alias]
    authorizer         = module.inputs.authorizer
    resource_policy    = module.inputs.resource_policy_statements
    cors               = local.rest_dialect
  }
}

resource "aws_api_gateway_rest_api" "this" {
  # checkov:skip=CKV_AWS_237: A second API would have another id and another URL: there is nothing to hand over.
  count = local.is_rest ? 1 : 0

  name               = var.name
  description        = "Serves the function ${var.name} (lambda-cors-kit ${local.kit_version})"
  binary_media_types = local.binary_media_types
  tags               = var.tags

  disable_execute_api_endpoint = local.only_domain

  endpoint_configuration {
    types            = [var.endpoint_type]
    vpc_endpoint_ids = length(var.vpc_endpoint_ids) == 0 ? null : var.vpc_endpoint_ids
  }

  depends_on = [module.cors_policy]
}

resource "aws_api_gateway_resource" "proxy" {
  count = local.is_rest ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  parent_id   = aws_api_gateway_rest_api.this[0].root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "any" {
  # checkov:skip=CKV2_AWS_53: A proxy integration passes every request on; the app validates what it is given.
  for_each = local.function_resource_ids

  rest_api_id   = aws_api_gateway_rest_api.this[0].id
  resource_id   = each.value
  http_method   = "ANY"
  authorization = local.authorization_type

  authorizer_id        = one(aws_api_gateway_authorizer.this[*].id)
  authorization_scopes = local.authorization_scopes
}

resource "aws_api_gateway_integration" "function" {
  for_each = local.function_resource_ids

  rest_api_id             = aws_api_gateway_rest_api.this[0].id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.any[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arn
  timeout_milliseconds    = local.integration_timeout_milliseconds
}

# A browser sends the preflight without credentials or key: a method that asked for them would refuse every one.
resource "aws_api_gateway_method" "preflight" {
  # checkov:skip=CKV2_AWS_53: A browser's preflight has nothing but headers, which the template reads.
  for_each = merge(local.preflight_resource_ids, local.unasked_resource_ids)

  rest_api_id      = aws_api_gateway_rest_api.this[0].id
  resource_id      = each.value
  http_method      = "OPTIONS"
  authorization    = "NONE"
  api_key_required = false
}

# CONVERT_TO_TEXT on both sides: with the binary media type */* the templates would meet bytes, and fail.
resource "aws_api_gateway_integration" "preflight" {
  for_each = local.preflight_resource_ids

  rest_api_id          = aws_api_gateway_rest_api.this[0].id
  resource_id          = each.value
  http_method          = aws_api_gateway_method.preflight[each.key].http_method
  type                 = "MOCK"
  passthrough_behavior = "NEVER"
  content_handling     = "CONVERT_TO_TEXT"
  request_templates    = { "application/json" = try(local.rest_dialect.preflight.request_template, "") }
}

resource "aws_api_gateway_method_response" "preflight" {
  for_each = local.preflight_resource_ids

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  resource_id = each.value
  http_method = aws_api_gateway_method.preflight[each.key].http_method
  status_code = "204"

  # Names only; the template below writes the values.
  response_parameters = {
    "method.response.header.Access-Control-Allow-Credentials" = false
    "method.response.header.Access-Control-Allow-Headers"     = false
    "method.response.header.Access-Control-Allow-Methods"     = false
    "method.response.header.Access-Control-Allow-Origin"      = false
    "method.response.header.Access-Control-Max-Age"           = false
    "method.response.header.Vary"                             = false
  }
}

resource "aws_api_gateway_integration_response" "preflight" {
  for_each = local.preflight_resource_ids

  rest_api_id        = aws_api_gateway_rest_api.this[0].id
  resource_id        = each.value
  http_method        = aws_api_gateway_integration.preflight[each.key].http_method
  status_code        = aws_api_gateway_method_response.preflight[each.key].status_code
  content_handling   = "CONVERT_TO_TEXT"
  response_templates = { "application/json" = try(local.rest_dialect.preflight.response_template, "") }

  lifecycle {
    precondition {
      condition     = local.rest_dialect != null
      error_message = join(" ", module.cors_policy.limits.rest_api)
    }
  }
}

# The preflight of a policy that no template can hold, past the authorizer.
resource "aws_api_gateway_integration" "unasked" {
  for_each = local.unasked_resource_ids

  rest_api_id             = aws_api_gateway_rest_api.this[0].id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.preflight[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arn
  timeout_milliseconds    = local.integration_timeout_milliseconds
}

# API Gateway's own errors: throttles, time-outs, a function that failed. Without a status, each keeps its own.
resource "aws_api_gateway_gateway_response" "cors" {
  for_each = local.gateway_response_types

  rest_api_id         = aws_api_gateway_rest_api.this[0].id
  response_type       = each.key
  response_parameters = try(local.rest_dialect.gateway_responses.response_parameters, {})
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
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

# A resource of its own, because its statements name the API.
resource "aws_api_gateway_rest_api_policy" "this" {
  count = local.is_rest && length(module.inputs.resource_policy_statements) > 0 ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in module.inputs.resource_policy_statements : {
      for key, value in {
        Sid       = statement.sid
        Effect    = statement.effect
        Principal = { AWS = statement.principals }
        Action    = "execute-api:Invoke"
        Resource  = [for path in statement.paths : "${aws_api_gateway_rest_api.this[0].execution_arn}/${path}"]
        Condition = length(statement.conditions) == 0 ? null : {
          for test in distinct(statement.conditions[*].test) : test => {
            for condition in statement.conditions : condition.variable => condition.values if condition.test == test
          }
        }
      } : key => value if value != null
    }]
  })
}

resource "aws_lambda_permission" "rest_api" {
  count = local.is_rest ? 1 : 0

  statement_id  = "InvokeFromRestApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "apigateway.amazonaws.com"
  qualifier     = local.qualifier
  source_arn    = "${aws_api_gateway_rest_api.this[0].execution_arn}/*/*"
}
