# The object inputs after their conversion, with defaults and no attribute absent. What can be seen by whoever may describe
# the API (no password has a place in them) is sensitive no more: how many resources there are depends on it.
variable "name" {
  description = "Name of the API, for messages."
  type        = string
}
