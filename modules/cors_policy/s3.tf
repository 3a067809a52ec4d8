# S3: the arguments of one cors_rule of an aws_s3_bucket_cors_configuration.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
# One `*` an origin, and it stands for any text, dots included: one label or more, as in a policy. A rule matches only
# requests of its own methods, so GET, HEAD and POST, which need no listing, are listed.

locals {
  s3_obstacles = concat(
    [for method in local.allow_methods : "S3 takes the methods GET, HEAD, POST, PUT and DELETE, not ${method}." if !contains(["GET", "HEAD", "POST", "PUT", "DELETE"], method)],
    [for e in local.origins : "S3 has no ports that are a wildcard, as in ${e.text}." if e.port == "*"],
    [for name in local.allow_headers : "S3 counts authorization among the headers that * names; list it beside * in allow_headers, or list the headers."
    if name == "*" && !contains(local.allow_headers, "authorization")],
    [for name in local.expose_headers : "S3 exposes headers by name, not by *." if name == "*"],
    [for any in [local.any_origin] : "S3 allows credentials to every origin that it names, and this policy allows them to none."
    if !any && !local.allow_credentials],
  )

  s3 = local.in_force && length(local.s3_obstacles) == 0 ? {
    allowed_origins = local.allow_origins
    allowed_methods = local.listed_methods
    allowed_headers = contains(local.allow_headers, "*") ? ["*"] : local.allow_headers
    expose_headers  = local.expose_headers
    max_age_seconds = local.max_age
  } : null
}
