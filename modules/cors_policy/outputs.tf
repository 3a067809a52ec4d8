output "problems" {
  description = "What is wrong with the policy: a list of objects with code, field, value and message; empty where nothing is."
  value       = local.problems
}

output "policy" {
  description = "The policy as it is in force: the six fields with their defaults, normalised, and the dangerously_* ones where true; null for cors = null. Fails with every problem in one message; where a part is known only after the apply, with every problem that is known."
  value       = local.policy

  # Not asked where the whole policy has been refused with all of its problems.
  depends_on = [module.verdict]

  precondition {
    condition     = var.report_only || length(local.partial_problems.shape) == 0
    error_message = local.partial_refusals.shape
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.allow_origins) == 0
    error_message = local.partial_refusals.allow_origins
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.wildcard) == 0
    error_message = local.partial_refusals.wildcard
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.allow_methods) == 0
    error_message = local.partial_refusals.allow_methods
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.allow_headers) == 0
    error_message = local.partial_refusals.allow_headers
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.expose_headers) == 0
    error_message = local.partial_refusals.expose_headers
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.booleans) == 0
    error_message = local.partial_refusals.booleans
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.max_age) == 0
    error_message = local.partial_refusals.max_age
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_0) == 0
    error_message = local.partial_refusals.entry_0
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_1) == 0
    error_message = local.partial_refusals.entry_1
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_2) == 0
    error_message = local.partial_refusals.entry_2
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_3) == 0
    error_message = local.partial_refusals.entry_3
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_4) == 0
    error_message = local.partial_refusals.entry_4
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_5) == 0
    error_message = local.partial_refusals.entry_5
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_6) == 0
    error_message = local.partial_refusals.entry_6
  }

  precondition {
    condition     = var.report_only || length(local.partial_problems.entry_7) == 0
    error_message = local.partial_refusals.entry_7
  }
}

output "environment" {
  description = "The environment variable LAMBDA_CORS_KIT_POLICY for each writer of the Access-Control-* headers: an object with function, gateway and none, each one JSON object. The first two are null where no policy is in force."
  value       = local.environment
}

output "environment_compressed" {
  description = "The same in gzip in base64, which the library reads as well: for a function whose variables would not fit 4 KB otherwise. A short policy is no shorter so."
  value       = local.environment_compressed
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
