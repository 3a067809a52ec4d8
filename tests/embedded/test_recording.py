from __future__ import annotations

from pathlib import Path

import pytest

from embedded.aws import EmbeddedAWS, EmbeddedAWSError
from embedded.recording import Request
from tests.modules.conftest import client_of


def test_requests_are_kept_as_they_came(tmp_path: Path) -> None:
    with EmbeddedAWS(build=tmp_path, record=True) as aws:
        assert aws.requests() == []
        client = client_of(aws)
        api = client("apigatewayv2").create_api(Name="kit", ProtocolType="HTTP")["ApiId"]
        client("apigatewayv2").create_stage(ApiId=api, StageName="$default", StageVariables={"a": "ü"})
        before = len(aws.requests())
        client("apigatewayv2").get_stage(ApiId=api, StageName="$default")
        client("apigateway").get_rest_apis(limit=5)
        client("iam").list_roles(PathPrefix="/kit/")
        client("logs").describe_log_groups(logGroupNamePrefix="/kit")
        assert aws.requests()[:before] == [
            Request("apigateway", "POST", "/v2/apis", "", {"name": "kit", "protocolType": "HTTP"}),
            Request(
                "apigateway",
                "POST",
                f"/v2/apis/{api}/stages",
                "",
                {"stageName": "$default", "stageVariables": {"a": "ü"}},
            ),
        ]
        read, listed, form, target = aws.requests()[before:]
        assert read == Request("apigateway", "GET", f"/v2/apis/{api}/stages/$default", "", "")
        assert listed == Request("apigateway", "GET", "/restapis", "limit=5", "")
        assert (form.service, form.body) == ("iam", "Action=ListRoles&Version=2010-05-08&PathPrefix=%2Fkit%2F")
        assert (target.service, target.body) == ("logs", {"logGroupNamePrefix": "/kit"})
    assert list((tmp_path / "logs").iterdir()) == []


def test_without_a_recording_the_argument_is_named(tmp_path: Path) -> None:
    aws = EmbeddedAWS(build=tmp_path)
    with pytest.raises(EmbeddedAWSError, match=r"EmbeddedAWS\(record=True\)"):
        aws.requests()
