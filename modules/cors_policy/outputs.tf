output "problems" {
  description = "What is wrong with the policy: a list of objects with code, field, value and message; empty where nothing is."
  value       = local.problems
}

output "policy" {
  description = "The policy as it is in force: the six fields with their defaults, normalised, and the dangerously_* ones where true; null for cors = null. Fails with every problem in one message."
  value       = local.policy

  precondition {
    condition = var.report_only || length(local.problems) == 0
    # Terraform wraps no line that starts with a space, so that each problem stays in one piece.
    error_message = join("\n", concat(["this CORS policy cannot be used:"], [for p in local.problems : "  - ${p.field}: ${p.message} (${p.code})"]))
  }
}

output "environment" {
  description = "The environment variable LAMBDA_CORS_KIT_POLICY for each writer of the Access-Control-* headers: an object with function, gateway and none. The first two are null where no policy is in force."
  value       = local.environment
}

output "rest_api" {
  description = "For a REST API: preflight.request_template and .response_template of a MOCK integration, gateway_responses.response_parameters, and limits in words; null where it cannot express the policy."
  value       = local.rest_api
}

output "http_api" {
  description = "For an HTTP API: the arguments of cors_configuration; null where it cannot express the policy."
  value       = local.http_api
}

output "function_url" {
  description = "For a Lambda function URL: the arguments of cors; null where it cannot express the policy."
  value       = local.function_url
}

output "s3" {
  description = "For an S3 bucket: the arguments of one cors_rule; null where it cannot express the policy."
  value       = local.s3
}

output "cloudfront" {
  description = "For CloudFront: the arguments of cors_config of a response headers policy; null where it cannot express the policy."
  value       = local.cloudfront
}

output "limits" {
  description = "For each dialect, in words: what it cannot do with this policy, or, where it is null, why it cannot express it."
  value = { for dialect, words in {
    rest_api     = { obstacles = local.rest_api_obstacles, limits = local.rest_api_limits }
    http_api     = { obstacles = local.http_api_obstacles, limits = local.http_api_limits }
    function_url = { obstacles = local.function_url_obstacles, limits = [] }
    s3           = { obstacles = local.s3_obstacles, limits = [] }
    cloudfront   = { obstacles = local.cloudfront_obstacles, limits = local.cloudfront_limits }
  } : dialect => [for text in length(words.obstacles) > 0 ? words.obstacles : words.limits : text if local.in_force] }
}
