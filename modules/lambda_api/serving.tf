# What serves goes last. Terraform keeps a thing with create_before_destroy until all that depends on its successors is
# done; a route more or less, another gateway or another function has no such dependent of its own, so here is one.
resource "terraform_data" "serving" {
  input = {
    function     = aws_lambda_function.this.function_name
    rest_api     = one(aws_api_gateway_stage.this[*].id)
    http_api     = one(aws_apigatewayv2_stage.default[*].arn)
    routes       = { for key, route in aws_apigatewayv2_route.this : key => route.id }
    function_url = one(aws_lambda_function_url.this[*].url_id)
  }
}
