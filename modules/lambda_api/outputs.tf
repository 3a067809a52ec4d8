output "url" {
  description = "Address of the API, without a trailing slash: its domain and base path if it has any; otherwise a REST API's stage, an HTTP API, or the Function URL; null with create_function_url = false, and with a wildcard domain name, which has no one address."
  value = local.is_wildcard_domain ? null : local.domain != null ? "https://${join("/", compact([local.domain.name, local.base_path]))}" : {
    rest         = one(aws_api_gateway_stage.this[*].invoke_url)
    http         = one(aws_apigatewayv2_api.this[*].api_endpoint)
    function_url = try(trimsuffix(one(aws_lambda_function_url.this[*].function_url), "/"), null)
  }[local.gateway]

  # Whoever calls it right after the apply finds a function that may be invoked.
  depends_on = [
    aws_api_gateway_base_path_mapping.edge,
    aws_apigatewayv2_api_mapping.this,
    aws_apigatewayv2_route.this,
    aws_apigatewayv2_stage.default,
    aws_lambda_permission.authorizer,
    aws_lambda_permission.http_api,
    aws_lambda_permission.rest_api,
    aws_route53_record.ipv6,
    aws_route53_record.this,
  ]
}

output "cors" {
  description = "How CORS is answered: writer (who writes Access-Control-* headers on real responses: \"function\", \"gateway\" or \"none\"), preflight_invokes_lambda, policy as normalised, dialect as deployed (null where the function does it all), limits (what this gateway cannot do, in words)."
  value = {
    writer                   = local.writer
    preflight_invokes_lambda = !local.preflight_by_gateway
    policy                   = module.cors_policy.policy
    dialect                  = local.dialect
    limits                   = local.limits
  }
}

output "gateway" {
  description = "What stands before the function: \"rest\", \"http\" or \"function_url\"."
  value       = local.gateway
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "alias" {
  description = "Name of the alias that the gateway invokes; null without provisioned concurrency."
  value       = local.qualifier
}

output "role_name" {
  description = "Name of the function's role, to attach more policies to."
  value       = aws_iam_role.function.name
}

output "role_arn" {
  description = "ARN of the function's role, for the policies of other resources."
  value       = aws_iam_role.function.arn
}

output "log_group_name" {
  description = "Name of the function's log group."
  value       = aws_cloudwatch_log_group.function.name
}

output "access_log_group_name" {
  description = "Name of the log group of the API's access logs; null without."
  value       = one(aws_cloudwatch_log_group.access[*].name)
}

output "security_group_id" {
  description = "The function's security group, to be let into a database; null without a VPC, or with the caller's own groups."
  value       = one(aws_security_group.function[*].id)
}

output "rest_api_id" {
  description = "Id of the REST API, for a custom domain, a usage plan or an alarm; null with another gateway."
  value       = one(aws_api_gateway_rest_api.this[*].id)
}

output "root_resource_id" {
  description = "Id of the REST API's resource /, to add a resource or a method below it (see deployment_triggers); null with another gateway."
  value       = one(aws_api_gateway_rest_api.this[*].root_resource_id)
}

output "proxy_resource_id" {
  description = "Id of the REST API's resource /{proxy+}, to add a method to it (see deployment_triggers); null with another gateway."
  value       = one(aws_api_gateway_resource.proxy[*].id)
}

output "http_api_id" {
  description = "Id of the HTTP API, for a custom domain or an alarm; null with another gateway."
  value       = one(aws_apigatewayv2_api.this[*].id)
}

output "function_url_id" {
  description = "Id of the Function URL, the first part of its host name; null with another gateway."
  value       = one(aws_lambda_function_url.this[*].url_id)
}

output "execution_arn" {
  description = "ARN prefix of the API's methods or routes, for permissions; null with a Function URL. It is no address: that is url."
  value       = one(concat(aws_api_gateway_rest_api.this[*].execution_arn, aws_apigatewayv2_api.this[*].execution_arn))
}

output "stage_name" {
  description = "Name of the stage, for a custom domain's mapping; null with a Function URL."
  value       = one(concat(aws_api_gateway_stage.this[*].stage_name, aws_apigatewayv2_stage.default[*].name))
}

output "stage_arn" {
  description = "ARN of the stage, to associate a web ACL with (REST API only) or for an alarm; null with a Function URL."
  value       = one(concat(aws_api_gateway_stage.this[*].arn, aws_apigatewayv2_stage.default[*].arn))
}

output "domain_target" {
  description = "What the domain's DNS record has to point at: an object with name and zone_id, for an alias record; null without domain, and with domain.create = false."
  value       = local.domain_target
}

output "warnings" {
  description = "What will surprise later, in words; empty where nothing does. A list, and no warning of Terraform's own: as long as the image is known only after the apply, that would come with every plan and fail every terraform test."
  # A re-pushed tag is no change to Terraform.
  value = [
    for uri in [nonsensitive(var.image_uri)] : "image_uri ${jsonencode(uri)} has no tag or the tag latest: pushing a new image under it changes nothing in Terraform, and the function keeps the old one. Write a digest (@sha256:…), or a tag that is never pushed again."
    if endswith(uri, ":latest") || !can(regex("(@sha256:[0-9a-f]{64}|:[^:/@]+)$", uri))
  ]
}

output "version" {
  description = "Version of this module, the same as the Python package's."
  value       = local.kit_version
}
