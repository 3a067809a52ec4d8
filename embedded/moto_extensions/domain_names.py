"""Custom domain names: one object on AWS, whether the REST or the HTTP API's operations made it.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-apimappings.html
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.apigatewayv2.exceptions import (
    APIGatewayV2Error,
    ApiMappingNotFound,
    BadRequestException,
    DomainNameNotFound,
)
from moto.apigatewayv2.models import apigatewayv2_backends

# https://docs.aws.amazon.com/general/latest/gr/apigateway.html: us-east-1, and CloudFront for EDGE.
REGIONAL_ZONE, EDGE_ZONE = "Z1UJRXOUMOOFQ8", "Z2FDTNDATAQYW2"


class Conflict(APIGatewayV2Error):
    """What exists already, or is still used (409)."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ConflictException", message)


@dataclass
class Mapping:
    """The base path `key` of a domain name leads to a stage of an API; the empty key is the root."""

    api_id: str
    stage: str | None
    key: str = ""
    mapping_id: str = field(default_factory=lambda: secrets.token_hex(3))


@dataclass
class Domain:
    """A custom domain name, in the words of both services."""

    name: str
    arn: str
    endpoint_configuration: dict[str, Any]
    certificate_arn: str | None = None
    certificate_name: str | None = None
    ownership_certificate_arn: str | None = None
    security_policy: str = "TLS_1_2"
    mutual_tls: dict[str, Any] | None = None
    routing_mode: str = "BASE_PATH_MAPPING_ONLY"
    policy: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    # A private name has an id, for several may have one name.
    domain_id: str | None = None
    mappings: dict[str, Mapping] = field(default_factory=dict)
    uploaded: int = field(default_factory=lambda: int(time.time()))
    target: str = field(default_factory=lambda: f"d-{secrets.token_hex(5)}")

    @property
    def endpoint_type(self) -> str:
        """REGIONAL, EDGE or PRIVATE."""
        return str(self.endpoint_configuration["types"][0])


class Domains:
    """The custom domain names of one account in one region."""

    def __init__(self, account: str, region: str) -> None:
        self._rest: Any = apigateway_backends[account][region]
        self._http: Any = apigatewayv2_backends[account][region]

    def all(self) -> list[Domain]:
        """Return every domain name."""
        return list(self._http.domain_names.values())

    def get(self, name: str, domain_id: str | None = None) -> Domain:
        """Return the domain name; raises `DomainNameNotFound` (404)."""
        domain = self._http.domain_names.get(domain_id or name)
        if domain is None or domain.name != name:
            raise DomainNameNotFound
        return domain  # type: ignore[no-any-return]  # moto is untyped

    def add(self, domain: Domain) -> Domain:
        """Keep a new domain name; raises `Conflict` when it exists."""
        key = domain.domain_id or domain.name
        if key in self._http.domain_names:
            raise Conflict(f"The domain name you provided already exists. ({domain.name})")
        self._http.domain_names[key] = domain
        return domain

    def remove(self, name: str, domain_id: str | None = None) -> None:
        """Delete the domain name with its mappings; raises `DomainNameNotFound` (404)."""
        self.get(name, domain_id)
        del self._http.domain_names[domain_id or name]

    def arn(self, name: str, domain_id: str | None = None) -> str:
        """Return the ARN of a domain name; a private one's has its id, and the account."""
        region, account, partition = self._http.region_name, self._http.account_id, self._http.partition
        if domain_id:
            return f"arn:{partition}:apigateway:{region}:{account}:/domainnames/{name}+{domain_id}"
        return f"arn:{partition}:apigateway:{region}::/domainnames/{name}"

    def mapping(self, domain: Domain, mapping_id: str) -> Mapping:
        """Return a mapping by its id; raises `ApiMappingNotFound` (404)."""
        if mapping_id not in domain.mappings:
            raise ApiMappingNotFound
        return domain.mappings[mapping_id]

    def add_mapping(self, domain: Domain, mapping: Mapping) -> Mapping:
        """Keep a new mapping, when it leads somewhere and its key is free."""
        self.check(domain, mapping)
        domain.mappings[mapping.mapping_id] = mapping
        return mapping

    def check(self, domain: Domain, mapping: Mapping) -> None:
        """Refuse what AWS refuses: a key that is taken or malformed, an API or stage that is not there.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
        """
        others = [other for other in domain.mappings.values() if other.mapping_id != mapping.mapping_id]
        if mapping.key in [other.key for other in others]:
            raise Conflict("ApiMapping key already exists for this domain name")
        if mapping.key.startswith("/") or mapping.key.endswith("/") or "//" in mapping.key:
            raise BadRequestException(
                "API mapping key should not start or end with a '/' or have consecutive '/'s."
            )
        if "/" in mapping.key and (domain.endpoint_type != "REGIONAL" or domain.security_policy == "TLS_1_0"):
            raise BadRequestException("Multi-level API mappings need a regional domain name with TLS 1.2.")
        api = self._rest.apis.get(mapping.api_id) or self._http.apis.get(mapping.api_id)
        if api is None:
            raise BadRequestException(f"Invalid API identifier specified {mapping.api_id}")
        if mapping.api_id in self._http.apis and domain.endpoint_type != "REGIONAL":
            raise BadRequestException("Only regional domain names are supported for HTTP APIs.")
        if mapping.stage and mapping.stage not in api.stages:
            raise BadRequestException("Invalid stage identifier specified")


def domains_of(backend: Any) -> Domains:
    """Return the domain names of a backend's account and region."""
    return Domains(backend.account_id, backend.region_name)


def is_mapped(api_id: str, backend: Any) -> bool:
    """Tell whether a domain name leads to the API."""
    mappings = [mapping for domain in domains_of(backend).all() for mapping in domain.mappings.values()]
    return api_id in [mapping.api_id for mapping in mappings]


def mutual_tls(wanted: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the mutual TLS settings; an empty trust store turns it off.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
    """
    if not wanted or not wanted.get("truststoreUri"):
        return None
    kept = {key: wanted[key] for key in ("truststoreUri", "truststoreVersion") if wanted.get(key)}
    return kept | {"truststoreWarnings": []}
