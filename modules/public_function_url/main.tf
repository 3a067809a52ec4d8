# Anyone may call this URL, and the function only through it.
resource "aws_lambda_function_url" "this" {
  function_name      = var.function_name
  qualifier          = var.qualifier
  authorization_type = "NONE"
  invoke_mode        = "BUFFERED"

  dynamic "cors" {
    for_each = var.cors.dialect[*]

    content {
      allow_origins     = cors.value.allow_origins
      allow_methods     = cors.value.allow_methods
      allow_headers     = cors.value.allow_headers
      expose_headers    = cors.value.expose_headers
      allow_credentials = cors.value.allow_credentials
      max_age           = cors.value.max_age
    }
  }
}

# Both are needed: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
# The provider adds one of its own, FunctionURLAllowPublicAccess, which is not in the state; these have other ids.
resource "aws_lambda_permission" "invoke_function_url" {
  statement_id           = "PublicInvokeFunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function_url.this.function_name
  qualifier              = var.qualifier
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_lambda_permission" "invoke_function" {
  statement_id             = "PublicInvokeFunctionViaUrl"
  action                   = "lambda:InvokeFunction"
  function_name            = aws_lambda_function_url.this.function_name
  qualifier                = var.qualifier
  principal                = "*"
  invoked_via_function_url = true
}
