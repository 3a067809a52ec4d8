output "role_arn" {
  description = "ARN of the role, set for the account and region."
  value       = aws_api_gateway_account.this.cloudwatch_role_arn
}

output "version" {
  description = "Version of this module, the same as the Python package's."
  value       = local.kit_version
}
