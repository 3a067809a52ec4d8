output "url" {
  description = "Address of the API, without a trailing slash."
  value       = trimsuffix(aws_lambda_function_url.this.function_url, "/")

  # Whoever calls it right after the apply finds a URL that may be called.
  depends_on = [aws_lambda_permission.invoke_function, aws_lambda_permission.invoke_function_url]
}

output "function_url_id" {
  description = "Id of the Function URL, the first part of its host name."
  value       = aws_lambda_function_url.this.url_id
}

output "version" {
  description = "Version of this module, the same as the Python package's."
  value       = local.kit_version
}
