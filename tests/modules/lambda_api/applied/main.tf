# An API with all that the module can be given, in a VPC of its own.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  for_each = { "us-east-1a" = "10.0.1.0/24", "us-east-1b" = "10.0.2.0/24" }

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = aws_vpc.this.id
}

# What callers do with the module's outputs: let the function into a database.
resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = module.api.security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

module "api" {
  source = "../../../../modules/lambda_api"

  name         = "applied"
  image_uri    = "123456789012.dkr.ecr.us-east-1.amazonaws.com/items-api@sha256:${sha256("image")}"
  image_config = { command = ["app.handler"] }
  environment  = { DATABASE_GROUP = aws_security_group.database.id }
  tags         = { Team = "web" }

  # An origin that is known only after the apply.
  cors = {
    allow_origins     = ["https://app.example.com", "https://${aws_vpc.this.id}.example.com"]
    allow_credentials = true
    expose_headers    = ["x-request-id"]
  }

  vpc = {
    id                 = aws_vpc.this.id
    subnet_ids         = [for subnet in aws_subnet.this : subnet.id]
    security_group_ids = [aws_security_group.database.id]
  }

  extra_iam_statements = [{
    sid        = "ReadItems"
    actions    = ["dynamodb:GetItem"]
    resources  = ["arn:aws:dynamodb:us-east-1:123456789012:table/items"]
    conditions = [{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }]
  }]
}

output "api" {
  value = module.api
}
