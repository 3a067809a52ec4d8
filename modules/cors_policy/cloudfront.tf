# CloudFront: the arguments of cors_config of an aws_cloudfront_response_headers_policy.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
# CloudFront writes headers and answers no preflight: OPTIONS must be an allowed method and reach the origin server.

locals {
  cloudfront_obstacles = concat(
    [for e in local.origins : "CloudFront has no ports that are a wildcard, as in ${e.text}." if e.port == "*"],
    [for text in local.foreign_origins : "CloudFront is documented for origins of http and https only, not for ${text}."],
    [for method in local.allow_methods : "CloudFront takes the methods GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, not ${method}." if !contains(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*"], method)],
  )

  cloudfront_limits = concat(
    ["CloudFront answers no preflight: let OPTIONS reach the origin server, and put Origin in the cache key."],
    [for e in local.origins : "AWS does not say whether CloudFront takes ${e.text} for one label or for more." if e.is_subdomain_pattern],
  )

  cloudfront = local.in_force && length(local.cloudfront_obstacles) == 0 ? {
    access_control_allow_origins     = { items = local.allow_origins }
    access_control_allow_methods     = { items = contains(local.allow_methods, "*") ? ["ALL"] : local.allow_methods }
    access_control_allow_headers     = { items = local.allow_headers }
    access_control_expose_headers    = { items = local.expose_headers }
    access_control_allow_credentials = local.allow_credentials
    access_control_max_age_sec       = local.max_age
    origin_override                  = true
  } : null
}
