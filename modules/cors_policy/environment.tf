# The contract with the function: the environment variable LAMBDA_CORS_KIT_POLICY, one JSON object without white space
# and with sorted keys. A reader without the key `vary` takes it for true.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html

locals {
  # Where the gateway writes the headers, the function is told no more than whether its answers vary with the origin.
  # jsonencode writes & as \u0026; < and > and backslashes are in no name or origin.
  contracts = { for writer in ["function", "gateway", "none"] : writer => replace(jsonencode(merge(
    { version = 1, writer = writer, policy = writer == "function" ? local.policy : null },
    { for key in ["vary"] : key => false if writer == "gateway" && local.has_wildcard.allow_origins },
  )), "\\u0026", "&") }

  environment            = { for writer, text in local.contracts : writer => writer != "none" && !local.in_force ? null : text }
  environment_compressed = { for writer, text in local.environment : writer => text == null ? null : base64gzip(text) }
}
