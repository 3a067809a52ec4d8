variable "domain" {
  description = <<-EOT
    REST API and HTTP API: a domain name for it. null: none. An object:
    - `name` (string, required): the domain name, such as "api.example.com"; "*.example.com" takes every name below
    - `certificate_arn` (string): ARN of its ACM certificate, of the API's region; of us-east-1 with EDGE; required unless create is false
    - `base_path` (string): the path it has there, such as "v1" or "v1/items" (with EDGE one segment); the app gets it as its root_path
    - `hosted_zone` (object): the Route 53 hosted zone that gets the record
      - `id` (string, required): its id
    - `disable_execute_api_endpoint` (bool, default true): whether the address at execute-api is switched off
    - `create` (bool, default true): whether the name is made here; false: it is there, and the API is mapped to its base_path, so that several APIs share one name
    - `security_policy` (string, default "TLS_1_2"): the oldest TLS that is let in; "TLS_1_0" with EDGE only
    - `ip_address_type` (string, default "ipv4"): "ipv4" or "dualstack", which answers over IPv6 too and gets an AAAA record
    - `mutual_tls` (object): clients have to show a certificate; not with EDGE
      - `truststore_uri` (string, required): S3 URI of the certificates that may sign theirs, such as "s3://BUCKET/truststore.pem"
      - `truststore_version` (string): version of that object
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.domain == null || var.gateway != "function_url"
    error_message = "domain does not go with gateway \"function_url\", which has none: leave domain out, and put CloudFront before the URL."
  }

  validation {
    condition     = var.domain == null || var.endpoint_type != "PRIVATE"
    error_message = "domain does not go with endpoint_type \"PRIVATE\": leave domain out."
  }

  validation {
    condition     = try(var.domain.name, null) == null ? true : can(regex("^([*][.])?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain.name))
    error_message = "domain.name ${nonsensitive(jsonencode(try(var.domain.name, null)))} is no domain name: write it in lower case, without https:// and without a path, such as \"api.example.com\" or \"*.example.com\"."
  }

  validation {
    condition     = try(var.domain.certificate_arn, null) != null || var.domain == null ? true : try(var.domain.create, null) == false
    error_message = "domain ${nonsensitive(jsonencode(try(var.domain.name, null)))} has no certificate_arn: write the ARN of its ACM certificate, or create = false where the domain name is there already."
  }

  validation {
    condition     = try(var.domain.create, null) != false ? true : alltrue([for field in ["certificate_arn", "hosted_zone", "mutual_tls", "security_policy", "ip_address_type"] : try(var.domain[field], null) == null])
    error_message = "domain.create is false, so ${nonsensitive(join(", ", [for field in ["certificate_arn", "hosted_zone", "mutual_tls", "security_policy", "ip_address_type"] : field if try(var.domain[field], null) != null]))} would be ignored: leave them to whoever creates the name."
  }

  validation {
    condition     = try(var.domain.security_policy, null) == null ? true : contains(["TLS_1_0", "TLS_1_2"], var.domain.security_policy) && (var.domain.security_policy == "TLS_1_2" || var.endpoint_type == "EDGE")
    error_message = "domain.security_policy ${nonsensitive(jsonencode(try(var.domain.security_policy, null)))} is not for endpoint_type \"${var.endpoint_type}\": write \"TLS_1_2\", or leave it out; \"TLS_1_0\" is for EDGE only."
  }

  validation {
    condition     = try(var.domain.ip_address_type, null) == null ? true : contains(["ipv4", "dualstack"], var.domain.ip_address_type) && (var.domain.ip_address_type == "ipv4" || var.endpoint_type != "EDGE")
    error_message = "domain.ip_address_type ${nonsensitive(jsonencode(try(var.domain.ip_address_type, null)))} is not for endpoint_type \"${var.endpoint_type}\": write \"ipv4\" or, for a regional name, \"dualstack\"."
  }

  validation {
    condition     = try(var.domain.mutual_tls, null) == null || var.endpoint_type != "EDGE"
    error_message = "domain.mutual_tls does not go with endpoint_type \"EDGE\", whose names ask for no client certificate: write endpoint_type = \"REGIONAL\", or leave mutual_tls out."
  }

  validation {
    condition     = try(var.domain.mutual_tls.truststore_uri, null) == null ? true : can(regex("^s3://[^/]+/.+$", var.domain.mutual_tls.truststore_uri))
    error_message = "domain.mutual_tls.truststore_uri ${nonsensitive(jsonencode(try(var.domain.mutual_tls.truststore_uri, null)))} is not the URI of an S3 object: write s3://BUCKET/KEY."
  }

  validation {
    condition     = try(var.domain.base_path, null) == null || var.endpoint_type != "EDGE" ? true : !strcontains(var.domain.base_path, "/")
    error_message = "domain.base_path ${nonsensitive(jsonencode(try(var.domain.base_path, null)))} has more than one segment, which a domain name of endpoint_type \"EDGE\" cannot have: write one, such as \"v1\", or endpoint_type = \"REGIONAL\"."
  }

  validation {
    condition     = try(var.domain.certificate_arn, null) == null ? true : can(regex("^arn:[a-z0-9-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.domain.certificate_arn))
    error_message = "domain.certificate_arn ${nonsensitive(jsonencode(try(var.domain.certificate_arn, null)))} is not the ARN of an ACM certificate: write arn:aws:acm:REGION:ACCOUNT:certificate/ID."
  }

  validation {
    condition     = try(var.domain.base_path, null) == null ? true : can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", var.domain.base_path))
    error_message = "domain.base_path ${nonsensitive(jsonencode(try(var.domain.base_path, null)))} is none: write letters, digits, dots, hyphens and underscores, without a slash at the beginning or end, such as \"v1\"."
  }
}
