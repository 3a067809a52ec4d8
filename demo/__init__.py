"""What `make demo` runs: three gateways deployed by Terraform, one without the kit, and what pages may read."""
