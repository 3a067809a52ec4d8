locals {
  has_authorizer = module.inputs.authorizer != null

  # No try() in what resources are counted by: it knows nothing as long as a part of its argument is unknown.
  authorizers = module.inputs.authorizer == null ? {} : { for kind, given in {
    jwt     = module.inputs.authorizer.jwt != null
    cognito = module.inputs.authorizer.cognito != null
    lambda  = module.inputs.authorizer.lambda != null
    iam     = module.inputs.authorizer.iam == true
  } : kind => true if given }
  authorizer_kind = length(local.authorizers) == 0 ? "none" : keys(local.authorizers)[0]

  authorization_type = {
    none    = "NONE"
    jwt     = "JWT"
    cognito = "COGNITO_USER_POOLS"
    lambda  = "CUSTOM"
    iam     = "AWS_IAM"
  }[local.authorizer_kind]

  # Null where there are none: an empty set is read back as nothing.
  scopes               = try(local.authorizer_kind == "jwt" ? module.inputs.authorizer.jwt.scopes : module.inputs.authorizer.cognito.scopes, [])
  authorization_scopes = length(local.scopes) == 0 ? null : local.scopes

  lambda_authorizer = local.authorizer_kind == "lambda" ? module.inputs.authorizer.lambda : null
}

resource "aws_api_gateway_authorizer" "this" {
  count = local.is_rest && contains(["cognito", "lambda"], local.authorizer_kind) ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  name        = local.authorizer_kind
  type        = local.authorizer_kind == "cognito" ? "COGNITO_USER_POOLS" : "REQUEST"

  provider_arns                    = local.authorizer_kind == "cognito" ? module.inputs.authorizer.cognito.user_pool_arns : null
  authorizer_uri                   = try(local.lambda_authorizer.invoke_arn, null)
  authorizer_result_ttl_in_seconds = try(local.lambda_authorizer.cache_seconds, null)

  identity_source = join(",", [for header in try(local.lambda_authorizer.headers, ["Authorization"]) : "method.request.header.${header}"])
}

resource "aws_apigatewayv2_authorizer" "this" {
  count = local.is_http && contains(["jwt", "lambda"], local.authorizer_kind) ? 1 : 0

  api_id          = aws_apigatewayv2_api.this[0].id
  name            = local.authorizer_kind
  authorizer_type = local.authorizer_kind == "jwt" ? "JWT" : "REQUEST"

  identity_sources = [for header in try(local.lambda_authorizer.headers, ["Authorization"]) : "$request.header.${header}"]

  authorizer_uri                    = try(local.lambda_authorizer.invoke_arn, null)
  authorizer_result_ttl_in_seconds  = try(local.lambda_authorizer.cache_seconds, null)
  authorizer_payload_format_version = local.authorizer_kind == "lambda" ? "2.0" : null
  enable_simple_responses           = local.authorizer_kind == "lambda" ? true : null

  dynamic "jwt_configuration" {
    for_each = local.authorizer_kind == "jwt" ? [module.inputs.authorizer.jwt] : []

    content {
      issuer   = jwt_configuration.value.issuer
      audience = jwt_configuration.value.audience
    }
  }
}

resource "aws_lambda_permission" "authorizer" {
  count = local.authorizer_kind == "lambda" ? 1 : 0

  statement_id  = "InvokeFromApi-${var.name}"
  action        = "lambda:InvokeFunction"
  function_name = local.lambda_authorizer.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn = join("/authorizers/", [
    one(concat(aws_api_gateway_rest_api.this[*].execution_arn, aws_apigatewayv2_api.this[*].execution_arn)),
    one(concat(aws_api_gateway_authorizer.this[*].id, aws_apigatewayv2_authorizer.this[*].id)),
  ])
}
