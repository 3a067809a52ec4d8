"""URLs: as much of the URL standard (https://url.spec.whatwg.org/) as http, https and origins need."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from ..standard import DEFAULT_PORTS
from .host import parse_host
from .refusal import quoted

ORIGIN = re.compile(r"[a-z][a-z0-9+.\-]*://(\[[0-9a-f:]+\]|[a-z0-9_.\-]+)(:[0-9]{1,5})?")
PORTS = {scheme: int(DEFAULT_PORTS[scheme]) for scheme in ("http", "https")}
_C0_CONTROL_OR_SPACE = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY = re.compile(r"[/\\]{2}")
_LOOPBACK_IPV4 = re.compile(r"127(?:\.[0-9]+){3}")
_PATH_SAFE = "!$%&'()*+,/:;=@[]|"
_QUERY_SAFE = "!$%&()*+,/:;=?@[\\]^`{|}"


class URL(NamedTuple):
    """A parsed URL; of one that is neither http nor https, the scheme alone is to be trusted."""

    scheme: str
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str = ""
    has_userinfo: bool = False

    @property
    def origin(self) -> str:
        """Serialised (https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin)."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port is not None else "")

    @property
    def href(self) -> str:
        """Serialised without user information and fragment, which are never sent."""
        return self.origin + self.path + self.query

    @property
    def is_loopback(self) -> bool:
        """Whether the host never leaves the machine.

        Source: https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
        """
        name = self.host.removesuffix(".")
        return (
            name in ("localhost", "[::1]")
            or name.endswith(".localhost")
            or _LOOPBACK_IPV4.fullmatch(name) is not None
        )


def resolve_url(url: str, base: str | None = None) -> str:
    """URL standard, "URL parser" and "URL serializer": an absolute http(s) URL without fragment.

    Raises TypeError, as `new Request()` does, when the result is no URL, or has user information, or is not
    http or https.

    Source: https://url.spec.whatwg.org/#concept-url-parser
    """
    return script_url(url, base).href


def url_origin(url: str) -> str:
    """URL standard, "origin" of an http(s) URL, serialised. Raises TypeError as `resolve_url` does.

    Source: https://url.spec.whatwg.org/#concept-url-origin
    """
    return script_url(url, None).origin


def script_url(url: str, base: str | None) -> URL:
    """The URL that a script may fetch; `resolve_url` says what is raised."""
    parsed = parse_url(url, parse_url(base) if base is not None else None)
    if parsed is None:
        raise TypeError(f"{quoted(url)} is no URL; write it as https://host/path")
    if parsed.scheme not in PORTS:
        raise TypeError(f"{quoted(url)} is neither http nor https, so there is nothing to ask for CORS headers")
    if parsed.has_userinfo:
        raise TypeError("the URL holds a user name or password, which fetch() refuses; send a header instead")
    return parsed


def serialized_origin(origin: str) -> str:
    """`origin` itself, if it is an origin as browsers serialise them, or "null". Raises ValueError otherwise.

    Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    parsed = parse_url(origin) if origin.startswith(("http:", "https:")) else None
    if origin == "null" or (ORIGIN.fullmatch(origin) and (parsed is None or parsed.origin == origin)):
        return origin
    guess = parse_url(origin)
    is_better = guess is not None and ORIGIN.fullmatch(guess.origin)
    hint = guess.origin if guess is not None and is_better else "https://app.example.com"
    raise ValueError(f"{quoted(origin)} is no origin as a browser writes it; write {quoted(hint)}")


def parse_url(text: str, base: URL | None = None) -> URL | None:
    """None on failure (https://url.spec.whatwg.org/#concept-basic-url-parser)."""
    # Lone surrogates become U+FFFD: https://webidl.spec.whatwg.org/#js-USVString
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.strip(_C0_CONTROL_OR_SPACE).translate({9: None, 10: None, 13: None}).partition("#")[0]
    match = _SCHEME.match(text)
    scheme, rest = (match[1].lower(), text[match.end() :]) if match else (None, text)
    if scheme is not None and scheme not in PORTS:
        return URL(scheme, path=rest)
    if scheme is None and base is not None and base.scheme not in PORTS:
        # Whatever it is, it is neither http nor https.
        return URL(base.scheme, path=rest)
    if base is not None and scheme in (None, base.scheme) and not _AUTHORITY.match(rest):
        return _relative(rest, base)
    scheme = scheme or (base.scheme if base is not None else None)
    if scheme is None:
        return None
    before_query, mark, query = rest.lstrip("/\\").partition("?")
    authority, slash, path = before_query.replace("\\", "/").partition("/")
    userinfo, _, host_and_port = authority.rpartition("@")
    endpoint = _host_and_port(host_and_port, scheme)
    if endpoint is None:
        return None
    return URL(scheme, *endpoint, _path(slash + path), _query(mark, query), userinfo not in ("", ":"))


def _relative(rest: str, base: URL) -> URL:
    path, mark, query = rest.partition("?")
    path = path.replace("\\", "/")
    if not path:
        return base._replace(query=_query(mark, query) if mark else base.query)
    if not path.startswith("/"):
        path = base.path[: base.path.rfind("/") + 1] + path
    return base._replace(path=_path(path), query=_query(mark, query))


def _path(path: str) -> str:
    output: list[str] = []
    segments = path.split("/")[1:] or [""]
    for index, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del output[-1:]
        elif plain != ".":
            output.append(quote(segment, safe=_PATH_SAFE, errors="replace"))
            continue
        if index == len(segments) - 1:
            output.append("")
    return "/" + "/".join(output)


def _query(mark: str, query: str) -> str:
    return mark + quote(query, safe=_QUERY_SAFE, errors="replace")


def _host_and_port(text: str, scheme: str) -> tuple[str, int | None] | None:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", text)
    host = parse_host(match[1]) if match else None
    if match is None or host is None:
        return None
    digits = (match[2] or "").lstrip("0") or ("0" if match[2] else "")
    if len(digits) > 5 or int(digits or 0) > 65535:
        return None
    port = int(digits) if digits else None
    return host, None if port == PORTS[scheme] else port
