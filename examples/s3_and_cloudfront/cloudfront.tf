# The public way to a Function URL that asks for AWS_IAM: CloudFront signs every request (origin access control), and
# the function's permissions name this one distribution.

locals {
  # Managed policies, the same in every account.
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
  caching_disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  caching_optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
  all_viewer_except_host_header = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
}

resource "aws_cloudfront_origin_access_control" "function_url" {
  name                              = "items-uploads-function-url"
  description                       = "Signs requests for the Function URL"
  origin_access_control_origin_type = "lambda"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_origin_access_control" "uploads" {
  count = var.publish_uploads ? 1 : 0

  name                              = "items-uploads-bucket"
  description                       = "Signs requests for the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# A cached response names the origin it was made for. With Origin in the key, no page is answered with another's.
resource "aws_cloudfront_cache_policy" "api" {
  count = var.api_cache_seconds > 0 ? 1 : 0

  name        = "items-uploads-api"
  comment     = "By origin, cookies and query"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = var.api_cache_seconds

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    headers_config {
      header_behavior = "whitelist"
      headers { items = ["Origin"] }
    }
    cookies_config { cookie_behavior = "all" }
    query_strings_config { query_string_behavior = "all" }
  }
}

# For downloads only. With it on the API's behavior there would be two writers, and CloudFront would write over the
# Function URL's headers; without it here there would be none, as the bucket is not sent Origin.
resource "aws_cloudfront_response_headers_policy" "uploads" {
  count = var.publish_uploads ? 1 : 0

  name    = "items-uploads"
  comment = "CORS of published uploads"

  cors_config {
    access_control_allow_origins { items = module.cors_policy.cloudfront.access_control_allow_origins.items }
    access_control_allow_methods { items = module.cors_policy.cloudfront.access_control_allow_methods.items }
    access_control_allow_headers { items = module.cors_policy.cloudfront.access_control_allow_headers.items }

    dynamic "access_control_expose_headers" {
      for_each = length(module.cors_policy.cloudfront.access_control_expose_headers.items) > 0 ? [1] : []

      content {
        items = module.cors_policy.cloudfront.access_control_expose_headers.items
      }
    }

    access_control_allow_credentials = module.cors_policy.cloudfront.access_control_allow_credentials
    access_control_max_age_sec       = module.cors_policy.cloudfront.access_control_max_age_sec
    origin_override                  = module.cors_policy.cloudfront.origin_override
  }

  # An upload is whatever a user sent: a browser must not guess that it is a script.
  security_headers_config {
    content_type_options { override = true }
  }

  lifecycle {
    precondition {
      condition     = module.cors_policy.cloudfront != null
      error_message = "CloudFront cannot express this policy: ${join(" ", module.cors_policy.limits.cloudfront)}"
    }
  }
}

# trivy:ignore:AVD-AWS-0010 A log needs a bucket of its own, and somebody who reads it: yours to add.
# trivy:ignore:AVD-AWS-0011 A web ACL costs by the month and knows your traffic: yours goes into web_acl_id.
resource "aws_cloudfront_distribution" "api" {
  # checkov:skip=CKV_AWS_68: A web ACL costs by the month and knows your traffic: yours goes into web_acl_id.
  # checkov:skip=CKV2_AWS_47: As above; and no Java stands behind it.
  # checkov:skip=CKV_AWS_86: A log needs a bucket of its own, and somebody who reads it: yours to add.
  # checkov:skip=CKV_AWS_174: Only with a certificate of your own can minimum_protocol_version be TLSv1.2_2021.
  # checkov:skip=CKV2_AWS_42: A certificate needs a domain of your own; example.com is nobody's to prove.
  # checkov:skip=CKV_AWS_305: The root is a path of the API, not a page.
  # checkov:skip=CKV_AWS_310: There is one API; CloudFront fails over for GET, HEAD and OPTIONS only.
  # checkov:skip=CKV_AWS_374: The API is for every country; CORS is no border.
  enabled         = true
  comment         = "items-uploads"
  is_ipv6_enabled = true
  http_version    = "http2and3"

  origin {
    origin_id                = "api"
    domain_name              = trimprefix(module.api.url, "https://")
    origin_access_control_id = aws_cloudfront_origin_access_control.function_url.id

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  # CloudFront answers no preflight: OPTIONS is allowed, never cached, and reaches the Function URL, signed.
  default_cache_behavior {
    target_origin_id       = "api"
    viewer_protocol_policy = "redirect-to-https"
    compress               = true
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]

    cache_policy_id = var.api_cache_seconds > 0 ? aws_cloudfront_cache_policy.api[0].id : local.caching_disabled

    # Everything of the request, Origin and the preflight's headers included. Not Host: the signature is for the
    # Function URL's own name.
    origin_request_policy_id = local.all_viewer_except_host_header
  }

  dynamic "origin" {
    for_each = aws_cloudfront_origin_access_control.uploads

    content {
      origin_id                = "uploads"
      domain_name              = aws_s3_bucket.uploads.bucket_regional_domain_name
      origin_access_control_id = origin.value.id
    }
  }

  # Origin is neither in the key nor forwarded: one copy serves every page, and CloudFront adds the headers for the one
  # that asks. Downloads need no preflight, and OPTIONS is not allowed.
  dynamic "ordered_cache_behavior" {
    for_each = aws_cloudfront_response_headers_policy.uploads

    content {
      path_pattern               = "/uploads/*"
      target_origin_id           = "uploads"
      viewer_protocol_policy     = "redirect-to-https"
      compress                   = true
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      cache_policy_id            = local.caching_optimized
      response_headers_policy_id = ordered_cache_behavior.value.id
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

# Both are needed since October 2025: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
# The second one is no back door: only CloudFront has the principal, and only for this distribution.
resource "aws_lambda_permission" "cloudfront_url" {
  statement_id           = "CloudFrontInvokesFunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = module.api.function_name
  principal              = "cloudfront.amazonaws.com"
  source_arn             = aws_cloudfront_distribution.api.arn
  function_url_auth_type = "AWS_IAM"
}

resource "aws_lambda_permission" "cloudfront_function" {
  statement_id  = "CloudFrontInvokesFunction"
  action        = "lambda:InvokeFunction"
  function_name = module.api.function_name
  principal     = "cloudfront.amazonaws.com"
  source_arn    = aws_cloudfront_distribution.api.arn
}
