# Fails with a message of the caller's. A module of its own, so that what comes after it is asked only where it passed.
variable "passed" {
  description = "Whether the plan goes on."
  type        = bool
  nullable    = false
}

variable "refusal" {
  description = "What it says where it does not."
  type        = string
  nullable    = false
}

output "passed" {
  description = "true: nothing that waits for this is reached otherwise."
  value       = var.passed

  precondition {
    condition     = var.passed
    error_message = var.refusal
  }
}
