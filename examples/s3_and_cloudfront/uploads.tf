# The bucket for uploads: private, encrypted, and written to with presigned URLs that the function signs.

# trivy:ignore:AVD-AWS-0089 A log needs a bucket of its own, and somebody who reads it: yours to add.
resource "aws_s3_bucket" "uploads" {
  # checkov:skip=CKV_AWS_18: A log needs a bucket of its own, and somebody who reads it: yours to add.
  # checkov:skip=CKV_AWS_144: A second region doubles the cost, and uploads are versioned.
  # checkov:skip=CKV_AWS_145: Encrypted with S3's own keys; a KMS key costs by the month and by the request.
  # checkov:skip=CKV2_AWS_62: Nothing here waits for an upload.
  bucket_prefix = "items-uploads-"
}

# The policy in S3's words. A page that holds a presigned URL puts its file here directly; CloudFront is not involved.
resource "aws_s3_bucket_cors_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  cors_rule {
    id              = "lambda-cors-kit"
    allowed_origins = module.cors_policy.s3.allowed_origins
    allowed_methods = module.cors_policy.s3.allowed_methods
    allowed_headers = module.cors_policy.s3.allowed_headers
    expose_headers  = module.cors_policy.s3.expose_headers
    max_age_seconds = module.cors_policy.s3.max_age_seconds
  }

  lifecycle {
    # Without a rule the bucket would allow nothing, and a page would see why only in its console.
    precondition {
      condition     = module.cors_policy.s3 != null
      error_message = "S3 cannot express this policy: ${join(" ", module.cors_policy.limits.s3)}"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# trivy:ignore:AVD-AWS-0132 Encrypted with S3's own keys; a KMS key costs by the month and by the request.
resource "aws_s3_bucket_server_side_encryption_configuration" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  versioning_configuration {
    status = "Enabled"
  }
}

# Nobody without TLS; and CloudFront, on behalf of this distribution, may read once uploads are published.
resource "aws_s3_bucket_policy" "uploads" {
  bucket = aws_s3_bucket.uploads.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "TLSOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for published in [var.publish_uploads] : {
        Sid       = "CloudFrontReads"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = ["${aws_s3_bucket.uploads.arn}/uploads/*"]
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.api.arn } }
      } if published],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.uploads]
}
