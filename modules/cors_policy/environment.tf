# The contract with the function: the environment variable LAMBDA_CORS_KIT_POLICY, one JSON object without white space
# and with sorted keys, or where that is long the same in gzip in base64. All of an environment is at most 4 KB:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

locals {
  plain_bytes = 1024

  # jsonencode writes & as \u0026; < and > and backslashes are in no name or origin.
  contracts = { for writer in ["function", "gateway", "none"] : writer => replace(jsonencode({
    version = 1
    writer  = writer
    policy  = writer == "none" ? null : local.policy
  }), "\\u0026", "&") }

  environment = { for writer, text in local.contracts : writer => (
    writer != "none" && !local.in_force ? null : length(text) <= local.plain_bytes ? text : base64gzip(text)
  ) }
}
