"""The rules of `allow_origins`: what an entry must be to match the Origin header of some browser."""

from __future__ import annotations

import re

from .origins import Entry
from .problems import Problem, shown
from .standard import DEFAULT_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def origin_problems(entries: list[Entry], given: object) -> Iterator[Problem]:
    """The problems of `allow_origins`: `given` as it was written, `entries` the strings in it, taken apart."""
    if given in ((), []):
        message = "no origin is listed, so no page could read any response; list the origins of your pages, or leave CORS off"
        yield Problem("origin.missing", "allow_origins", [], message)
    texts = {e.text for e in entries}
    for code, applies, message in _ORIGIN_RULES:
        for entry in entries:
            if applies(entry):
                text = message.format(shown(entry.text), shown(entry.suggestion))
                yield Problem(code, "allow_origins", entry.text, text)
    if "*" in texts and len(texts) > 1:
        message = '"*" names every origin already, so the others would do nothing; write "*" alone, or leave it out'
        yield Problem("origin.wildcard_not_alone", "allow_origins", "*", message)


# One row a rule: code, whether it applies to an entry, and what to say of it ({0} the entry, {1} the suggestion).
_ORIGIN_RULES: tuple[tuple[str, Callable[[Entry], bool], str], ...] = (
    (
        "origin.several",
        lambda e: e.is_list,
        "{0} holds several origins in one string, and a browser sends one; write each as an entry of the list",
    ),
    (
        "origin.whitespace",
        lambda e: not e.is_list and any(c in e.text for c in " \t\n\r\f\v"),
        "{0} has white space in it, which no origin has, so it would never match; take it out",
    ),
    (
        "origin.control",
        lambda e: re.search(r"[\x00-\x08\x0e-\x1f\x7f]", e.text) is not None,
        "{0} has a control character in it, which no origin has; type it again",
    ),
    (
        "origin.unicode",
        lambda e: re.search(r"[^\x00-\x7f]", e.text) is not None,
        "{0} is not ASCII, and browsers send international names as Punycode; write the xn-- form",
    ),
    (
        "origin.null",
        lambda e: e.is_null,
        "{0} is what any sandboxed frame or file sends, so it would let everyone in; list the real origins of your pages",
    ),
    (
        "origin.scheme",
        lambda e: _lacks_scheme(e) or (e.has_parts and not e.is_scheme),
        '{0} does not start with a scheme, as an origin does; write it as the browser does, such as "https://app.example.com"',
    ),
    (
        "origin.file",
        lambda e: e.scheme == "file",
        '{0} never matches, for pages from files have the origin null; serve the page over http, such as "http://localhost:3000"',
    ),
    (
        "origin.upper_case",
        lambda e: _has_host(e) and e.as_written != e.as_written.lower(),
        "{0} has upper-case letters, and browsers send scheme and host in lower case; did you mean {1}?",
    ),
    (
        "origin.userinfo",
        lambda e: _has_host(e) and e.userinfo is not None,
        "{0} has a user name in it, which browsers never send in an origin; did you mean {1}?",
    ),
    (
        "origin.trailing_slash",
        lambda e: _has_host(e) and e.rest == "/",
        "{0} ends with a slash, and browsers send the origin without it; did you mean {1}?",
    ),
    (
        "origin.path",
        lambda e: _has_host(e) and e.rest not in ("", "/"),
        "{0} has a path, and an origin ends with its host and port; did you mean {1}?",
    ),
    (
        "origin.port",
        lambda e: _has_host(e) and not e.is_port,
        '{0} has no port that can be; write 1 to 65535 without leading zeros, or ":*" for any',
    ),
    (
        "origin.default_port",
        lambda e: _has_host(e) and e.port is not None and e.port == DEFAULT_PORTS.get(e.scheme),
        "{0} names the default port of its scheme, which browsers leave out; did you mean {1}?",
    ),
    (
        "origin.pattern",
        lambda e: _has_host(e) and "*" in e.host and not e.is_subdomain_pattern,
        '{0} has a wildcard that is not supported; write "https://*.example.com" for the sub-domains of a domain, or list the origins',
    ),
    (
        "origin.ip",
        lambda e: _has_host(e) and "*" not in e.host and e.is_address and not e.is_canonical_address,
        '{0} has no IP address as browsers write it; write "http://192.0.2.10", or "http://[2001:db8::1]" shortened and in lower case',
    ),
    (
        "origin.host",
        lambda e: _is_named(e) and not e.is_domain,
        "{0} has no valid host; write labels of 1 to 63 letters, digits, hyphens (inside) and underscores, 253 bytes in all",
    ),
    (
        "origin.punycode",
        lambda e: _is_named(e) and e.is_domain and e.has_broken_punycode,
        "{0} has a label that starts with xn-- and is no Punycode; write the name as the browser shows it in the Origin header",
    ),
)


def _lacks_scheme(entry: Entry) -> bool:
    special = entry.is_list or entry.is_null or entry.trimmed == "*"
    return entry.is_plain and not special and not entry.has_parts


def _has_host(entry: Entry) -> bool:
    return entry.has_parts and entry.scheme != "file"


def _is_named(entry: Entry) -> bool:
    pattern = "*" in entry.host
    return _has_host(entry) and (entry.is_subdomain_pattern if pattern else not entry.is_address)
