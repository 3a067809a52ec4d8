# Three examples in one apply, because loading the provider takes longer than creating what they hold. Each works as a
# root of its own too, which is how a project of yours would look.

terraform {
  required_version = ">= 1.9"
}

module "rest" {
  source = "../../examples/quickstart"
}

module "http" {
  source = "../../examples/http_api"
}

module "function_url" {
  source = "../../examples/function_url"
}

output "cors" {
  description = "By gateway: the policy as deployed, who answers, and what this gateway cannot do."
  value = {
    rest         = module.rest.cors
    http         = module.http.cors
    function_url = module.function_url.cors
  }
}
