locals {
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: it cannot be raised.
  http_timeout_milliseconds = 30000

  # The greedy path needs at least one segment, so the root has routes of its own.
  paths = ["/", "/{proxy+}"]

  # ANY takes OPTIONS as well: with an authorizer every method is named, so that preflights are never asked.
  function_methods = local.has_authorizer ? ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] : ["ANY"]

  # A browser sends the preflight without credentials: these routes never ask for any, and without an authorizer ANY is
  # enough. AWS has them beside an authorizer for an API that answers preflights itself as well, so that they do not depend
  # on origins which may be known only after the apply:
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html#http-api-cors-default-route
  preflight_methods = local.has_authorizer && local.has_cors && local.cors_writer != "gateway" ? ["OPTIONS"] : []

  http_routes = local.is_http ? merge(
    { for route in setproduct(local.function_methods, local.paths) : join(" ", route) => true },
    { for route in setproduct(local.preflight_methods, local.paths) : join(" ", route) => false },
  ) : {}
}

resource "aws_apigatewayv2_api" "this" {
  count = local.is_http ? 1 : 0

  name          = var.name
  description   = "Serves the function ${var.name} (lambda-cors-kit ${local.kit_version})"
  protocol_type = "HTTP"
  tags          = var.tags

  disable_execute_api_endpoint = local.only_domain

  # With it the gateway answers preflights itself, and puts its own headers in place of the function's.
  dynamic "cors_configuration" {
    for_each = local.gateway_writes ? [local.by_http_api] : []

    content {
      allow_origins     = try(cors_configuration.value.allow_origins, null)
      allow_methods     = try(cors_configuration.value.allow_methods, null)
      allow_headers     = try(cors_configuration.value.allow_headers, null)
      expose_headers    = try(cors_configuration.value.expose_headers, null)
      allow_credentials = try(cors_configuration.value.allow_credentials, null)
      max_age           = try(cors_configuration.value.max_age, null)
    }
  }

  lifecycle {
    precondition {
      condition     = !local.gateway_writes || local.by_http_api != null
      error_message = "cors_writer is \"gateway\", and this policy cannot be said there: ${join(" ", module.cors_policy.limits.http_api)} Leave cors_writer out, or write \"function\"."
    }
  }

  depends_on = [module.cors_policy]
}

resource "aws_apigatewayv2_integration" "function" {
  count = local.is_http ? 1 : 0

  api_id                 = aws_apigatewayv2_api.this[0].id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = local.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = local.http_timeout_milliseconds

  # A new alias may be invoked before anything invokes it, and the old one as long as the integration does.
  depends_on = [aws_lambda_permission.http_api]
}

resource "aws_apigatewayv2_route" "this" {
  # checkov:skip=CKV_AWS_309: Who may call the API is the caller's to say; preflights carry no credentials and never can.
  for_each = local.http_routes

  api_id             = aws_apigatewayv2_api.this[0].id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.function[0].id}"
  authorization_type = each.value ? local.authorization_type : "NONE"

  authorizer_id        = each.value ? one(values(aws_apigatewayv2_authorizer.this)[*].id) : null
  authorization_scopes = each.value ? local.authorization_scopes : null

  lifecycle {
    create_before_destroy = true
  }
}

# The stage that has no part in the URL's path.
# trivy:ignore:AVD-AWS-0001 Access logs cost by the request: the caller asks for them.
resource "aws_apigatewayv2_stage" "default" {
  count = local.is_http ? 1 : 0

  api_id      = aws_apigatewayv2_api.this[0].id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  # By route: those of a route can be deleted, the stage's defaults only be set to zero, which answers 429 to everyone:
  # https://docs.aws.amazon.com/apigateway/latest/api-reference/apis-apiid-stages-stagename-routesettings-routekey.html
  dynamic "route_settings" {
    for_each = module.inputs.throttling == null ? {} : aws_apigatewayv2_route.this

    content {
      route_key              = route_settings.key
      throttling_rate_limit  = module.inputs.throttling.rate_limit
      throttling_burst_limit = module.inputs.throttling.burst_limit
    }
  }

  dynamic "access_log_settings" {
    for_each = module.inputs.access_logs[*]

    content {
      destination_arn = aws_cloudwatch_log_group.access[0].arn
      format          = local.access_log_format
    }
  }

  # Those that an older version of this module set, and whoever sets them by hand.
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [default_route_settings]
  }

  depends_on = [aws_apigatewayv2_route.this]
}

resource "aws_lambda_permission" "http_api" {
  count = local.is_http ? 1 : 0

  statement_id_prefix = "InvokeFromHttpApi-"
  action              = "lambda:InvokeFunction"
  function_name       = aws_lambda_function.this.function_name
  principal           = "apigateway.amazonaws.com"
  qualifier           = local.qualifier
  source_arn          = "${aws_apigatewayv2_api.this[0].execution_arn}/*/*"

  lifecycle {
    create_before_destroy = true
  }
}
