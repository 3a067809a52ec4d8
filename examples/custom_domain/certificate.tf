# A certificate that ACM renews by itself as long as the record stays.

resource "aws_acm_certificate" "api" {
  count = var.hosted_zone_id == null ? 0 : 1

  domain_name       = var.domain_name
  validation_method = "DNS"

  # API Gateway uses the old one until the new one is issued.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "certificate" {
  count = length(aws_acm_certificate.api)

  zone_id = var.hosted_zone_id
  name    = one(aws_acm_certificate.api[0].domain_validation_options).resource_record_name
  type    = one(aws_acm_certificate.api[0].domain_validation_options).resource_record_type
  records = [one(aws_acm_certificate.api[0].domain_validation_options).resource_record_value]
  ttl     = 300

  # The record of a domain in an account is the same for every certificate of it.
  allow_overwrite = true
}

# API Gateway takes issued certificates only: what needs the ARN gets it from here, and so waits.
resource "aws_acm_certificate_validation" "api" {
  count = length(aws_acm_certificate.api)

  certificate_arn         = aws_acm_certificate.api[0].arn
  validation_record_fqdns = aws_route53_record.certificate[*].fqdn
}
