"""API Gateway's mapping templates on this machine: a thin layer over airspeed-ext.

The variables are the ones of
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import airspeed


class TemplateError(Exception):
    """A template that does not parse, or that fails while it is rendered. API Gateway answers 500."""


class ResponseOverride:
    """`$context.responseOverride`: one object for the request and the response template of an invocation.

    Each parameter may be overridden once, a second time is an error:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
    """

    def __init__(self) -> None:
        self._header = _Once()
        self._root = _Once({"header": self._header})

    @property
    def variable(self) -> dict[str, Any]:
        """The nested maps a template writes to."""
        return self._root

    @property
    def status(self) -> int | None:
        """The overriding status; anything but a whole number from 100 to 599 is ignored."""
        status = self._root.get("status")
        return status if type(status) is int and 100 <= status <= 599 else None

    @property
    def headers(self) -> dict[str, str]:
        """The overriding headers, as text; a null value overrides nothing."""
        return {name: _text(value) for name, value in self._header.items() if value is not None}


def render(
    template: str,
    headers: Mapping[str, str],
    *,
    path: Mapping[str, str] | None = None,
    querystring: Mapping[str, str] | None = None,
    body: str = "",
    context: Mapping[str, Any] | None = None,
    stage_variables: Mapping[str, str] | None = None,
    override: ResponseOverride | None = None,
) -> str:
    """The text of a mapping template.

    `headers`, `path` and `querystring` are what `$input.params()` shows; `override` takes what it sets on
    `$context.responseOverride`. Raises TemplateError.
    """
    override = override or ResponseOverride()
    params = {"path": path or {}, "querystring": querystring or {}, "header": headers}
    namespace = {
        "input": _Input(body, params),
        "context": _JavaMap({**(context or {}), "responseOverride": override.variable}),
        "stageVariables": _JavaMap(stage_variables or {}),
        "util": _Util(),
    }
    try:
        return str(_compiled(template).merge(namespace))
    except Exception as error:  # airspeed raises whatever the expression raised
        raise TemplateError(str(error)) from error


@lru_cache(maxsize=256)
def _compiled(template: str) -> Any:
    compiled = airspeed.Template(template)
    compiled.ensure_compiled()
    return compiled


class _Once(dict[str, Any]):
    """A map in which no name, whatever its case, can be set twice."""

    def __setitem__(self, name: str, value: Any) -> None:
        if any(name.lower() == known.lower() for known in self):
            raise ValueError(f"$context.responseOverride: {name} is overridden twice")
        super().__setitem__(name, value)


class _JavaMap(dict[str, Any]):
    """A java.util.Map to a template: its methods are not hidden by keys of the same name.

    Without this a request header named `get` or `keySet` would take the method's place.
    """

    _METHODS = frozenset({"get", "keySet", "containsKey", "isEmpty", "size", "values", "items", "keys"})

    def __getitem__(self, name: str) -> Any:
        if name in self._METHODS:
            raise KeyError(name)
        return super().__getitem__(name)

    def keySet(self) -> list[str]:
        return list(self)

    def containsKey(self, name: str) -> bool:
        return name in self

    def isEmpty(self) -> bool:
        return not self

    def size(self) -> int:
        return len(self)


class _Input:
    """`$input`: the request as a template sees it."""

    def __init__(self, body: str, params: Mapping[str, Mapping[str, str]]) -> None:
        self.body = body
        self._params = _JavaMap({place: _JavaMap(values) for place, values in params.items()})

    def params(self, name: str | None = None) -> Any:
        """All parameters, or the first of that name in path, query string and headers."""
        if name is None:
            return self._params
        found = (self._params[place].get(name) for place in ("path", "querystring", "header"))
        return next((value for value in found if value is not None), "")

    def path(self, expression: str) -> Any:
        """The part of a JSON body that a simple JSONPath names: `$`, `$.a.b`, `$.a[0]`, `$['a']`."""
        value: Any = json.loads(self.body or "{}")
        for name, index in _STEP.findall(_checked(expression)):
            value = value[int(index)] if index else value.get(name) if isinstance(value, dict) else None
        return value

    def json(self, expression: str) -> str:
        """The same part as JSON text."""
        return json.dumps(self.path(expression), separators=(",", ":"))


_STEP = re.compile(r"(?:\.|\[['\"])?([A-Za-z_][\w-]*)(?:['\"]\])?|\[(\d+)\]")
_PATH = re.compile(r"\$(?:\.[A-Za-z_][\w-]*|\['[A-Za-z_][\w-]*'\]|\[\d+\])*")


def _checked(expression: str) -> str:
    if not _PATH.fullmatch(expression):
        raise ValueError(f"the JSONPath {expression!r} is beyond this engine")
    return expression[1:]


class _Util:
    """`$util`."""

    def escapeJavaScript(self, value: Any) -> str:
        return json.dumps(_text(value))[1:-1]

    def parseJson(self, text: str) -> Any:
        return json.loads(text)

    def urlEncode(self, text: str) -> str:
        return quote_plus(text)

    def urlDecode(self, text: str) -> str:
        return unquote_plus(text)

    def base64Encode(self, text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    def base64Decode(self, text: str) -> str:
        return base64.b64decode(text).decode(errors="replace")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
