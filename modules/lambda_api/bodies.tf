locals {
  # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
  # What is not among them is text to API Gateway: it reads an upload as UTF-8, and hands on base64 as it stands.
  binary_media_types = nonsensitive(var.binary_media_types == null) ? ["*/*"] : [for media_type in nonsensitive(var.binary_media_types) : nonsensitive(media_type)]

  body_limits = [
    for types in [local.binary_media_types] : join(" ", [
      "binary_media_types is ${jsonencode(types)}, so API Gateway takes every body of another type for text:",
      "the bytes of an upload arrive changed, and what the function has to send in base64 (images, downloads,",
      "compressed answers) reaches the page as base64. Leave binary_media_types out, and every body arrives as it is.",
    ]) if local.is_rest && !contains(types, "*/*")
  ]
}
