"""Custom domain names and API mappings, as the HTTP API's operations have them.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from moto.apigatewayv2.exceptions import BadRequestException
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.common_types import TYPE_RESPONSE
from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp

from embedded.moto_extensions.domain_names import (
    EDGE_ZONE,
    REGIONAL_ZONE,
    Domain,
    Domains,
    Mapping,
    domains_of,
    mutual_tls,
)
from embedded.moto_extensions.extend import extend

# The HTTP API's names of the two routing modes that the REST API's operations name otherwise.
MODES = {
    "API_MAPPING_ONLY": "BASE_PATH_MAPPING_ONLY",
    "ROUTING_RULE_THEN_API_MAPPING": "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
}


def described(domain: Domain, region: str) -> dict[str, Any]:
    """Return the domain name as GetDomainName does: available at once."""
    is_edge = domain.endpoint_type == "EDGE"
    modes = {rest: http for http, rest in MODES.items()}
    zone = "cloudfront.net" if is_edge else f"execute-api.{region}.amazonaws.com"
    configuration = {
        "apiGatewayDomainName": f"{domain.target}.{zone}",
        "certificateArn": domain.certificate_arn,
        "certificateName": domain.certificate_name,
        "certificateUploadDate": iso_8601_datetime_without_milliseconds(utcfromtimestamp(domain.uploaded)),
        "domainNameStatus": "AVAILABLE",
        "endpointType": domain.endpoint_type,
        "hostedZoneId": EDGE_ZONE if is_edge else REGIONAL_ZONE,
        "ipAddressType": domain.endpoint_configuration.get("ipAddressType", "ipv4"),
        "ownershipVerificationCertificateArn": domain.ownership_certificate_arn,
        "securityPolicy": domain.security_policy,
    }
    whole = {
        "apiMappingSelectionExpression": "$request.basepath",
        "domainName": domain.name,
        "domainNameArn": domain.arn,
        "domainNameConfigurations": [{key: value for key, value in configuration.items() if value is not None}],
        "mutualTlsAuthentication": domain.mutual_tls,
        "routingMode": modes.get(domain.routing_mode, domain.routing_mode),
        "tags": domain.tags,
    }
    return {key: value for key, value in whole.items() if value is not None}


def configured(domain: Domain, body: dict[str, Any]) -> Domain:
    """Return the domain name with what a request's body sets, and everything else as it was."""
    [given] = body.get("domainNameConfigurations") or [{}]
    endpoint = dict(domain.endpoint_configuration)
    if "endpointType" in given:
        endpoint["types"] = [given["endpointType"]]
    if "ipAddressType" in given:
        endpoint["ipAddressType"] = given["ipAddressType"]
    changed = replace(
        domain,
        endpoint_configuration=endpoint,
        certificate_arn=given.get("certificateArn", domain.certificate_arn),
        certificate_name=given.get("certificateName", domain.certificate_name),
        ownership_certificate_arn=given.get(
            "ownershipVerificationCertificateArn", domain.ownership_certificate_arn
        ),
        security_policy=given.get("securityPolicy", domain.security_policy),
        routing_mode=MODES.get(body.get("routingMode", ""), body.get("routingMode", domain.routing_mode)),
    )
    if "mutualTlsAuthentication" in body:
        changed.mutual_tls = mutual_tls(body["mutualTlsAuthentication"])
    check(changed)
    return changed


def check(domain: Domain) -> None:
    """Refuse what the HTTP API's operations refuse.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
    """
    if domain.endpoint_type == "PRIVATE":
        raise BadRequestException("Private domain names are not supported by this operation.")
    if domain.security_policy == "TLS_1_0":
        raise BadRequestException("TLS_1_0 is not supported for APIGatewayV2 domainName.")
    if domain.mutual_tls and domain.endpoint_type != "REGIONAL":
        raise BadRequestException("Mutual TLS is supported for regional domain names only.")
    if not domain.certificate_arn:
        raise BadRequestException("A certificate was not provided for the endpoint type REGIONAL.")


def names(self: ApiGatewayV2Response) -> Domains:
    """Return the domain names of the request's account and region."""
    return domains_of(self.apigatewayv2_backend)


def answer(self: ApiGatewayV2Response, status: int, domain: Domain) -> TYPE_RESPONSE:
    """Return the response that describes the domain name."""
    return status, {}, json.dumps(described(domain, self.region))


def create_domain_name(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Create the domain name, unless it exists: also as a REST API's."""
    body = json.loads(self.body)
    name = body["domainName"]
    new = Domain(name, names(self).arn(name), {"types": ["REGIONAL"]}, tags=body.get("tags") or {})
    return answer(self, 201, names(self).add(configured(new, body)))


def get_domain_name(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Describe the domain name, whoever made it."""
    return answer(self, 200, names(self).get(self.path.split("/")[3]))


def get_domain_names(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """List the domain names that are not private."""
    public = [domain for domain in names(self).all() if domain.domain_id is None]
    return 200, {}, json.dumps({"items": [described(domain, self.region) for domain in public]})


def update_domain_name(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Change what the body names, and leave the rest."""
    domain = names(self).get(self.path.split("/")[3])
    vars(domain).update(vars(configured(domain, json.loads(self.body))))
    return answer(self, 200, domain)


def delete_domain_name(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Delete the domain name and its mappings."""
    names(self).remove(self.path.split("/")[3])
    return 204, {}, ""


def mapping_answer(status: int, mapping: Mapping) -> TYPE_RESPONSE:
    """Return the response that describes the mapping."""
    return status, {}, json.dumps(described_mapping(mapping))


def described_mapping(mapping: Mapping) -> dict[str, Any]:
    """Return the mapping as GetApiMapping does."""
    return {
        "apiId": mapping.api_id,
        "apiMappingId": mapping.mapping_id,
        "apiMappingKey": mapping.key,
        "stage": mapping.stage,
    }


def create_api_mapping(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Let a base path lead to a stage of a REST or HTTP API."""
    domain, body = names(self).get(self.path.split("/")[3]), json.loads(self.body)
    mapping = Mapping(body["apiId"], body["stage"], body.get("apiMappingKey") or "")
    return mapping_answer(201, names(self).add_mapping(domain, mapping))


def get_api_mapping(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Describe a mapping."""
    domain = names(self).get(self.path.split("/")[3])
    return mapping_answer(200, names(self).mapping(domain, self.path.split("/")[5]))


def get_api_mappings(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """List the mappings of a domain name."""
    mappings = names(self).get(self.path.split("/")[3]).mappings.values()
    return 200, {}, json.dumps({"items": [described_mapping(mapping) for mapping in mappings]})


def update_api_mapping(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Change the API, the stage or the key of a mapping in place."""
    domain, body = names(self).get(self.path.split("/")[3]), json.loads(self.body)
    mapping = names(self).mapping(domain, self.path.split("/")[5])
    changed = replace(
        mapping,
        api_id=body.get("apiId", mapping.api_id),
        stage=body.get("stage", mapping.stage),
        key=body.get("apiMappingKey", mapping.key),
    )
    return mapping_answer(200, names(self).add_mapping(domain, changed))


def delete_api_mapping(self: ApiGatewayV2Response) -> TYPE_RESPONSE:
    """Delete a mapping."""
    domain = names(self).get(self.path.split("/")[3])
    del domain.mappings[names(self).mapping(domain, self.path.split("/")[5]).mapping_id]
    return 204, {}, ""


def apply() -> None:
    """Replace moto's domain names and mappings, which are never available, and know no REST API."""
    reads = (get_domain_name, get_domain_names, get_api_mapping, get_api_mappings)
    domain_writes = (create_domain_name, update_domain_name, delete_domain_name)
    mapping_writes = (create_api_mapping, update_api_mapping, delete_api_mapping)
    extend(ApiGatewayV2Response, *reads, *domain_writes, *mapping_writes)
