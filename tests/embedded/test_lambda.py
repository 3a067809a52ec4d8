"""Lambda of the embedded AWS: configurations, versions, aliases, policies, URLs and provisioned concurrency."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.modules.conftest import Client

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/kit:{}"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}"
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def role(client: Client) -> Iterator[str]:
    iam = client("iam")
    yield iam.create_role(RoleName="embedded-lambda", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    iam.delete_role(RoleName="embedded-lambda")


@pytest.fixture
def functions(client: Client) -> Any:
    return client("lambda")


@pytest.fixture
def name(functions: Any, role: str) -> Iterator[str]:
    name = f"kit-{next(_NUMBERS)}"
    functions.create_function(
        FunctionName=name,
        Role=role,
        PackageType="Image",
        Code={"ImageUri": IMAGE.format(1)},
        Environment={"Variables": {"A": "1"}},
        FileSystemConfigs=[
            {
                "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-12345678901234567",
                "LocalMountPath": "/mnt/a",
            }
        ],
        KMSKeyArn="arn:aws:kms:us-east-1:123456789012:key/1",
    )
    yield name
    functions.delete_function(FunctionName=name)


@pytest.fixture
def live(functions: Any, name: str) -> str:
    """The alias `live` of the first version."""
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    return "live"


def configuration(functions: Any, name: str, **arguments: str) -> dict[str, Any]:
    return dict(functions.get_function_configuration(FunctionName=name, **arguments))


def test_a_function_is_read_back_as_it_was_made(functions: Any, name: str) -> None:
    found = configuration(functions, name)
    assert found["KMSKeyArn"].endswith("key/1")
    assert [system["LocalMountPath"] for system in found["FileSystemConfigs"]] == ["/mnt/a"]
    assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
    assert "ImageConfigResponse" not in found


def test_a_configuration_changes_where_the_request_says(functions: Any, name: str) -> None:
    before = configuration(functions, name)["RevisionId"]
    changes = {
        "ImageConfig": {"Command": ["app.handler"]},
        "TracingConfig": {"Mode": "Active"},
        "EphemeralStorage": {"Size": 1024},
        "KMSKeyArn": "arn:aws:kms:us-east-1:123456789012:key/2",
    }
    functions.update_function_configuration(FunctionName=name, **changes)
    found = configuration(functions, name)
    assert found["ImageConfigResponse"]["ImageConfig"]["Command"] == ["app.handler"]
    assert {key: found[key] for key in changes if key != "ImageConfig"} == {
        key: value for key, value in changes.items() if key != "ImageConfig"
    }
    assert (found["Environment"]["Variables"], found["Timeout"]) == ({"A": "1"}, 3)
    assert found["RevisionId"] != before
    functions.update_function_configuration(
        FunctionName=name, ImageConfig={}, Environment={}, FileSystemConfigs=[], Timeout=9
    )
    found = configuration(functions, name)
    assert not {"ImageConfigResponse", "Environment", "FileSystemConfigs"} & set(found)
    assert (found["Timeout"], found["TracingConfig"]) == (9, {"Mode": "Active"})


def test_what_a_logging_configuration_leaves_out_stays(functions: Any, name: str) -> None:
    def log(**given: str) -> dict[str, str]:
        functions.update_function_configuration(FunctionName=name, LoggingConfig=given)
        kept = dict(configuration(functions, name)["LoggingConfig"])
        assert kept.pop("LogGroup") == f"/aws/lambda/{name}"
        return kept

    json_format = {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "INFO"}
    assert log(LogFormat="JSON", ApplicationLogLevel="DEBUG") == json_format
    assert log(LogFormat="JSON") == json_format
    functions.update_function_configuration(FunctionName=name, MemorySize=256)
    assert configuration(functions, name)["LoggingConfig"]["ApplicationLogLevel"] == "DEBUG"
    assert log(LogFormat="Text") == {"LogFormat": "Text"}


def test_another_revision_is_not_changed(functions: Any, name: str, live: str) -> None:
    stale = configuration(functions, name)["RevisionId"]
    functions.update_function_configuration(FunctionName=name, MemorySize=256, RevisionId=stale)
    refused = functions.exceptions.PreconditionFailedException
    with pytest.raises(refused):
        functions.update_function_configuration(FunctionName=name, MemorySize=512, RevisionId=stale)
    with pytest.raises(refused):
        functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(2), RevisionId=stale)
    with pytest.raises(refused):
        functions.update_alias(FunctionName=name, Name=live, Description="new", RevisionId=stale)
    assert configuration(functions, name)["MemorySize"] == 256


def test_new_code_leaves_published_versions_as_they_are(functions: Any, name: str, live: str) -> None:
    published = functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(2), Publish=True)
    assert (published["Version"], published["FunctionArn"]) == ("2", f"{ARN.format(name)}:2")
    images = {
        qualifier: functions.get_function(FunctionName=name, Qualifier=qualifier)["Code"]["ImageUri"]
        for qualifier in ("$LATEST", "1", "2", live)
    }
    assert images == {
        "$LATEST": IMAGE.format(2),
        "1": IMAGE.format(1),
        "2": IMAGE.format(2),
        live: IMAGE.format(1),
    }
    assert functions.publish_version(FunctionName=name)["Version"] == "2"
    hashes = {configuration(functions, name, Qualifier=version)["CodeSha256"] for version in ("1", "2")}
    assert len(hashes) == 2


def test_a_dry_run_changes_nothing(functions: Any, name: str) -> None:
    functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(2), DryRun=True)
    assert functions.get_function(FunctionName=name)["Code"]["ImageUri"] == IMAGE.format(1)


def test_a_versions_number_is_not_used_again(functions: Any, name: str, live: str) -> None:
    functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(2), Publish=True)
    functions.delete_function(FunctionName=name, Qualifier="2")
    published = functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(3), Publish=True)
    assert (published["Version"], published["FunctionArn"]) == ("3", f"{ARN.format(name)}:3")
    assert configuration(functions, name, Qualifier="1")["Version"] == "1"


def test_an_alias_moves_and_changes_its_revision(functions: Any, name: str, live: str) -> None:
    before = functions.get_alias(FunctionName=name, Name=live)
    functions.update_function_code(FunctionName=name, ImageUri=IMAGE.format(2), Publish=True)
    functions.update_alias(FunctionName=name, Name=live, FunctionVersion="2")
    found = functions.get_alias(FunctionName=name, Name=live)
    assert (found["FunctionVersion"], found["AliasArn"]) == ("2", before["AliasArn"])
    assert found["RevisionId"] != before["RevisionId"]
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.update_alias(FunctionName=name, Name=live, FunctionVersion="9")


def permit(functions: Any, name: str, statement: str, **given: Any) -> dict[str, Any]:
    whole = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"} | given
    added = functions.add_permission(FunctionName=name, StatementId=statement, **whole)
    return dict(json.loads(added["Statement"]))


def statements(functions: Any, name: str, **arguments: str) -> list[str]:
    policy = json.loads(functions.get_policy(FunctionName=name, **arguments)["Policy"])
    return [statement["Sid"] for statement in policy["Statement"]]


def test_each_qualifier_has_a_policy_of_its_own(functions: Any, name: str, live: str) -> None:
    plain = permit(functions, name, "plain", SourceArn="arn:aws:execute-api:us-east-1:123456789012:abc/*/*")
    aliased = permit(functions, name, "aliased", Qualifier=live)
    assert (plain["Resource"], aliased["Resource"]) == (ARN.format(name), f"{ARN.format(name)}:live")
    assert plain["Condition"]["ArnLike"]["AWS:SourceArn"].endswith("abc/*/*")
    assert (statements(functions, name), statements(functions, name, Qualifier=live)) == (["plain"], ["aliased"])
    assert statements(functions, f"{ARN.format(name)}:live") == ["aliased"]
    missing = functions.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        functions.remove_permission(FunctionName=name, StatementId="aliased")
    functions.remove_permission(FunctionName=name, StatementId="aliased", Qualifier=live)
    with pytest.raises(missing):
        functions.get_policy(FunctionName=name, Qualifier=live)
    with pytest.raises(missing):
        permit(functions, name, "nowhere", Qualifier="none")
    assert statements(functions, name) == ["plain"]


def test_a_statements_id_is_taken_once(functions: Any, name: str) -> None:
    permit(functions, name, "same")
    with pytest.raises(functions.exceptions.ResourceConflictException, match=r"\(same\) provided already exists"):
        permit(functions, name, "same")


def test_conditions_stand_side_by_side(functions: Any, name: str) -> None:
    added = permit(
        functions,
        name,
        "url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
        SourceAccount="123456789012",
    )
    assert added["Principal"] == "*"
    assert added["Condition"] == {
        "StringEquals": {"lambda:FunctionUrlAuthType": "NONE", "AWS:SourceAccount": "123456789012"}
    }
    account = permit(functions, name, "account", Principal="123456789012")
    assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_a_url_belongs_to_the_function_or_to_an_alias(functions: Any, name: str, live: str) -> None:
    made = functions.create_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    cors = {"AllowOrigins": ["https://a"]}
    other = functions.create_function_url_config(FunctionName=name, Qualifier=live, AuthType="NONE", Cors=cors)
    assert made["FunctionUrl"] != other["FunctionUrl"]
    assert (made["FunctionArn"], other["FunctionArn"]) == (ARN.format(name), f"{ARN.format(name)}:live")
    with pytest.raises(functions.exceptions.ResourceConflictException):
        functions.create_function_url_config(FunctionName=name, AuthType="NONE")
    place = {"FunctionName": name, "Qualifier": live}
    functions.update_function_url_config(**place, InvokeMode="RESPONSE_STREAM")
    found = functions.get_function_url_config(**place)
    assert (found["InvokeMode"], found["Cors"], found["AuthType"]) == ("RESPONSE_STREAM", cors, "NONE")
    functions.update_function_url_config(**place, Cors={})
    assert "Cors" not in functions.get_function_url_config(**place)
    functions.delete_function_url_config(**place)
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function_url_config(**place)
    assert functions.get_function_url_config(FunctionName=name)["InvokeMode"] == "BUFFERED"


def test_provisioned_concurrency_is_ready_at_once(functions: Any, name: str, live: str) -> None:
    place = {"FunctionName": name, "Qualifier": live}
    missing = functions.exceptions.ProvisionedConcurrencyConfigNotFoundException
    with pytest.raises(missing):
        functions.get_provisioned_concurrency_config(**place)
    functions.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=2)
    functions.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=3)
    found = functions.get_provisioned_concurrency_config(**place)
    assert (found["Status"], found["AllocatedProvisionedConcurrentExecutions"]) == ("READY", 3)
    [listed] = functions.list_provisioned_concurrency_configs(FunctionName=name)["ProvisionedConcurrencyConfigs"]
    assert listed["FunctionArn"] == f"{ARN.format(name)}:live"
    functions.delete_provisioned_concurrency_config(**place)
    with pytest.raises(missing):
        functions.get_provisioned_concurrency_config(**place)


def test_provisioned_concurrency_needs_a_version_and_stays_within_what_is_reserved(
    functions: Any, name: str, live: str
) -> None:
    functions.create_alias(FunctionName=name, Name="latest", FunctionVersion="$LATEST")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
    for qualifier, wanted in (("$LATEST", 1), ("latest", 1), (live, 3)):
        with pytest.raises(functions.exceptions.InvalidParameterValueException):
            functions.put_provisioned_concurrency_config(
                FunctionName=name, Qualifier=qualifier, ProvisionedConcurrentExecutions=wanted
            )
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.put_provisioned_concurrency_config(
            FunctionName=name, Qualifier="none", ProvisionedConcurrentExecutions=1
        )


def test_an_alias_takes_what_belongs_to_it_away(functions: Any, name: str, live: str) -> None:
    place = {"FunctionName": name, "Qualifier": live}
    permit(functions, name, "aliased", Qualifier=live)
    functions.create_function_url_config(**place, AuthType="NONE")
    functions.put_provisioned_concurrency_config(**place, ProvisionedConcurrentExecutions=1)
    functions.delete_alias(FunctionName=name, Name=live)
    functions.create_alias(FunctionName=name, Name=live, FunctionVersion="1")
    missing = functions.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        functions.get_policy(**place)
    with pytest.raises(missing):
        functions.get_function_url_config(**place)
    with pytest.raises(functions.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        functions.get_provisioned_concurrency_config(**place)
