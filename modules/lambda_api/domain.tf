locals {
  domain      = local.is_function_url ? null : module.inputs.domain
  only_domain = try(local.domain.disable_execute_api_endpoint, false)
  base_path   = try(local.domain.base_path, null)

  # What a DNS record has to point at.
  domain_target = local.domain == null ? null : {
    rest = {
      name    = try(coalesce(one(aws_api_gateway_domain_name.this[*].regional_domain_name), one(aws_api_gateway_domain_name.this[*].cloudfront_domain_name)), null)
      zone_id = try(coalesce(one(aws_api_gateway_domain_name.this[*].regional_zone_id), one(aws_api_gateway_domain_name.this[*].cloudfront_zone_id)), null)
    }
    http = {
      name    = one(aws_apigatewayv2_domain_name.this[*].domain_name_configuration[0].target_domain_name)
      zone_id = one(aws_apigatewayv2_domain_name.this[*].domain_name_configuration[0].hosted_zone_id)
    }
    function_url = null
  }[var.gateway]
}

resource "aws_api_gateway_domain_name" "this" {
  count = local.is_rest && local.domain != null ? 1 : 0

  domain_name              = local.domain.name
  certificate_arn          = var.endpoint_type == "EDGE" ? local.domain.certificate_arn : null
  regional_certificate_arn = var.endpoint_type == "EDGE" ? null : local.domain.certificate_arn
  security_policy          = "TLS_1_2"
  tags                     = var.tags

  endpoint_configuration {
    types = [var.endpoint_type]
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  count = local.is_rest && local.domain != null ? 1 : 0

  domain_name = aws_api_gateway_domain_name.this[0].domain_name
  api_id      = aws_api_gateway_rest_api.this[0].id
  stage_name  = aws_api_gateway_stage.this[0].stage_name
  base_path   = local.base_path
}

resource "aws_apigatewayv2_domain_name" "this" {
  count = local.is_http && local.domain != null ? 1 : 0

  domain_name = local.domain.name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = local.domain.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count = local.is_http && local.domain != null ? 1 : 0

  domain_name     = aws_apigatewayv2_domain_name.this[0].domain_name
  api_id          = aws_apigatewayv2_api.this[0].id
  stage           = aws_apigatewayv2_stage.default[0].name
  api_mapping_key = local.base_path
}

resource "aws_route53_record" "this" {
  count = local.domain == null ? 0 : local.domain.hosted_zone == null ? 0 : 1

  zone_id = local.domain.hosted_zone.id
  name    = local.domain.name
  type    = "A"

  alias {
    name                   = local.domain_target.name
    zone_id                = local.domain_target.zone_id
    evaluate_target_health = false
  }
}
