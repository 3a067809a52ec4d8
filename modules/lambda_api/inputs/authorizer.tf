variable "authorizer" {
  description = "See the variable of this name of the module around."
  type = object({
    jwt = optional(object({
      issuer   = optional(string)
      audience = optional(list(string))
      scopes   = optional(list(string), [])
    }))
    cognito = optional(object({
      user_pool_arns = optional(list(string))
      scopes         = optional(list(string), [])
    }))
    lambda = optional(object({
      function_name = optional(string)
      qualifier     = optional(string)
      invoke_arn    = optional(string)
      headers       = optional(list(string), ["Authorization"])
      cache_seconds = optional(number, 0)
    }))
    iam = optional(bool, false)
  })
}

locals {
  authorizer = nonsensitive(var.authorizer)
}

output "authorizer" {
  description = "The input, with its defaults."
  value = nonsensitive(local.authorizer == null) ? null : {
    jwt = nonsensitive(local.authorizer.jwt == null) ? null : {
      issuer   = nonsensitive(local.authorizer.jwt.issuer)
      audience = nonsensitive(local.authorizer.jwt.audience == null) ? null : [for item in nonsensitive(local.authorizer.jwt.audience) : nonsensitive(item)]
      scopes   = nonsensitive(local.authorizer.jwt.scopes == null) ? null : [for item in nonsensitive(local.authorizer.jwt.scopes) : nonsensitive(item)]
    }
    cognito = nonsensitive(local.authorizer.cognito == null) ? null : {
      user_pool_arns = nonsensitive(local.authorizer.cognito.user_pool_arns == null) ? null : [for item in nonsensitive(local.authorizer.cognito.user_pool_arns) : nonsensitive(item)]
      scopes         = nonsensitive(local.authorizer.cognito.scopes == null) ? null : [for item in nonsensitive(local.authorizer.cognito.scopes) : nonsensitive(item)]
    }
    lambda = nonsensitive(local.authorizer.lambda == null) ? null : {
      function_name = nonsensitive(local.authorizer.lambda.function_name)
      qualifier     = nonsensitive(local.authorizer.lambda.qualifier)
      invoke_arn    = nonsensitive(local.authorizer.lambda.invoke_arn)
      headers       = nonsensitive(local.authorizer.lambda.headers == null) ? null : [for item in nonsensitive(local.authorizer.lambda.headers) : nonsensitive(item)]
      cache_seconds = nonsensitive(local.authorizer.lambda.cache_seconds)
    }
    iam = nonsensitive(local.authorizer.iam)
  }
}
