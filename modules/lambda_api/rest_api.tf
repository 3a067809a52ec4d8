locals {
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
  integration_timeout_milliseconds = 29000

  # The greedy path needs at least one segment, so the root has methods of its own.
  resource_ids = { for name, id in {
    root  = one(aws_api_gateway_rest_api.this[*].root_resource_id)
    proxy = one(aws_api_gateway_resource.proxy[*].id)
  } : name => id if local.is_rest }
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
    types = [var.endpoint_type]
    # The provider keeps what it read otherwise, and then refuses another type with it.
    ip_address_type  = var.endpoint_type == "PRIVATE" ? "dualstack" : "ipv4"
    vpc_endpoint_ids = length(var.vpc_endpoint_ids) == 0 ? null : var.vpc_endpoint_ids
  }

  lifecycle {
    # The provider refuses an empty list and takes null for "as it is", so only AWS's own command takes the last one away.
    postcondition {
      condition     = var.endpoint_type != "PRIVATE" || length(var.vpc_endpoint_ids) > 0 || length(coalesce(self.endpoint_configuration[0].vpc_endpoint_ids, [])) == 0
      error_message = "vpc_endpoint_ids is [], and the API ${self.id} is still associated with ${join(", ", coalesce(self.endpoint_configuration[0].vpc_endpoint_ids, []))}, which Terraform cannot take away: run aws apigateway update-rest-api --rest-api-id ${self.id} --patch-operations ${join(" ", [for id in coalesce(self.endpoint_configuration[0].vpc_endpoint_ids, []) : "op=remove,path=/endpointConfiguration/vpcEndpointIds,value=${id}"])} and plan again."
    }
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
  for_each = local.resource_ids

  rest_api_id   = aws_api_gateway_rest_api.this[0].id
  resource_id   = each.value
  http_method   = "ANY"
  authorization = local.authorization_type

  authorizer_id        = one(aws_api_gateway_authorizer.this[*].id)
  authorization_scopes = local.authorization_scopes
}

resource "aws_api_gateway_integration" "function" {
  for_each = local.resource_ids

  rest_api_id             = aws_api_gateway_rest_api.this[0].id
  resource_id             = each.value
  http_method             = aws_api_gateway_method.any[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.invoke_arn
  timeout_milliseconds    = local.integration_timeout_milliseconds

  # A new alias may be invoked before anything invokes it, and the old one as long as the stage does.
  depends_on = [aws_lambda_permission.rest_api]
}

resource "aws_lambda_permission" "rest_api" {
  count = local.is_rest ? 1 : 0

  statement_id_prefix = "InvokeFromRestApi-"
  action              = "lambda:InvokeFunction"
  function_name       = aws_lambda_function.this.function_name
  principal           = "apigateway.amazonaws.com"
  qualifier           = local.qualifier
  source_arn          = "${aws_api_gateway_rest_api.this[0].execution_arn}/*/*"

  lifecycle {
    create_before_destroy = true
  }
}
