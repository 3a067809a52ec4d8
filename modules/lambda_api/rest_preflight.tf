# OPTIONS of a REST API. Its methods are always there: Terraform destroys what a deployment no longer needs after that
# deployment, so a method that went away would be served on. What goes away is its content.
locals {
  # Who answers OPTIONS: the template; "nobody" (no policy: a 204 without any header, for whoever ANY would let in); or
  # the function, with a policy that no template can hold, or by choice of the caller.
  options_by_function = local.is_rest && !local.preflight_by_template && (local.has_cors || local.cors_writer == "function")
  options_by_gateway  = local.is_rest && !local.options_by_function

  function_options_ids = { for name, id in local.resource_ids : name => id if local.options_by_function }
  gateway_options_ids  = { for name, id in local.resource_ids : name => id if local.options_by_gateway }

  # A browser sends the preflight without credentials: a method that asked for them would refuse every one. Without a
  # policy there are no preflights, and OPTIONS is a method like any other.
  options_authorized = !local.has_cors

  # What the template is without a policy. A status and no header: the browser lets nobody past.
  without_policy = { request_template = jsonencode({ statusCode = 204 }), response_template = "" }
  preflight      = local.preflight_by_template ? try(local.rest_dialect.preflight, local.without_policy) : local.without_policy

  # The two beside the defaults: AWS does not say that UNAUTHORIZED falls back to DEFAULT_4XX.
  gateway_response_types = local.is_rest ? toset(["ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED"]) : toset([])
}

resource "aws_api_gateway_method" "preflight" {
  # checkov:skip=CKV2_AWS_53: A browser's preflight has nothing but headers, which the template reads.
  for_each = local.resource_ids

  rest_api_id      = aws_api_gateway_rest_api.this[0].id
  resource_id      = each.value
  http_method      = "OPTIONS"
  authorization    = local.options_authorized ? local.authorization_type : "NONE"
  api_key_required = false

  authorizer_id        = local.options_authorized ? one(aws_api_gateway_authorizer.this[*].id) : null
  authorization_scopes = local.options_authorized ? local.authorization_scopes : null
}

# CONVERT_TO_TEXT on both sides: with the binary media type */* the templates would meet bytes, and fail.
resource "aws_api_gateway_integration" "preflight" {
  for_each = local.gateway_options_ids

  rest_api_id          = aws_api_gateway_rest_api.this[0].id
  resource_id          = each.value
  http_method          = aws_api_gateway_method.preflight[each.key].http_method
  type                 = "MOCK"
  passthrough_behavior = "NEVER"
  content_handling     = "CONVERT_TO_TEXT"
  request_templates    = { "application/json" = local.preflight.request_template }
}

resource "aws_api_gateway_method_response" "preflight" {
  for_each = local.gateway_options_ids

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
  for_each = local.gateway_options_ids

  rest_api_id        = aws_api_gateway_rest_api.this[0].id
  resource_id        = each.value
  http_method        = aws_api_gateway_integration.preflight[each.key].http_method
  status_code        = aws_api_gateway_method_response.preflight[each.key].status_code
  content_handling   = "CONVERT_TO_TEXT"
  response_templates = { "application/json" = local.preflight.response_template }

  lifecycle {
    precondition {
      condition     = !local.preflight_by_template || local.rest_dialect != null
      error_message = join(" ", module.cors_policy.limits.rest_api)
    }
  }
}

# The preflight of a policy that no template can hold, past the authorizer; or OPTIONS as the function answers it.
resource "aws_api_gateway_integration" "unasked" {
  for_each = local.function_options_ids

  rest_api_id             = aws_api_gateway_rest_api.this[0].id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.preflight[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arn
  timeout_milliseconds    = local.integration_timeout_milliseconds

  depends_on = [aws_lambda_permission.rest_api]
}

# API Gateway's own errors: throttles, time-outs, a function that failed. Without a status, each keeps its own.
resource "aws_api_gateway_gateway_response" "cors" {
  for_each = local.gateway_response_types

  rest_api_id         = aws_api_gateway_rest_api.this[0].id
  response_type       = each.key
  response_parameters = try(local.rest_dialect.gateway_responses.response_parameters, {})
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
}
