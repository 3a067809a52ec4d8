"""A response of an app as the result that the event's sender reads.

Sources: as in `events`; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html for sizes.
"""

from __future__ import annotations

from ..standard import TOKEN_CHARACTERS
from .events import LOAD_BALANCER, LOAD_BALANCER_MULTIPLE, V2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from .events import Result

    Lines = Iterable[tuple[str, str]]

MAX_RESULT_BYTES = 6_291_556
"""Largest result of a function: 6 MB and 100 bytes, the number that Lambda's own error names."""
# Below, no text is too long, whatever JSON makes of a character: \u0000, six bytes for one.
_SHORT = MAX_RESULT_BYTES // 6 - 20_000

_TEXT_TYPES = frozenset(
    {
        "application/ecmascript", "application/graphql", "application/javascript", "application/json",
        "application/json-seq", "application/jsonl", "application/jwt", "application/ndjson",
        "application/openmetrics-text", "application/sql", "application/toml",
        "application/vnd.oai.openapi", "application/x-javascript", "application/x-ndjson",
        "application/x-www-form-urlencoded", "application/x-yaml", "application/xml", "application/yaml",
    }
)  # fmt: skip
_TEXT_SUFFIXES = ("+json", "+json-seq", "+xml", "+yaml")


class UnsendableResponse(ValueError):
    """A response that no gateway passes on; the text says which part of it."""


def response_lines(headers: Iterable[Any]) -> list[tuple[str, str]]:
    """The header lines of an ASGI message as text (Latin-1), names in lower case.

    Raises:
        UnsendableResponse: for a name that is no token, or a value with a control character.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    """
    lines = []
    for name, value in headers:
        key = _names.get(name) or _name(name)
        text = value.decode("latin-1").strip(" \t")
        if not (text.isascii() and text.isprintable()) and any(map(_is_control, text)):
            raise UnsendableResponse(f"the header {key} has a control character in {text!r:.80}")
        lines.append((key, text))
    return lines


# Names of an app's response headers are few; bounded all the same.
_names: dict[bytes, str] = {}
MAX_NAMES = 500


def _name(name: bytes) -> str:
    """A header name as text in lower case."""
    key = name.decode("latin-1").lower()
    if not key or key.strip(TOKEN_CHARACTERS):
        raise UnsendableResponse(f"the header name {key!r:.80} is not a token")
    if len(_names) < MAX_NAMES:
        _names[bytes(name)] = key
    return key


def result_of(
    form: str, status: int, lines: Lines, body: bytes = b"", text_types: Collection[str] | None = None
) -> Result:
    """The result for a response whose header lines are `lines`, names in lower case.

    Raises:
        UnsendableResponse: for a status outside 200 to 599, and a result that Lambda does not take.
    """
    if not 200 <= status <= 599:
        raise UnsendableResponse(f"the status {status} is not one of 200 to 599")
    result: Result = {"statusCode": int(status), **_headers(form, lines), "body": "", "isBase64Encoded": False}
    if body:
        _put_body(result, body, _is_text(lines, text_types))
    return result


def _put_body(result: Result, body: bytes, textual: bool) -> None:
    if textual:
        try:
            result["body"] = body.decode()
        except UnicodeDecodeError:
            textual = False
    if not textual:
        result.update(body=_base64(body), isBase64Encoded=True)
    if len(body) <= _SHORT:
        return
    size = _json_size(result)
    if size > MAX_RESULT_BYTES and textual:
        # JSON writes up to six bytes for a character; base64 always four for three.
        result.update(body=_base64(body), isBase64Encoded=True)
        size = min(size, _json_size(result))
    if size > MAX_RESULT_BYTES:
        raise UnsendableResponse(
            f"the body of {len(body)} bytes makes a result of {size}, and Lambda passes on {MAX_RESULT_BYTES}"
        )


def _is_control(character: str) -> bool:
    return character == "\x7f" or (character < " " and character != "\t")


def _base64(body: bytes) -> str:
    # Loaded for the first body that needs it: a preflight does not.
    from binascii import b2a_base64

    return b2a_base64(body, newline=False).decode("ascii")


def _json_size(result: Result) -> int:
    """Bytes of the result as Lambda's runtime client writes it, with every character that is not ASCII escaped."""
    import json

    return len(json.dumps(result))


def _is_text(lines: Lines, text_types: Collection[str] | None) -> bool:
    """Whether a body is to leave as text: of a textual type, or with a charset, and not compressed."""
    kind = ""
    for name, value in lines:
        if name == "content-type":
            kind = value.lower()
        elif name == "content-encoding" and value.lower() != "identity":
            return False
    if text_types:
        return any(each in kind for each in text_types)
    essence, _, parameters = kind.partition(";")
    essence = essence.rstrip(" \t")
    return (
        essence in _TEXT_TYPES
        or essence.startswith("text/")
        or essence.endswith(_TEXT_SUFFIXES)
        or "charset=" in parameters
    )


def _headers(form: str, lines: Lines) -> Result:
    """Header lines in the form that the sender reads: several lines of one name must all arrive."""
    if form is V2:
        return _joined(lines)
    multiple: dict[str, list[str]] = {}
    for name, value in lines:
        multiple.setdefault(name, []).append(value)
    if form is LOAD_BALANCER_MULTIPLE:
        return {"multiValueHeaders": multiple}
    single = {name: values[0] for name, values in multiple.items() if len(values) == 1}
    if form is LOAD_BALANCER:
        return {"headers": single | _apart(multiple)}
    return {
        "headers": single,
        "multiValueHeaders": {name: values for name, values in multiple.items() if len(values) > 1},
    }


def _joined(lines: Lines) -> Result:
    """Payload 2.0: one value for each name, joined by commas, and cookies apart."""
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in lines:
        if name == "set-cookie":
            cookies.append(value)
        else:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return {"headers": headers, "cookies": cookies} if cookies else {"headers": headers}


def _apart(multiple: dict[str, list[str]]) -> dict[str, str]:
    """Several lines of one name where each name may stand once: cookies get names of different case.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
    """
    found: dict[str, str] = {}
    for name, values in multiple.items():
        if len(values) < 2:
            continue
        if name != "set-cookie":
            found[name] = ", ".join(values)
            continue
        letters = [position for position, letter in enumerate(name) if letter.isalpha()]
        for number, value in enumerate(values):
            upper = {letters[bit] for bit in range(len(letters)) if number >> bit & 1}
            found["".join(c.upper() if at in upper else c for at, c in enumerate(name))] = value
    return found
