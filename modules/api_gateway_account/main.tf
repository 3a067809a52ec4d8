# One for each account and region, whatever APIs there are: a module of its own, so that no API owns it.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
resource "aws_iam_role" "logs" {
  name                 = var.role_name
  name_prefix          = var.role_name == null ? "api-gateway-logs-" : null
  description          = "Lets API Gateway write its logs"
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.logs.name
  policy_arn = "arn:${split(":", aws_iam_role.logs.arn)[1]}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.logs.arn

  # API Gateway tries the role when it is set.
  depends_on = [aws_iam_role_policy_attachment.logs]
}
