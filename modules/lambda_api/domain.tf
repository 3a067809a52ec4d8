# A domain name is one object on AWS, whichever of its two APIs made it: those of version 2 serve REST APIs and HTTP APIs
# alike, so that one name goes from one to the other. Only version 1 knows edge-optimized names.
locals {
  domain      = local.is_function_url ? null : module.inputs.domain
  only_domain = try(local.domain.disable_execute_api_endpoint, false)
  base_path   = try(local.domain.base_path, null)

  has_domain         = local.domain != null
  has_edge_domain    = local.has_domain && nonsensitive(var.endpoint_type) == "EDGE"
  creates_domain     = local.has_domain ? local.domain.create : false
  has_record         = local.has_domain ? local.domain.hosted_zone != null : false
  has_ipv6           = local.has_domain ? local.domain.ip_address_type == "dualstack" : false
  is_wildcard_domain = local.has_domain ? startswith(local.domain.name, "*.") : false

  # What a DNS record has to point at; known to whoever created the name.
  domain_target = !local.creates_domain ? null : local.has_edge_domain ? {
    name    = one(aws_api_gateway_domain_name.edge[*].cloudfront_domain_name)
    zone_id = one(aws_api_gateway_domain_name.edge[*].cloudfront_zone_id)
    } : {
    name    = one(aws_apigatewayv2_domain_name.this[*].domain_name_configuration[0].target_domain_name)
    zone_id = one(aws_apigatewayv2_domain_name.this[*].domain_name_configuration[0].hosted_zone_id)
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  count = local.creates_domain && !local.has_edge_domain ? 1 : 0

  domain_name = local.domain.name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = local.domain.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = local.domain.security_policy
    ip_address_type = local.domain.ip_address_type
  }

  dynamic "mutual_tls_authentication" {
    for_each = local.domain.mutual_tls[*]

    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = mutual_tls_authentication.value.truststore_version
    }
  }

  # Another name serves before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

# Another API is another mapping, and there can be only one of a path: the old one has to go first.
resource "aws_apigatewayv2_api_mapping" "this" {
  count = local.has_domain && !local.has_edge_domain ? 1 : 0

  domain_name     = local.creates_domain ? aws_apigatewayv2_domain_name.this[0].domain_name : local.domain.name
  api_id          = local.is_rest ? aws_api_gateway_rest_api.this[0].id : aws_apigatewayv2_api.this[0].id
  stage           = local.is_rest ? aws_api_gateway_stage.this[0].stage_name : aws_apigatewayv2_stage.default[0].name
  api_mapping_key = local.base_path
}

resource "aws_api_gateway_domain_name" "edge" {
  count = local.creates_domain && local.has_edge_domain ? 1 : 0

  domain_name     = local.domain.name
  certificate_arn = local.domain.certificate_arn
  security_policy = local.domain.security_policy
  tags            = var.tags

  endpoint_configuration {
    types = ["EDGE"]
  }
}

resource "aws_api_gateway_base_path_mapping" "edge" {
  count = local.has_edge_domain ? 1 : 0

  domain_name = local.creates_domain ? aws_api_gateway_domain_name.edge[0].domain_name : local.domain.name
  api_id      = aws_api_gateway_rest_api.this[0].id
  stage_name  = aws_api_gateway_stage.this[0].stage_name
  base_path   = local.base_path
}

resource "aws_route53_record" "this" {
  count = local.has_record ? 1 : 0

  zone_id = local.domain.hosted_zone.id
  name    = local.domain.name
  type    = "A"

  alias {
    name                   = local.domain_target.name
    zone_id                = local.domain_target.zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "ipv6" {
  count = local.has_record && local.has_ipv6 ? 1 : 0

  zone_id = local.domain.hosted_zone.id
  name    = local.domain.name
  type    = "AAAA"

  alias {
    name                   = local.domain_target.name
    zone_id                = local.domain_target.zone_id
    evaluate_target_health = false
  }
}

# Version 0.1.0 made every domain name of a REST API with version 1. It serves on while the state learns its new address
# (CHANGELOG.md has the commands): forgotten, never destroyed.
removed {
  from = aws_api_gateway_domain_name.this

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_api_gateway_base_path_mapping.this

  lifecycle {
    destroy = false
  }
}
