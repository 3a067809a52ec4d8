# Lambda function URL: the arguments of cors of an aws_lambda_function_url.
# https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
# The URL answers preflights itself; on other responses it adds its headers to the function's, so only one may write.

locals {
  function_url_obstacles = concat(
    [for text in local.inexact_origins : "A function URL compares origins letter for letter, and cannot say ${text}."],
    [for text in local.foreign_origins : "A function URL is documented for origins of http and https only, not for ${text}."],
    [for text in local.allow_origins : "A function URL takes origins of at most 253 characters, and ${text} has ${length(text)}." if length(text) > 253],
    [for number in [length(local.allow_origins)] : "A function URL takes at most 100 origins, and this policy has ${number}." if number > 100],
    [for method in local.allow_methods : "A function URL takes the methods GET, HEAD, POST, PUT, PATCH and DELETE, not ${method}." if !contains(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "*"], method)],
    [for number in [length(local.allow_headers)] : "A function URL takes at most 100 names in allow_headers, and this policy has ${number}." if number > 100],
    [for number in [length(local.expose_headers)] : "A function URL takes at most 100 names in expose_headers, and this policy has ${number}." if number > 100],
    [for name in concat(local.allow_headers, local.expose_headers) : "A function URL takes header names of at most 1,024 characters, and one has ${length(name)}." if length(name) > 1024],
  )

  function_url = local.in_force && length(local.function_url_obstacles) == 0 ? {
    allow_origins     = local.allow_origins
    allow_methods     = local.listed_methods
    allow_headers     = local.allow_headers
    expose_headers    = local.expose_headers
    allow_credentials = local.allow_credentials
    max_age           = local.max_age
  } : null
}
