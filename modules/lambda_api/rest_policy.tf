# Who may call a REST API. The policy is always there, for the reason that OPTIONS is: a policy that went away would be
# obeyed by the stage until another deployment.
locals {
  api_arn = join("", aws_api_gateway_rest_api.this[*].execution_arn)

  stated_policy = [for statement in module.inputs.resource_policy_statements : {
    for key, value in {
      Sid       = statement.sid
      Effect    = statement.effect
      Principal = { AWS = statement.principals }
      Action    = "execute-api:Invoke"
      Resource  = [for path in statement.paths : "${local.api_arn}/${path}"]
      Condition = length(statement.conditions) == 0 ? null : {
        for test in distinct(statement.conditions[*].test) : test => {
          for condition in statement.conditions : condition.variable => condition.values if condition.test == test
        }
      }
    } : key => value if value != null
  }]

  # What is the same as no policy: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
  # Signed requests: an Allow would let in every principal of the account, so a Deny that never applies (every request
  # comes over TLS), and an Allow for the preflights alone, which are unsigned and need one where there is a policy.
  # Any other authorizer is asked as well, whatever the policy allows.
  everyone      = { Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "${local.api_arn}/*" }
  nobody        = { Effect = "Deny", Principal = "*", Action = "execute-api:Invoke", Resource = "${local.api_arn}/*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }
  preflights    = { Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "${local.api_arn}/*/OPTIONS/*" }
  neutral_kinds = local.authorizer_kind != "iam" ? ["everyone"] : local.options_authorized ? ["nobody"] : ["nobody", "preflights"]
  neutral       = { everyone = local.everyone, nobody = local.nobody, preflights = local.preflights }
}

# A resource of its own, because its statements name the API.
resource "aws_api_gateway_rest_api_policy" "this" {
  count = local.is_rest ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this[0].id
  policy = length(module.inputs.resource_policy_statements) > 0 ? jsonencode({ Version = "2012-10-17", Statement = local.stated_policy }) : jsonencode({
    Version   = "2012-10-17"
    Statement = [for kind in local.neutral_kinds : local.neutral[kind]]
  })
}
