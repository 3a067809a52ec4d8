variable "deployment_triggers" {
  description = "REST API: what else a deployment contains, as strings by name, such as the ids and templates of methods and integrations that you add to the API yourself. A deployment is made after all of it, and again when any of it changes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.deployment_triggers) == 0 || var.gateway == "rest"
    error_message = "deployment_triggers ${jsonencode(keys(var.deployment_triggers))} does not go with gateway \"${var.gateway}\", which has no deployments of its own: leave deployment_triggers out, or write gateway = \"rest\"."
  }
}
