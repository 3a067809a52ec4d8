# REST API. OPTIONS is a MOCK integration, and the policy is its response template, in Velocity's language:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
# Errors that API Gateway makes itself are gateway responses, whose header values are static:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html

locals {
  # Every value stands between single quotes, where Velocity reads nothing but their end. Names with $ or # would be
  # safe there as well; no header that exists has them, so no engine has to prove it.
  rest_api_obstacles = concat(
    [for name in concat(local.allow_methods, local.allow_headers, local.expose_headers) :
      "The preflight of a REST API is a template, which cannot hold the name ${name}: it has one of ' $ # in it."
    if can(regex("['$#]", name))],
    [for bytes in [length(local.preflight_template)] :
      "The preflight of a REST API is a template of at most 300,000 bytes, and this policy needs ${bytes}; shorten allow_origins."
    if bytes > 300000],
  )

  # ------------------------------------------------------------------------------------------------------- preflight
  # A pattern is a regular expression that must match the whole Origin: labels for `*.`, and for `:*` no port or any but
  # the scheme's default. No browser sends more than 326 bytes, so longer ones are not looked at.
  any_port = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
  origin_tests = [for e in local.origins : (
    !e.is_subdomain_pattern && e.port != "*" ? "$origin == '${e.text}'" : join("", [
      "$origin.matches('(?!.{327})",
      replace(replace(e.scheme, ".", "[.]"), "+", "[+]"), "://",
      e.is_subdomain_pattern ? "([a-z0-9_-]{1,63}[.])+" : "",
      startswith(e.base, "[") ? "\\[${trim(e.base, "[]")}\\]" : replace(e.base, ".", "[.]"),
      e.port == null ? "" : e.port != "*" ? ":${e.port}" : "(:${try("(?!${local.default_ports[e.scheme]}(?![0-9]))", "")}${local.any_port})?",
      "')",
    ])
  )]

  vary = local.any_origin ? ["Access-Control-Request-Method", "Access-Control-Request-Headers"] : ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]

  # Header by header, in the order of the standard; a header without a value is not written.
  preflight_headers = [for header in [
    { name = "Access-Control-Allow-Origin", value = local.any_origin ? "'*'" : "$origin" },
    { name = "Access-Control-Allow-Credentials", value = local.allow_credentials ? "'true'" : "''" },
    { name = "Access-Control-Allow-Methods", value = "'${join(",", local.allow_methods)}'" },
    { name = "Access-Control-Allow-Headers", value = "'${join(",", local.allow_headers)}'" },
    { name = "Access-Control-Max-Age", value = "'${coalesce(local.max_age, 0)}'" },
  ] : "#set($context.responseOverride.header.${header.name} = ${header.value})" if header.value != "''"]

  # Each header is overridden at most once on every path. Origin is read from the headers alone, for $input.params("…")
  # would take it from the query string as well. Lines with a directive leave nothing in the body.
  preflight_template = join("\n", concat(
    [
      "## The answer to a CORS preflight, compiled by lambda-cors-kit ${local.kit_version} from the policy in Terraform.",
      "## Change the policy, not this text.",
      "#set($context.responseOverride.header.Vary = '${join(", ", local.vary)}')",
    ],
    [for line in local.preflight_headers : line if local.any_origin],
    [for line in concat(
      [
        "## The value of Origin, in the spelling of HTTP/1.1 or of HTTP/2. No browser sends both.",
        "#set($origin = '')",
        "#set($lines = 0)",
        "#foreach($name in $input.params().header.keySet())#if($name == 'Origin' || $name == 'origin')#set($lines = $lines + 1)#set($origin = $input.params().header.get($name))#end#end",
        "## The origins of the policy.",
        "#set($allowed = false)",
      ],
      [for test in local.origin_tests : "#if(${test})#set($allowed = true)#end"],
      [
        "## An origin that is not allowed learns nothing but that; a request without one is not a preflight.",
        "#if($allowed && $lines == 1)",
      ],
      local.preflight_headers,
      [
        "#elseif($lines > 0)",
        "#set($context.responseOverride.status = 403)",
        "#end",
      ],
    ) : line if !local.any_origin],
    [""],
  ))

  # ----------------------------------------------------------------------------------------------- gateway responses
  # One exact origin can be named; several cannot. Without credentials everyone may read errors that hold no data.
  one_origin              = length(local.origins) == 1 && length(local.inexact_origins) == 0
  gateway_response_origin = local.one_origin ? local.allow_origins[0] : local.allow_credentials ? "" : "*"

  gateway_response_headers = { for name, value in {
    "Access-Control-Allow-Origin"      = local.gateway_response_origin
    "Access-Control-Allow-Credentials" = local.one_origin && local.allow_credentials ? "true" : ""
    "Access-Control-Expose-Headers"    = join(",", local.expose_headers)
    "Vary"                             = local.any_origin ? "" : "Origin"
  } : "gatewayresponse.header.${name}" => "'${value}'" if value != "" }

  # -------------------------------------------------------------------------------------------------------- compiled
  rest_api_limits = concat(
    ["API Gateway refuses requests over 10 MB with 413 and without CORS headers; this error cannot be customised."],
    [for origin in [local.gateway_response_origin] : "Errors that API Gateway makes itself (throttling, an authorizer's refusal, a timeout) carry no Access-Control-Allow-Origin, so pages see a network error: their headers are static, and with credentials they cannot name several origins or a pattern. dangerously_reflect_origin_in_gateway_responses lets pages of every origin read them."
    if origin == ""],
    [for origin in [local.gateway_response_origin] : "Errors that API Gateway makes itself (throttling, an authorizer's refusal, a timeout) can be read by pages of every origin: their headers are static, and cannot name several origins or a pattern. They hold no data of the application."
    if origin == "*" && !local.any_origin],
  )

  rest_api = local.in_force && length(local.rest_api_obstacles) == 0 ? {
    preflight = {
      request_template  = "{\"statusCode\": 204}"
      response_template = local.preflight_template
    }
    gateway_responses = { response_parameters = local.gateway_response_headers }
    limits            = local.rest_api_limits
  } : null
}
