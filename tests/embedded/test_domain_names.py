"""Custom domain names of the embedded AWS: one object, whichever service's operations are asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.conftest import Client

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/{}"
_NUMBERS = itertools.count()


@pytest.fixture
def rest(client: Client) -> Any:
    return client("apigateway")


@pytest.fixture
def http(client: Client) -> Any:
    return client("apigatewayv2")


@pytest.fixture
def name() -> str:
    return f"api{next(_NUMBERS)}.example.com"


@pytest.fixture
def domain(http: Any, name: str) -> Iterator[dict[str, Any]]:
    configuration = {"CertificateArn": CERTIFICATE.format("1"), "EndpointType": "REGIONAL"}
    made = http.create_domain_name(
        DomainName=name,
        DomainNameConfigurations=[configuration | {"SecurityPolicy": "TLS_1_2", "IpAddressType": "dualstack"}],
        MutualTlsAuthentication={"TruststoreUri": "s3://bucket/ca.pem", "TruststoreVersion": "1"},
        RoutingMode="API_MAPPING_ONLY",
        Tags={"a": "1"},
    )
    yield made
    http.delete_domain_name(DomainName=name)


@pytest.fixture
def apis(rest: Any, http: Any) -> Iterator[dict[str, dict[str, str]]]:
    """A REST API and an HTTP API, each with a stage; asked for before `domain`, for a mapped API stays."""
    made = rest.create_rest_api(name="kit")
    old, method = made["id"], {"resourceId": made["rootResourceId"], "httpMethod": "ANY"}
    rest.put_method(restApiId=old, **method, authorizationType="NONE")
    rest.put_integration(restApiId=old, **method, type="MOCK")
    deployment = rest.create_deployment(restApiId=old)["id"]
    for stage in ("live", "next"):
        rest.create_stage(restApiId=old, stageName=stage, deploymentId=deployment)
    new = http.create_api(Name="kit", ProtocolType="HTTP")["ApiId"]
    http.create_stage(ApiId=new, StageName="$default", AutoDeploy=True)
    yield {"rest": {"ApiId": old, "Stage": "live"}, "http": {"ApiId": new, "Stage": "$default"}}
    rest.delete_rest_api(restApiId=old)
    http.delete_api(ApiId=new)


def test_both_services_see_the_same_name(rest: Any, http: Any, domain: dict[str, Any], name: str) -> None:
    [configuration] = http.get_domain_name(DomainName=name)["DomainNameConfigurations"]
    assert configuration["DomainNameStatus"] == "AVAILABLE"
    found = rest.get_domain_name(domainName=name)
    assert found["domainNameStatus"] == "AVAILABLE"
    assert found["regionalDomainName"] == configuration["ApiGatewayDomainName"]
    assert found["regionalHostedZoneId"] == configuration["HostedZoneId"]
    assert found["regionalCertificateArn"] == configuration["CertificateArn"] == CERTIFICATE.format("1")
    assert found["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    assert found["mutualTlsAuthentication"]["truststoreUri"] == "s3://bucket/ca.pem"
    assert (found["securityPolicy"], found["tags"]) == ("TLS_1_2", {"a": "1"})
    assert (found["routingMode"], domain["RoutingMode"]) == ("BASE_PATH_MAPPING_ONLY", "API_MAPPING_ONLY")


def test_an_existing_name_is_refused_by_both_services(
    rest: Any, http: Any, domain: dict[str, Any], name: str
) -> None:
    configuration = {"CertificateArn": CERTIFICATE.format("2"), "EndpointType": "REGIONAL"}
    with pytest.raises(http.exceptions.ConflictException, match="already exists"):
        http.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration])
    with pytest.raises(rest.exceptions.BadRequestException, match="already exists"):
        rest.create_domain_name(domainName=name, regionalCertificateArn=CERTIFICATE.format("2"))
    [kept] = http.get_domain_name(DomainName=name)["DomainNameConfigurations"]
    assert kept["CertificateArn"] == CERTIFICATE.format("1")


def test_an_update_changes_what_it_names(rest: Any, http: Any, domain: dict[str, Any], name: str) -> None:
    changed = http.update_domain_name(
        DomainName=name, DomainNameConfigurations=[{"CertificateArn": CERTIFICATE.format("2")}]
    )
    [configuration] = changed["DomainNameConfigurations"]
    assert (configuration["CertificateArn"], configuration["IpAddressType"]) == (
        CERTIFICATE.format("2"),
        "dualstack",
    )
    assert changed["MutualTlsAuthentication"]["TruststoreVersion"] == "1"
    target = domain["DomainNameConfigurations"][0]["ApiGatewayDomainName"]
    assert configuration["ApiGatewayDomainName"] == target
    off = http.update_domain_name(DomainName=name, MutualTlsAuthentication={"TruststoreUri": ""})
    assert "MutualTlsAuthentication" not in off
    operations = [{"op": "replace", "path": "/regionalCertificateArn", "value": CERTIFICATE.format("3")}]
    assert rest.update_domain_name(domainName=name, patchOperations=operations)["tags"] == {"a": "1"}
    [configuration] = http.get_domain_name(DomainName=name)["DomainNameConfigurations"]
    assert configuration["CertificateArn"] == CERTIFICATE.format("3")


def test_what_aws_refuses_is_refused(http: Any, name: str) -> None:
    regional = {"CertificateArn": CERTIFICATE.format("1"), "EndpointType": "REGIONAL"}
    for configuration in (regional | {"SecurityPolicy": "TLS_1_0"}, {"EndpointType": "REGIONAL"}):
        with pytest.raises(http.exceptions.BadRequestException):
            http.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration])
    with pytest.raises(http.exceptions.BadRequestException, match="Mutual TLS"):
        http.create_domain_name(
            DomainName=name,
            DomainNameConfigurations=[regional | {"EndpointType": "EDGE"}],
            MutualTlsAuthentication={"TruststoreUri": "s3://bucket/ca.pem"},
        )
    with pytest.raises(http.exceptions.NotFoundException):
        http.get_domain_name(DomainName=name)


def test_mappings_lead_to_rest_and_http_apis(
    rest: Any, http: Any, apis: dict[str, dict[str, str]], domain: dict[str, Any], name: str
) -> None:
    deep = http.create_api_mapping(DomainName=name, ApiMappingKey="v1/items", **apis["rest"])
    root = http.create_api_mapping(DomainName=name, **apis["http"])
    assert (deep["ApiMappingKey"], root["ApiMappingKey"]) == ("v1/items", "")
    changed = http.update_api_mapping(
        DomainName=name,
        ApiMappingId=deep["ApiMappingId"],
        ApiId=deep["ApiId"],
        ApiMappingKey="v2/items",
        Stage="next",
    )
    assert (changed["ApiMappingId"], changed["ApiMappingKey"], changed["Stage"]) == (
        deep["ApiMappingId"],
        "v2/items",
        "next",
    )
    found = {mapping["basePath"] for mapping in rest.get_base_path_mappings(domainName=name)["items"]}
    assert found == {"v2/items", "(none)"}
    with pytest.raises(rest.exceptions.BadRequestException, match="remove all base path mappings"):
        rest.delete_rest_api(restApiId=apis["rest"]["ApiId"])
    http.delete_api_mapping(DomainName=name, ApiMappingId=deep["ApiMappingId"])
    assert [kept["ApiMappingId"] for kept in http.get_api_mappings(DomainName=name)["Items"]] == [
        root["ApiMappingId"]
    ]


def test_a_mapping_that_leads_nowhere_is_refused(
    http: Any, apis: dict[str, dict[str, str]], domain: dict[str, Any], name: str
) -> None:
    http.create_api_mapping(DomainName=name, ApiMappingKey="v1", **apis["rest"])
    with pytest.raises(http.exceptions.ConflictException, match="ApiMapping key already exists"):
        http.create_api_mapping(DomainName=name, ApiMappingKey="v1", **apis["http"])
    for wrong in ({"Stage": "none"}, {"ApiId": "none"}, {"ApiMappingKey": "/v2"}, {"ApiMappingKey": "v2//x"}):
        with pytest.raises(http.exceptions.BadRequestException):
            http.create_api_mapping(**{"DomainName": name} | apis["rest"] | wrong)


def test_a_base_path_mapping_is_made_changed_and_deleted(
    rest: Any, http: Any, apis: dict[str, dict[str, str]], domain: dict[str, Any], name: str
) -> None:
    api = apis["rest"]["ApiId"]
    rest.create_base_path_mapping(domainName=name, restApiId=api, basePath="v1", stage="live")
    with pytest.raises(rest.exceptions.ConflictException):
        rest.create_base_path_mapping(domainName=name, restApiId=api, basePath="v1", stage="live")
    with pytest.raises(rest.exceptions.BadRequestException, match="use API Gateway V2"):
        rest.create_base_path_mapping(domainName=name, restApiId=api, basePath="v1/items", stage="live")
    operations = [
        {"op": "replace", "path": "/basePath", "value": "v2"},
        {"op": "replace", "path": "/stage", "value": "next"},
    ]
    rest.update_base_path_mapping(domainName=name, basePath="v1", patchOperations=operations)
    assert rest.get_base_path_mapping(domainName=name, basePath="v2")["stage"] == "next"
    with pytest.raises(rest.exceptions.NotFoundException):
        rest.get_base_path_mapping(domainName=name, basePath="v1")
    assert [mapping["ApiMappingKey"] for mapping in http.get_api_mappings(DomainName=name)["Items"]] == ["v2"]
    rest.delete_base_path_mapping(domainName=name, basePath="v2")
    assert http.get_api_mappings(DomainName=name)["Items"] == []


def test_an_edge_name_has_a_distribution(rest: Any, name: str) -> None:
    made = rest.create_domain_name(domainName=name, certificateArn=CERTIFICATE.format("1"))
    assert made["endpointConfiguration"]["types"] == ["EDGE"]
    assert made["distributionDomainName"].endswith(".cloudfront.net")
    assert "regionalDomainName" not in made
    rest.delete_domain_name(domainName=name)
    with pytest.raises(rest.exceptions.NotFoundException):
        rest.get_domain_name(domainName=name)


def test_private_names_have_an_id_and_are_rest_apis_alone(rest: Any, http: Any, name: str) -> None:
    given = {"domainName": name, "certificateArn": CERTIFICATE.format("1"), "policy": '{"Statement":[]}'}
    made = [rest.create_domain_name(**given, endpointConfiguration={"types": ["PRIVATE"]}) for _ in range(2)]
    first, second = (found["domainNameId"] for found in made)
    assert first != second
    assert rest.get_domain_name(domainName=name, domainNameId=first)["policy"] == '{"Statement":[]}'
    with pytest.raises(http.exceptions.NotFoundException):
        http.get_domain_name(DomainName=name)
    rest.delete_domain_name(domainName=name, domainNameId=first)
    with pytest.raises(rest.exceptions.NotFoundException):
        rest.get_domain_name(domainName=name, domainNameId=first)
    rest.delete_domain_name(domainName=name, domainNameId=second)


def test_tags_are_the_same_by_both_services(rest: Any, http: Any, domain: dict[str, Any], name: str) -> None:
    arn = domain["DomainNameArn"]
    http.tag_resource(ResourceArn=arn, Tags={"b": "2"})
    rest.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert rest.get_tags(resourceArn=arn)["tags"] == http.get_tags(ResourceArn=arn)["Tags"] == {"b": "2"}


def test_a_change_of_records_is_in_force_without_a_wait(client: Client) -> None:
    route53 = client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="kit")["HostedZone"]["Id"]
    target = {"HostedZoneId": "Z1", "DNSName": "d-1.example.com", "EvaluateTargetHealth": False}
    for kind in ("A", "AAAA"):
        record = {"Name": "api.example.com", "Type": kind, "AliasTarget": target}
        changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
        answer = route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
        assert "ChangeInfo" not in answer
    found = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert {record["Type"] for record in found if "AliasTarget" in record} == {"A", "AAAA"}
