"""What moto 5.2.5 lacks of AWS, by service or topic; every operation names the AWS page that says what it does.

moto keeps what Terraform configures, and forgets, mistakes or refuses part of it. Only the embedded AWS's server
imports this package.
"""

from __future__ import annotations

from embedded.moto_extensions import (
    http_api,
    http_deployments,
    http_domain_names,
    lambda_concurrency,
    lambda_functions,
    lambda_permissions,
    lambda_urls,
    rest_api,
    rest_domain_names,
    rest_methods,
    rest_stages,
    route53,
    tags,
)

_LAMBDA = (lambda_functions, lambda_permissions, lambda_urls, lambda_concurrency)
_REST = (rest_api, rest_methods, rest_stages, rest_domain_names)
_HTTP = (http_api, http_deployments, http_domain_names)


def apply() -> None:
    """Extend moto in this process; call it once, before the server starts."""
    for topic in (*_LAMBDA, *_REST, *_HTTP, tags, route53):
        topic.apply()
