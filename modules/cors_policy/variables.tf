variable "cors" {
  description = "The CORS policy: an object with allow_origins, allow_methods, allow_headers, expose_headers, allow_credentials, max_age, dangerously_allow_insecure_origins, dangerously_allow_public_suffix_wildcards; null is no CORS at all."
  # An object type would drop misspelt attributes and turn "true" into true without a word; rules.tf refuses both.
  type    = any
  default = null
}

variable "report_only" {
  description = "true: problems are reported in the output `problems` and do not fail the plan; while there are any, every other output is null."
  type        = bool
  default     = false
  nullable    = false
}

variable "name" {
  description = "Whose policy it is, for messages: with for_each over several APIs a problem then says of which. null: \"this CORS policy\"."
  type        = string
  default     = null
}
