"""What `make demo` runs: three gateways, really deployed by Terraform, and what two web pages may read of them."""
