terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}

locals {
  # One version for the modules and the Python package; a test holds it equal to setup.cfg.
  kit_version = "0.1.0"
}
