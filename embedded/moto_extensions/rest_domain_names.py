"""Custom domain names and base path mappings, as the REST API's operations have them.

https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html
https://docs.aws.amazon.com/apigateway/latest/api/API_BasePathMapping.html
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from moto.apigateway.exceptions import (
    BadRequestException,
    BasePathConflictException,
    BasePathNotFoundException,
    DomainNameNotFound,
    InvalidBasePathException,
    InvalidDomainName,
)
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.exceptions import DomainNameNotFound as NotFound
from moto.core.common_types import TYPE_RESPONSE

from embedded.moto_extensions.domain_names import (
    EDGE_ZONE,
    REGIONAL_ZONE,
    Conflict,
    Domain,
    Domains,
    Mapping,
    domains_of,
    mutual_tls,
)
from embedded.moto_extensions.extend import extend
from embedded.moto_extensions.patch_operations import entries, patch, scalar
from embedded.moto_extensions.rest_api import change_endpoint

NO_BASE_PATH = "(none)"
FIELDS = {
    "certificateArn": scalar("certificate_arn"),
    "certificateName": scalar("certificate_name"),
    "regionalCertificateArn": scalar("certificate_arn"),
    "regionalCertificateName": scalar("certificate_name"),
    "ownershipVerificationCertificateArn": scalar("ownership_certificate_arn"),
    "securityPolicy": scalar("security_policy"),
    "mutualTlsAuthentication": entries("mutual_tls"),
    "endpointConfiguration": change_endpoint,
    "routingMode": scalar("routing_mode"),
    "policy": scalar("policy"),
}
MAPPING = {"restapiId": scalar("api_id"), "stage": scalar("stage"), "basePath": scalar("key")}


def described(domain: Domain, region: str) -> dict[str, Any]:
    """Return the domain name as GetDomainName does: available at once."""
    whole: dict[str, Any] = {
        "domainName": domain.name,
        "domainNameArn": domain.arn,
        "domainNameId": domain.domain_id,
        "domainNameStatus": "AVAILABLE",
        "endpointConfiguration": domain.endpoint_configuration,
        "securityPolicy": domain.security_policy,
        "mutualTlsAuthentication": domain.mutual_tls,
        "ownershipVerificationCertificateArn": domain.ownership_certificate_arn,
        "routingMode": domain.routing_mode,
        "policy": domain.policy,
        "tags": domain.tags,
    }
    if domain.endpoint_type == "REGIONAL":
        whole["regionalDomainName"] = f"{domain.target}.execute-api.{region}.amazonaws.com"
        whole["regionalHostedZoneId"] = REGIONAL_ZONE
        whole["regionalCertificateArn"] = domain.certificate_arn
        whole["regionalCertificateName"] = domain.certificate_name
    else:
        whole["certificateArn"] = domain.certificate_arn
        whole["certificateName"] = domain.certificate_name
        whole["certificateUploadDate"] = domain.uploaded
    if domain.endpoint_type == "EDGE":
        whole["distributionDomainName"] = f"{domain.target}.cloudfront.net"
        whole["distributionHostedZoneId"] = EDGE_ZONE
    return {key: value for key, value in whole.items() if value is not None}


def names(self: APIGatewayResponse) -> Domains:
    """Return the domain names of the request's account and region."""
    return domains_of(self.backend)


def domain_of(self: APIGatewayResponse) -> Domain:
    """Return the domain name of the path, and of the query's id if it is private."""
    domain_id = self.querystring.get("domainNameId", [None])[0]
    try:
        return names(self).get(self.path.split("/")[2], domain_id)
    except NotFound:
        raise DomainNameNotFound from None


def answer(self: APIGatewayResponse, status: int, domain: Domain) -> TYPE_RESPONSE:
    """Return the response that describes the domain name."""
    return status, {"status": str(status)}, json.dumps(described(domain, self.region))


def create_domain_name(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Create the domain name, unless it exists: also as an HTTP API's."""
    body = json.loads(self.body)
    name = body.get("domainName")
    if not name:
        raise InvalidDomainName
    endpoint = dict(body.get("endpointConfiguration") or {})
    endpoint.setdefault("types", ["EDGE"])
    is_private = endpoint["types"] == ["PRIVATE"]
    endpoint.setdefault("ipAddressType", "dualstack" if is_private else "ipv4")
    domain_id = secrets.token_hex(5) if is_private else None
    new = Domain(name, names(self).arn(name, domain_id), endpoint, domain_id=domain_id)
    new.certificate_arn = body.get("regionalCertificateArn") or body.get("certificateArn")
    new.certificate_name = body.get("regionalCertificateName") or body.get("certificateName")
    new.ownership_certificate_arn = body.get("ownershipVerificationCertificateArn")
    new.security_policy = body.get("securityPolicy") or new.security_policy
    new.mutual_tls = mutual_tls(body.get("mutualTlsAuthentication"))
    new.routing_mode = body.get("routingMode") or new.routing_mode
    new.policy, new.tags = body.get("policy"), body.get("tags") or {}
    check(new)
    try:
        return answer(self, 201, names(self).add(new))
    except Conflict as error:
        raise BadRequestException(error.message) from None


def check(domain: Domain) -> None:
    """Refuse mutual TLS where AWS has none.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
    """
    if domain.mutual_tls and domain.endpoint_type != "REGIONAL":
        raise BadRequestException("Mutual TLS is supported for regional domain names only.")


def get_domain_name(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Describe the domain name, whoever made it."""
    return answer(self, 200, domain_of(self))


def get_domain_names(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """List the domain names."""
    return 200, {}, json.dumps({"item": [described(domain, self.region) for domain in names(self).all()]})


def update_domain_name(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDomainName.html."""
    domain = domain_of(self)
    changed = replace(domain)
    patch(changed, FIELDS, self._get_param("patchOperations"))
    changed.mutual_tls = mutual_tls(changed.mutual_tls)
    check(changed)
    vars(domain).update(vars(changed))
    return answer(self, 200, domain)


def delete_domain_name(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """Delete the domain name and its mappings."""
    domain = domain_of(self)
    names(self).remove(domain.name, domain.domain_id)
    return 202, {"status": "202"}, "{}"


def described_mapping(mapping: Mapping) -> dict[str, Any]:
    """Return the mapping as GetBasePathMapping does."""
    whole = {"restApiId": mapping.api_id, "basePath": mapping.key or NO_BASE_PATH, "stage": mapping.stage}
    return {key: value for key, value in whole.items() if value is not None}


def mapping_of(self: APIGatewayResponse) -> tuple[Domain, Mapping]:
    """Return the domain name and the mapping that the path names."""
    domain, key = domain_of(self), unquote(self.path.split("/")[4])
    for mapping in domain.mappings.values():
        if (mapping.key or NO_BASE_PATH) == key:
            return domain, mapping
    raise BasePathNotFoundException


def kept(self: APIGatewayResponse, domain: Domain, mapping: Mapping) -> str:
    """Keep a mapping and describe it; a key with a slash belongs to the HTTP API's operations."""
    mapping.key = "" if mapping.key in (None, NO_BASE_PATH) else mapping.key
    if "/" in mapping.key:
        raise InvalidBasePathException
    try:
        names(self).add_mapping(domain, mapping)
    except Conflict:
        raise BasePathConflictException from None
    return json.dumps(described_mapping(mapping))


def create_base_path_mapping(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html."""
    body = json.loads(self.body)
    mapping = Mapping(body["restApiId"], body.get("stage"), body.get("basePath") or "")
    return 201, {"status": "201"}, kept(self, domain_of(self), mapping)


def get_base_path_mapping(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_GetBasePathMapping.html."""
    return json.dumps(described_mapping(mapping_of(self)[1]))


def get_base_path_mappings(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_GetBasePathMappings.html."""
    mappings = domain_of(self).mappings.values()
    return json.dumps({"item": [described_mapping(mapping) for mapping in mappings]})


def update_base_path_mapping(self: APIGatewayResponse) -> str:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateBasePathMapping.html."""
    domain, mapping = mapping_of(self)
    changed = replace(mapping)
    patch(changed, MAPPING, self._get_param("patchOperations"))
    return kept(self, domain, changed)


def delete_base_path_mapping(self: APIGatewayResponse) -> TYPE_RESPONSE:
    """https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteBasePathMapping.html."""
    domain, mapping = mapping_of(self)
    del domain.mappings[mapping.mapping_id]
    return 202, {"status": "202"}, ""


def apply() -> None:
    """Replace moto's domain names and base path mappings, which the HTTP API's operations do not see."""
    reads = (get_domain_name, get_domain_names, get_base_path_mapping, get_base_path_mappings)
    domain_writes = (create_domain_name, update_domain_name, delete_domain_name)
    mapping_writes = (create_base_path_mapping, update_base_path_mapping, delete_base_path_mapping)
    extend(APIGatewayResponse, *reads, *domain_writes, *mapping_writes)
