# Nobody but who may sign for it: a public URL needs a permission that this module's providers cannot express, see the
# variable function_url_auth_type.
resource "aws_lambda_function_url" "this" {
  count = local.is_function_url && var.create_function_url ? 1 : 0

  function_name      = aws_lambda_function.this.function_name
  qualifier          = local.qualifier
  authorization_type = var.function_url_auth_type
  invoke_mode        = "BUFFERED"

  # With it the URL answers preflights itself, and adds its headers to the function's: so the function writes none.
  dynamic "cors" {
    for_each = local.gateway_writes ? [local.by_function_url] : []

    content {
      allow_origins     = try(cors.value.allow_origins, null)
      allow_methods     = try(cors.value.allow_methods, null)
      allow_headers     = try(cors.value.allow_headers, null)
      expose_headers    = try(cors.value.expose_headers, null)
      allow_credentials = try(cors.value.allow_credentials, null)
      max_age           = try(cors.value.max_age, null)
    }
  }

  # Another name or qualifier is another address; the old one answers until there is the new one.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = !local.gateway_writes || local.by_function_url != null
      error_message = "cors_writer is \"gateway\", and this policy cannot be said there: ${join(" ", module.cors_policy.limits.function_url)} Leave cors_writer out, or write \"function\"."
    }
  }
}
