"""An event as an ASGI request: the scope and the body.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html#http-connection-scope
"""

from __future__ import annotations

from binascii import a2b_base64

from . import paths
from .events import LOAD_BALANCER, LOAD_BALANCER_MULTIPLE, V1, V2, header_lines, method_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .events import Event

    Lines = list[tuple[bytes, bytes]]

PORTS = {"http": 80, "https": 443}
_SCHEMES = {b"http": "http", b"https": "https"}
HTTP_VERSIONS = {"HTTP/1.0": "1.0", "HTTP/2": "2", "HTTP/2.0": "2", "HTTP/3": "3", "HTTP/3.0": "3"}
# https://www.rfc-editor.org/rfc/rfc3986#section-2.2 and 2.3, of which a name is made
HOST_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;="
# A client says the length of these even where there is no body.
WITH_BODY = ("PATCH", "POST", "PUT")

_PATHS: dict[str, Callable[[Event], tuple[str, bytes, str]]] = {
    V2: paths.of_v2,
    V1: paths.of_v1,
    LOAD_BALANCER: paths.of_load_balancer,
    LOAD_BALANCER_MULTIPLE: paths.of_load_balancer,
}


def body_of(event: Event) -> bytes:
    """The request's body.

    Raises:
        ValueError: where it is said to be base64 and is none.
    """
    body = event.get("body")
    if not body:
        return b""
    if event.get("isBase64Encoded"):
        return a2b_base64(body)
    if isinstance(body, bytes):
        return body
    return body.encode()  # type: ignore[no-any-return]  # text, or an AttributeError that is told


def scope_of(event: Event, form: str, context: Any, length: int) -> dict[str, Any]:
    """The scope of a request whose body has `length` bytes, without `state`.

    `path` is whole, and `root_path` is what stands before the app's own path. Header bytes are Latin-1.
    """
    method = method_of(event, form)
    lines, values = _headers(event, form)
    _complete_length(lines, values, method, length)
    path, raw_path, root_path = _PATHS[form](event)
    request = event["requestContext"]
    http = request.get("http") or request if form is V2 or form is V1 else {}
    scheme = _SCHEMES.get(values.get(b"x-forwarded-proto", b"https")) or _scheme(values)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": HTTP_VERSIONS.get(http.get("protocol") or "", "1.1"),
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": raw_path,
        "query_string": _query(event, form),
        "root_path": root_path,
        "headers": lines,
        "client": _client(request, values, form),
        "server": _server(values, scheme, request),
        "aws.event": event,
        "aws.context": context,
    }


def _scheme(values: dict[bytes, bytes]) -> str:
    """What the first proxy says, where several say something."""
    first = values[b"x-forwarded-proto"].partition(b",")[0].strip().lower()
    return _SCHEMES.get(first, "https")


def _headers(event: Event, form: str) -> tuple[Lines, dict[bytes, bytes]]:
    """The header lines, names in lower case and cookies in one line, and the last value of each name."""
    given = header_lines(event, form)
    names = _NAMES
    try:
        lines = [(names[name], value.encode("latin-1")) for name, value in given]
    except (AttributeError, UnicodeEncodeError):
        # A name without a value; or text that no gateway makes of bytes, and a hand-written event may have.
        lines = [(names[name], _bytes(value)) for name, value in given if value is not None]
    values = dict(lines)
    if len(values) < len(lines) and b"cookie" in values:
        # https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3
        values[b"cookie"] = b"; ".join([value for name, value in lines if name == b"cookie"])
        lines = [line for line in lines if line[0] != b"cookie"]
        lines.append((b"cookie", values[b"cookie"]))
    return lines, values


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


class _Names(dict[str, bytes]):
    """Header names in lower case: they come again and again; a client that makes up new ones fills no memory."""

    def __missing__(self, name: str) -> bytes:
        lower = _bytes(name.lower())
        if len(self) < MAX_NAMES:
            self[name] = lower
        return lower


MAX_NAMES = 500
_NAMES = _Names()


def _complete_length(lines: Lines, values: dict[bytes, bytes], method: str, length: int) -> None:
    """Content-Length as the body really is: a REST API leaves it out, and apps read no more than it says."""
    given = values.get(b"content-length")
    if given is None:
        if length or method in WITH_BODY:
            lines.append((b"content-length", b"%d" % length))
    elif given != b"%d" % length:
        lines[:] = [line for line in lines if line[0] != b"content-length"]
        lines.append((b"content-length", b"%d" % length))


def _query(event: Event, form: str) -> bytes:
    if form is V2:
        return _query_bytes(event.get("rawQueryString") or "")
    parameters = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters")
    if not parameters:
        return b""
    part, in_value = (_encoded, "") if form is V1 else (_as_sent, "=")
    pairs = []
    for name, value in parameters.items():
        for each in value if type(value) is list else (value,):
            pairs.append(f"{part(name)}={part(each or '', in_value)}")
    return "&".join(pairs).encode("ascii")


def _encoded(text: str, more: str = "") -> str:
    """A decoded name or value of a query, encoded again; a space as %20, which parsers of no form read, too."""
    if text.isalnum() and text.isascii():
        return text
    from urllib.parse import quote

    return quote(text, safe=more)


def _as_sent(text: str, more: str = "") -> str:
    """What a load balancer passes on: "You must decode them in your Lambda function." """
    if text.isalnum() and text.isascii():
        return text
    from urllib.parse import quote

    return quote(text, safe=f"%+/?:@!$'()*,;-._~[]{more}")


def _query_bytes(query: str) -> bytes:
    if query.isascii():
        return query.encode("ascii")
    from urllib.parse import quote

    return quote(query, safe="%&=+/?:@!$'()*,;-._~[]").encode("ascii")


def _client(request: dict[str, Any], values: dict[bytes, bytes], form: str) -> tuple[str, int] | None:
    """The address that the gateway saw; a load balancer appends it to X-Forwarded-For, behind what others say."""
    if form is V2:
        address = request["http"].get("sourceIp")
    elif form is V1:
        address = (request.get("identity") or {}).get("sourceIp")
    else:
        address = values.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")[2].strip()
        if address.startswith("[") or address.count(":") == 1:
            # With the attribute xff_client_port the port stands behind it.
            return _host_and_port(address, 0)
    return (address, 0) if address else None


def _server(values: dict[bytes, bytes], scheme: str, request: dict[str, Any]) -> tuple[str, int]:
    port = PORTS[scheme]
    forwarded = values.get(b"x-forwarded-port")
    if forwarded:
        port = _port(forwarded.decode("latin-1").partition(",")[0].strip()) or port
    host = values.get(b"host", b"").decode("latin-1")
    if ":" in host:
        host, port = _host_and_port(host, port)
    # A client may send any Host; one that is none tells nothing of the server.
    return (host if _is_host(host) else "") or request.get("domainName") or "localhost", port


def _is_host(host: str) -> bool:
    """Whether it is a name or an address, https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2."""
    if ":" not in host:
        return not host.strip(HOST_CHARACTERS)
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def _host_and_port(authority: str, port: int) -> tuple[str, int]:
    """`name:port`, `[2001:db8::1]:port`, or either without its port; a port that cannot be counts for none."""
    if authority.startswith("["):
        host, _, rest = authority[1:].partition("]")
        given = rest.removeprefix(":")
    elif authority.count(":") > 1:
        # An IPv6 address that somebody left without its brackets.
        return authority, port
    else:
        host, _, given = authority.partition(":")
    number = _port(given)
    return host, port if number is None else number


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65536 else None
