variable "domain" {
  description = "See the variable of this name of the module around."
  type = object({
    name            = optional(string)
    certificate_arn = optional(string)
    base_path       = optional(string)
    hosted_zone = optional(object({
      id = optional(string)
    }))
    disable_execute_api_endpoint = optional(bool, true)
    create                       = optional(bool, true)
    security_policy              = optional(string, "TLS_1_2")
    ip_address_type              = optional(string, "ipv4")
    mutual_tls = optional(object({
      truststore_uri     = optional(string)
      truststore_version = optional(string)
    }))
  })
}

locals {
  domain = nonsensitive(var.domain)
}

output "domain" {
  description = "The input, with its defaults."
  value = nonsensitive(local.domain == null) ? null : {
    name            = nonsensitive(local.domain.name)
    certificate_arn = nonsensitive(local.domain.certificate_arn)
    base_path       = nonsensitive(local.domain.base_path)
    hosted_zone = nonsensitive(local.domain.hosted_zone == null) ? null : {
      id = nonsensitive(local.domain.hosted_zone.id)
    }
    disable_execute_api_endpoint = nonsensitive(local.domain.disable_execute_api_endpoint)
    create                       = nonsensitive(local.domain.create)
    security_policy              = nonsensitive(local.domain.security_policy)
    ip_address_type              = nonsensitive(local.domain.ip_address_type)
    mutual_tls = nonsensitive(local.domain.mutual_tls == null) ? null : {
      truststore_uri     = nonsensitive(local.domain.mutual_tls.truststore_uri)
      truststore_version = nonsensitive(local.domain.mutual_tls.truststore_version)
    }
  }
}
