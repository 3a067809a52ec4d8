locals {
  has_security_group = module.inputs.vpc == null ? false : module.inputs.vpc.create_security_group
}

# Nothing comes in: API Gateway invokes the function through Lambda's API, not through the VPC.
resource "aws_security_group" "function" {
  count = local.has_security_group ? 1 : 0

  name_prefix = "lambda-${var.name}-"
  description = "Function ${var.name}: egress only"
  vpc_id      = module.inputs.vpc.id
  tags        = var.tags

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [module.cors_policy]
}

resource "aws_vpc_security_group_egress_rule" "function" {
  count = local.has_security_group ? 1 : 0

  security_group_id = aws_security_group.function[0].id
  description       = "The function may call anything the subnets reach"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "function_ipv6" {
  count = local.has_security_group && try(module.inputs.vpc.ipv6, false) ? 1 : 0

  security_group_id = aws_security_group.function[0].id
  description       = "The function may call anything the subnets reach"
  ip_protocol       = "-1"
  cidr_ipv6         = "::/0"
  tags              = var.tags
}
