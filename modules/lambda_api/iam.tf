locals {
  extra_iam_statements = [for statement in module.inputs.extra_iam_statements : {
    for key, value in {
      Sid      = statement.sid
      Effect   = statement.effect
      Action   = statement.actions
      Resource = statement.resources
      Condition = length(statement.conditions) == 0 ? null : {
        for test in distinct(statement.conditions[*].test) : test => {
          for condition in statement.conditions : condition.variable => condition.values if condition.test == test
        }
      }
    } : key => value if value != null
  }]
  extra_iam_policy = jsonencode({ Version = "2012-10-17", Statement = local.extra_iam_statements })
}

# A prefix unless a name is asked for, because a role is global and the same API may run in two regions; IAM adds 26 characters to it.
resource "aws_iam_role" "function" {
  name                 = var.role_name
  name_prefix          = var.role_name == null ? "${substr(var.name, 0, 37)}-" : null
  path                 = var.role_path
  description          = "Execution role of the function ${var.name}"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })

  depends_on = [module.cors_policy]
}

# What AWSLambdaBasicExecutionRole grants, but on this function's own log group only.
resource "aws_iam_role_policy" "logs" {
  name = "logs"
  role = aws_iam_role.function.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteOwnLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.function.arn}:*"
    }]
  })
}

resource "aws_iam_role_policy" "extra" {
  count = length(module.inputs.extra_iam_statements) == 0 ? 0 : 1

  name   = "extra"
  role   = aws_iam_role.function.name
  policy = local.extra_iam_policy

  lifecycle {
    precondition {
      # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role together
      condition     = nonsensitive(length(local.extra_iam_policy)) <= 9728
      error_message = "extra_iam_statements make a policy of ${nonsensitive(length(local.extra_iam_policy))} characters; IAM allows 10240 in all for a role, of which the module needs 512. Merge statements, or attach a managed policy to the role (output role_name)."
    }
  }
}

# The partition comes from the role: a data source would be read late under a caller's depends_on, and detach the policy.
resource "aws_iam_role_policy_attachment" "vpc_access" {
  count = module.inputs.vpc == null ? 0 : 1

  role       = aws_iam_role.function.name
  policy_arn = "arn:${split(":", aws_iam_role.function.arn)[1]}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role_policy_attachment" "tracing" {
  count = var.tracing ? 1 : 0

  role       = aws_iam_role.function.name
  policy_arn = "arn:${split(":", aws_iam_role.function.arn)[1]}:iam::aws:policy/AWSXRayDaemonWriteAccess"
}
