"""A MOCK integration: no backend, the mapping templates alone make the response.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..deployed import Integration, IntegrationResponse, RestAPI
from ..payloads.fields import MalformedResponse, field_lines
from ..payloads.media_types import essence, matches_any
from ..payloads.messages import Request, Response
from .gateway_responses import JSON, Fault, configuration_error, unsupported_media_type
from .velocity import ResponseOverride, TemplateError, render

# The request template's result need not be JSON: AWS takes {statusCode: 200} too.
_STATUS_CODE = re.compile(r"[{,\s]['\"]?statusCode['\"]?\s*:\s*['\"]?(\d{3})\b")


class MockIntegration:
    """One MOCK integration of an API, for one request after the other."""

    def __init__(self, integration: Integration, api: RestAPI) -> None:
        self._integration = integration
        self._api = api

    def __call__(
        self, request: Request, context: Mapping[str, Any], parameters: Mapping[str, Mapping[str, str]]
    ) -> Response:
        """The response; `parameters` are path, querystring and header. Raises Fault."""
        override = ResponseOverride()
        scope = {
            **parameters,
            "context": context,
            "stage_variables": self._api.stage_variables,
            "override": override,
        }
        chosen = self._select(self._status(request, scope))
        media_type, template = _response_template(chosen)
        self._refuse_binary(request.header("accept") or JSON, chosen.content_handling, template, "response")
        body = self._render(template, scope)
        return self._response(chosen, override, media_type, body)

    def _status(self, request: Request, scope: dict[str, Any]) -> int:
        """What the request template, or a body that is passed through, says as statusCode."""
        content_type = request.header("content-type") or JSON
        templates = self._integration.request_templates
        template = templates.get(essence(content_type))
        if template is None and (
            self._integration.passthrough_behavior == "NEVER"
            or (templates and self._integration.passthrough_behavior == "WHEN_NO_TEMPLATES")
        ):
            raise unsupported_media_type()
        self._refuse_binary(content_type, self._integration.content_handling, template or "", "request")
        scope["body"] = text = request.body.decode(errors="replace")
        found = _STATUS_CODE.search(text if template is None else self._render(template, scope))
        if found is None:
            raise configuration_error("the MOCK integration's request template gives no statusCode")
        return int(found.group(1))

    def _refuse_binary(self, media_type: str, handling: str | None, template: str, side: str) -> None:
        """A template reads text: a payload that counts as binary has to be converted first.

        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
        """
        binary = matches_any(media_type.split(",")[0], self._api.binary_media_types)
        if template and (handling == "CONVERT_TO_BINARY" or (handling is None and binary)):
            raise configuration_error(
                f"Unable to transform {side}: {media_type} is a binary media type of this API, "
                'and the integration does not say content_handling = "CONVERT_TO_TEXT"'
            )

    def _select(self, status: int) -> IntegrationResponse:
        """The first integration response whose pattern matches the status, else the one without a pattern."""
        responses = self._integration.responses
        for each in responses:
            if each.selection_pattern and re.fullmatch(each.selection_pattern, str(status)):
                return each
        for each in responses:
            if not each.selection_pattern:
                return each
        raise configuration_error(f"no integration response for status {status}, and no default one")

    def _render(self, template: str, scope: Mapping[str, Any]) -> str:
        if not template:
            return ""
        values = {name: value for name, value in scope.items() if name != "header"}
        try:
            return render(template, scope["header"], **values)
        except TemplateError as error:
            raise configuration_error(f"the mapping template failed: {error}") from None

    def _response(
        self, chosen: IntegrationResponse, override: ResponseOverride, media_type: str, body: str
    ) -> Response:
        mapped = {
            target.removeprefix("method.response.header."): source[1:-1]
            for target, source in chosen.response_parameters.items()
            if len(source) >= 2 and source[0] == source[-1] == "'"
        }
        # An override stands instead of the mapping, whatever the case of the two names.
        overridden = {name.lower() for name in override.headers}
        headers = {name: value for name, value in mapped.items() if name.lower() not in overridden}
        headers |= override.headers
        if not any(name.lower() == "content-type" for name in headers):
            headers = {"Content-Type": media_type, **headers}
        try:
            return Response(override.status or chosen.status_code, field_lines(headers, None), body.encode())
        except MalformedResponse as error:
            raise _unwritable(error) from None


def _response_template(chosen: IntegrationResponse) -> tuple[str, str]:
    """The template for JSON, else the first; none passes the empty body through."""
    templates = chosen.response_templates
    if JSON in templates or not templates:
        return JSON, templates.get(JSON) or ""
    media_type, template = next(iter(templates.items()))
    return media_type, template or ""


def _unwritable(error: MalformedResponse) -> Fault:
    return configuration_error(f"the mapping template set a header that cannot be written: {error}")
