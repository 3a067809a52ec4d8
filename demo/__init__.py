"""What `make demo` runs: the quickstart, really deployed by Terraform, and what two web pages may read of it."""
