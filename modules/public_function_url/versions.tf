terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.28 brought invoked_via_function_url, without which a public URL would let everyone invoke the function itself.
      version = ">= 6.28, < 7.0"
    }
  }
}
