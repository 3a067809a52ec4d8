"""A Function URL as deployed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from .cors import CORSConfiguration, read_cors
from .errors import GatewayError
from .function import invoked
from .state import Instance


@dataclass(frozen=True, slots=True)
class FunctionURL:
    """An aws_lambda_function_url. `name` is the function's, `authorization` is AWS_IAM or NONE."""

    id: str
    name: str
    domain_name: str
    function_arn: str
    authorization: str = "AWS_IAM"
    cors: CORSConfiguration | None = None

    @property
    def function_arns(self) -> frozenset[str]:
        """The ARN of the function that it invokes."""
        return invoked([self.function_arn])


def read_function_url(url: Instance, instances: Iterable[Instance]) -> FunctionURL:
    """The URL that stands in an aws_lambda_function_url. Raises GatewayError where it streams responses."""
    attributes = url.attributes
    if attributes.get("invoke_mode") == "RESPONSE_STREAM":
        raise GatewayError(
            f"The Function URL of {attributes['function_name']} streams responses, which is not done here: "
            'serve one with invoke_mode = "BUFFERED".'
        )
    return FunctionURL(
        id=attributes["url_id"],
        name=attributes["function_name"],
        domain_name=urlsplit(attributes["function_url"]).hostname or "",
        function_arn=attributes["function_arn"],
        authorization=attributes["authorization_type"],
        cors=read_cors(attributes, "cors"),
    )
