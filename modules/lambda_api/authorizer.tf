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

  # An ARN or a name may end in a version or an alias, which is Lambda's qualifier.
  qualified_name = try(regex("^(arn:[^:]+:lambda:[^:]+:[0-9]+:function:[^:]+|[A-Za-z0-9_-]+):([^:]+)$", local.lambda_authorizer.function_name), null)
  authorizer_function = local.lambda_authorizer == null ? { name = null, qualifier = null } : {
    name      = try(local.qualified_name[0], local.lambda_authorizer.function_name)
    qualifier = local.lambda_authorizer.qualifier != null ? local.lambda_authorizer.qualifier : try(local.qualified_name[1], null)
  }

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

  depends_on = [aws_lambda_permission.authorizer]
}

resource "aws_apigatewayv2_authorizer" "this" {
  for_each = { for kind, given in local.authorizers : kind => given if local.is_http && contains(["jwt", "lambda"], kind) }

  api_id          = aws_apigatewayv2_api.this[0].id
  name            = "${each.key}-authorizer"
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

  # Another kind is another authorizer: routes are live at once, and one that changed under them would refuse everyone.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_lambda_permission.authorizer]
}

moved {
  from = aws_apigatewayv2_authorizer.this[0]
  to   = aws_apigatewayv2_authorizer.this["jwt"]
}

resource "aws_lambda_permission" "authorizer" {
  count = local.authorizer_kind == "lambda" ? 1 : 0

  statement_id_prefix = "InvokeFromApi-${substr(var.name, 0, 40)}-"
  action              = "lambda:InvokeFunction"
  function_name       = local.authorizer_function.name
  qualifier           = local.authorizer_function.qualifier
  principal           = "apigateway.amazonaws.com"

  # Any authorizer of this API: the permission is there before the authorizer that needs it.
  source_arn = "${one(concat(aws_api_gateway_rest_api.this[*].execution_arn, aws_apigatewayv2_api.this[*].execution_arn))}/authorizers/*"

  lifecycle {
    create_before_destroy = true
  }
}
