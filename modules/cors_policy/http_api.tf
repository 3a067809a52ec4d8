# HTTP API: the arguments of cors_configuration of an aws_apigatewayv2_api.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
# The gateway answers preflights itself, and ignores what the function says. Origins are compared letter for letter:
# besides `*` and, for all of them, https://* and http://*, which no policy has, there are no patterns.

locals {
  http_api_obstacles = concat(
    [for text in local.inexact_origins : "An HTTP API compares origins letter for letter, and cannot say ${text}."],
    [for text in local.foreign_origins : "An HTTP API takes origins of http and https only, not ${text}."],
    [for method in local.allow_methods : "An HTTP API takes methods of at most 64 characters, not ${method}." if length(method) > 64],
  )

  http_api_limits = ["Errors that an HTTP API makes itself (throttling, an authorizer's refusal, a timeout) cannot be customised, and AWS does not say that they carry CORS headers."]

  http_api = local.in_force && length(local.http_api_obstacles) == 0 ? {
    allow_origins     = local.allow_origins
    allow_methods     = local.listed_methods
    allow_headers     = local.allow_headers
    expose_headers    = local.expose_headers
    allow_credentials = local.allow_credentials
    max_age           = local.max_age
  } : null
}
