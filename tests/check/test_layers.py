"""Who probably answered."""

from __future__ import annotations

import pytest

from lambda_cors_kit.browser import RawResponse
from lambda_cors_kit.check import remedies
from lambda_cors_kit.check.layers import is_refusal_of_the_kit, layer_of
from tests.check.support import VARY

REST = (("x-amzn-RequestId", "1"), ("x-amz-apigw-id", "2="))
ERROR_TYPE = ("x-amzn-ErrorType", "MissingAuthenticationTokenException")
URL = "https://api.example.com/items"
FUNCTION_URL = "https://abc.lambda-url.eu-west-1.on.aws/"


@pytest.mark.parametrize(
    ("method", "url", "status", "headers", "body", "words"),
    [
        ("GET", URL, 200, REST, b"", "the function behind an API Gateway REST API"),
        ("GET", URL, 403, (*REST, ERROR_TYPE), b"", "an API Gateway REST API itself"),
        ("OPTIONS", URL, 204, REST, b"", "an API Gateway REST API or the function behind it"),
        ("GET", URL, 200, (("apigw-requestid", "1"),), b"", "the function behind an API Gateway HTTP API"),
        (
            "GET",
            URL,
            404,
            (("apigw-requestid", "1"),),
            b'{"message":"Not Found"}',
            "an API Gateway HTTP API itself",
        ),
        (
            "GET",
            URL,
            404,
            (("apigw-requestid", "1"),),
            b'{"detail":"Not Found"}',
            "the function behind an API Gateway HTTP API",
        ),
        (
            "OPTIONS",
            URL,
            204,
            (("apigw-requestid", "1"),),
            b"",
            "an API Gateway HTTP API or the function behind it",
        ),
        ("GET", FUNCTION_URL, 200, (), b"", "the function behind a Lambda Function URL"),
        ("GET", URL, 200, (("x-amzn-requestid", "1"),), b"", "the function behind a Lambda Function URL"),
        (
            "GET",
            FUNCTION_URL,
            403,
            (("x-amzn-errortype", "AccessDeniedException"),),
            b"",
            "a Lambda Function URL itself",
        ),
        ("GET", URL, 403, (("Server", "CloudFront"), ("X-Cache", "Error")), b"", "CloudFront itself"),
        ("GET", URL, 200, (("Server", "AmazonS3"),), b"", "Amazon S3 itself"),
        ("GET", URL, 502, (("Server", "awselb/2.0"),), b"", "an Application Load Balancer itself"),
        (
            "GET",
            URL,
            200,
            (("Server", "nginx"), ("Via", "1.1 x.cloudfront.net (CloudFront)")),
            b"",
            "a server that calls itself nginx, behind CloudFront",
        ),
        ("GET", URL, 200, (("x-amz-cf-id", "a"),), b"", "a server that does not name itself, behind CloudFront"),
        ("GET", URL, 200, (), b"", "a server that does not name itself"),
        (
            "OPTIONS",
            URL,
            204,
            (*REST, ("Vary", VARY)),
            b"",
            "an API Gateway REST API or the function behind it, with an answer of lambda-cors-kit",
        ),
    ],
)
def test_who_answered(
    method: str, url: str, status: int, headers: tuple[tuple[str, str], ...], body: bytes, words: str
) -> None:
    assert layer_of(method, url, RawResponse(status, headers, body)).words == words


def test_the_evidence_is_named() -> None:
    layer = layer_of("GET", URL, RawResponse(403, (*REST, ERROR_TYPE)))

    assert layer.evidence == ("x-amz-apigw-id", "x-amzn-errortype: MissingAuthenticationTokenException")
    assert layer_of("GET", FUNCTION_URL, RawResponse(200)).evidence == ("host abc.lambda-url.eu-west-1.on.aws",)


def test_a_refusal_of_the_kit() -> None:
    assert is_refusal_of_the_kit(RawResponse(403, (("vary", VARY),)))
    assert not is_refusal_of_the_kit(RawResponse(403, (("vary", VARY),), b'{"message":"Forbidden"}'))
    assert not is_refusal_of_the_kit(RawResponse(403, (("vary", "Origin"),)))


@pytest.mark.parametrize(
    ("error_type", "words"),
    [
        ("MissingAuthenticationTokenException", "no such path or method"),
        ("ForbiddenException:http://internal.amazon.com/coral/com.amazon.coral.service/", "API key"),
        ("InternalServerErrorException", "the function crashed, timed out"),
        ("TooManyRequestsException", "throttled"),
    ],
)
def test_what_an_error_of_the_gateway_means(error_type: str, words: str) -> None:
    assert words in (remedies.gateway_error(error_type) or "")


def test_an_unknown_error_of_the_gateway_means_nothing() -> None:
    assert remedies.gateway_error("\x1b[31mSomethingElse") is None


def test_a_remedy_is_for_the_layer_at_fault() -> None:
    gateway = layer_of("GET", URL, RawResponse(403, (*REST, ERROR_TYPE)))
    function = layer_of("GET", URL, RawResponse(500, REST))
    assert "DEFAULT_4XX" in remedies.of("errors.without_headers", gateway)
    assert "CORSHandler(app)" in remedies.of("errors.without_headers", function)
    assert "CORSHandler(app)" in remedies.of("errors.without_headers", None)
    assert "CONVERT_TO_TEXT" in remedies.of("preflight.failed", function)
