# The one policy, compiled for every layer. Its output `policy` fails with all problems before anything is touched.
module "cors_policy" {
  source = "../cors_policy"

  name = var.name
  cors = var.cors
}

# REST API: the policy's names with some origin. Whether a template can hold them is known at plan, when the origins may
# not be (a distribution created in the same apply), and how many resources there are must not depend on the unknown.
module "cors_names" {
  source = "../cors_policy"

  report_only = true
  cors = !local.has_cors || !local.is_rest ? null : merge(
    { for field in ["allow_methods", "allow_headers", "expose_headers"] : field => nonsensitive(var.cors)[field] if contains(nonsensitive(try(keys(var.cors), [])), field) },
    { allow_origins = ["https://app.example.com"] },
  )
}

locals {
  # A policy is in every response, and nothing of it secret.
  has_cors        = nonsensitive(var.cors != null)
  gateway         = nonsensitive(var.gateway)
  cors_writer     = nonsensitive(var.cors_writer)
  is_rest         = local.gateway == "rest"
  is_http         = local.gateway == "http"
  is_function_url = local.gateway == "function_url"

  # Null where the gateway cannot say the policy, and as long as the policy has problems; then the plan fails.
  by_http_api     = local.is_http ? module.cors_policy.http_api : null
  by_function_url = local.is_function_url ? module.cors_policy.function_url : null

  # One writer per response: the gateway where it can say the whole policy, otherwise the function. A REST API's proxy
  # integration returns the function's headers as they are, so there it is the function in any case.
  possible_writer = local.by_http_api != null || local.by_function_url != null ? "gateway" : "function"
  writer          = !local.has_cors ? "none" : local.is_rest ? "function" : local.cors_writer != null ? local.cors_writer : local.possible_writer
  gateway_writes  = local.writer == "gateway"

  policy_environment = module.cors_policy.environment[local.writer]

  preflight_by_template = local.is_rest && module.cors_names.rest_api != null
  preflight_by_gateway  = local.options_by_gateway || local.gateway_writes

  dialect = {
    rest         = local.rest_dialect
    http         = local.gateway_writes ? local.by_http_api : null
    function_url = local.gateway_writes ? local.by_function_url : null
  }[local.gateway]
}

# ------------------------------------------------------------------------------------------------------------ REST API
locals {
  rest_api = module.cors_policy.rest_api

  # Values here are static, so several origins with credentials cannot be named: none, or whichever asks.
  allow_origin      = "gatewayresponse.header.Access-Control-Allow-Origin"
  allow_credentials = "gatewayresponse.header.Access-Control-Allow-Credentials"
  reflects_origin   = nonsensitive(var.dangerously_reflect_origin_in_gateway_responses) && try(!contains(keys(local.rest_api.gateway_responses.response_parameters), local.allow_origin), false)

  rest_dialect = !local.is_rest || local.rest_api == null ? null : {
    preflight = local.rest_api.preflight
    gateway_responses = {
      response_parameters = merge(local.rest_api.gateway_responses.response_parameters, local.reflects_origin ? {
        (local.allow_origin)      = "method.request.header.Origin"
        (local.allow_credentials) = "'true'"
      } : {})
    }
  }
}

# ------------------------------------------------------------------------------------------------- limits, in words
locals {
  function_answers_preflights = "The function answers preflights, so each one is an invocation, and a cold start delays it."
  errors_carry_no_headers     = "Errors that API Gateway makes itself carry no CORS headers, so pages see a network error."

  requests_are_signed     = "The URL asks for signed requests (AWS_IAM), so a page needs AWS credentials of its own, or CloudFront with origin access control has to stand before the URL."
  preflights_are_unsigned = "The URL asks for signed requests (AWS_IAM), and browsers send preflights unsigned, so it refuses them before the function is asked: put CloudFront with origin access control before it, which signs every request, or make it public with the module public_function_url."

  limits_by_gateway = {
    rest = concat(
      [for limit in module.cors_policy.limits.rest_api : limit if !(local.reflects_origin && strcontains(limit, "dangerously_reflect_origin_in_gateway_responses"))],
      local.reflects_origin ? ["Errors that API Gateway makes itself name whichever origin asks, with credentials: pages of any site can read them, and only where the browser's request spells the header Origin with a capital letter."] : [],
      local.preflight_by_template
      ? ["Every OPTIONS request is answered by API Gateway as a preflight; none reaches the function."]
      : [local.function_answers_preflights, local.errors_carry_no_headers],
    )

    http = concat(
      module.cors_policy.limits.http_api,
      local.gateway_writes ? [] : [local.function_answers_preflights, local.errors_carry_no_headers],
      local.has_authorizer ? ["With an authorizer each route has a method, and an HTTP API has routes for ${join(", ", local.function_methods)} only: any other answers 404."] : [],
    )

    function_url = concat(
      module.cors_policy.limits.function_url,
      ["AWS does not say whether errors that the URL makes itself (a throttle, a refused signature) carry CORS headers."],
      local.gateway_writes ? [] : [local.function_answers_preflights],
      !var.create_function_url ? [] : local.gateway_writes ? [local.requests_are_signed] : [local.preflights_are_unsigned],
    )
  }
  limits = concat(!local.has_cors ? [] : local.limits_by_gateway[local.gateway], local.body_limits)
}
