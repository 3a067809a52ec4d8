"""The rule book: every rule that a policy must keep before it is in force.

modules/cors_policy/rules.tf states the same rules for Terraform, with the same codes, values and messages, in
the same order; docs/rules.md explains each one. The rules of an origin stand in origin_rules.py.
"""

from __future__ import annotations

import re

from .origin_rules import origin_problems
from .origins import Entry
from .problems import Problem, shown
from .standard import (
    AUTHORIZATION,
    FORBIDDEN_METHODS,
    FORBIDDEN_REQUEST_HEADER_PREFIXES,
    FORBIDDEN_REQUEST_HEADERS,
    FORBIDDEN_RESPONSE_HEADERS,
    TOKEN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

LISTS = ("allow_origins", "allow_methods", "allow_headers", "expose_headers")
DANGEROUS = ("dangerously_allow_insecure_origins", "dangerously_allow_public_suffix_wildcards")
DEFAULTS: dict[str, Any] = {
    "allow_origins": (),
    "allow_methods": ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
    "allow_headers": ("authorization", "content-type"),
    "expose_headers": (),
    "allow_credentials": False,
    "max_age": 7200,
    "dangerously_allow_insecure_origins": False,
    "dangerously_allow_public_suffix_wildcards": False,
}
MAX_AGE_LIMIT = 86400

# Set by the browser alone as well, though not on Fetch's list (https://wicg.github.io/private-network-access/).
REQUEST_PRIVATE_NETWORK = "access-control-request-private-network"
RESPONSE_ONLY_HEADERS = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-allow-private-network",
        "access-control-expose-headers",
        "access-control-max-age",
    }
)
# What a page cannot want to read from a response: request headers, and what only a preflight carries.
NOT_EXPOSABLE_HEADERS = frozenset(
    {
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-private-network",
        "access-control-max-age",
        "access-control-request-headers",
        "access-control-request-method",
        REQUEST_PRIVATE_NETWORK,
        "origin",
    }
)


def problems(given: Mapping[str, Any]) -> list[Problem]:
    """Every problem of a policy given as its fields, in the order of the rule book."""
    values = {**DEFAULTS, **given}
    strings = {name: _strings(values[name]) for name in LISTS}
    credentials = values["allow_credentials"] is True
    entries = [Entry(text) for text in strings["allow_origins"]]
    return [
        *_unknown_fields(given),
        *_types(values),
        *origin_problems(entries, values["allow_origins"]),
        *_methods(strings["allow_methods"]),
        *_request_headers(strings["allow_headers"]),
        *_exposed_headers(strings["expose_headers"]),
        *_max_age(values["max_age"]),
        *(_credentials(entries, strings, values) if credentials else ()),
    ]


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []


def type_of_policy(value: object) -> list[Problem]:
    """The problem of a policy that is no object at all."""
    message = f'{shown(value)} is not a policy; write an object such as {{"allow_origins":["https://app.example.com"]}}'
    return [Problem("type.object", "policy", value, message)]


def _unknown_fields(given: Mapping[str, Any]) -> Iterator[Problem]:
    for name in sorted(set(given) - set(DEFAULTS)):
        message = f"{shown(name)} is not a field of a CORS policy, so it would do nothing; write one of {', '.join(DEFAULTS)}"
        yield Problem("policy.unknown_field", name, given[name], message)


def _types(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name in LISTS:
        if not isinstance(values[name], (list, tuple)):
            message = f"{shown(values[name])} is not a list; write a list of strings, such as [{_EXAMPLES[name]}]"
            yield Problem("type.list", name, values[name], message)
    for name in LISTS:
        for item in values[name] if isinstance(values[name], (list, tuple)) else ():
            if not isinstance(item, str):
                message = f"{shown(item)} is not a string; write text in quotes, such as {_EXAMPLES[name]}"
                yield Problem("type.string", name, item, message)
    for name in ("allow_credentials", *DANGEROUS):
        if not isinstance(values[name], bool):
            message = f"{shown(values[name])} is not a boolean; write true or false, without quotes"
            yield Problem("type.boolean", name, values[name], message)
    if not _is_integer(values["max_age"]):
        message = f"{shown(values['max_age'])} is not a whole number; write seconds without quotes, such as 7200"
        yield Problem("type.integer", "max_age", values["max_age"], message)


_EXAMPLES = {
    "allow_origins": '"https://app.example.com"',
    "allow_methods": '"PUT"',
    "allow_headers": '"content-type"',
    "expose_headers": '"x-request-id"',
}


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _max_age(value: object) -> Iterator[Problem]:
    if isinstance(value, int) and _is_integer(value) and not 0 <= value <= MAX_AGE_LIMIT:
        message = f"{shown(value)} is not a time that every gateway and browser takes; write 0 (do not cache) to 86400 seconds"
        yield Problem("max_age.range", "max_age", value, message)


def _methods(methods: list[str]) -> Iterator[Problem]:
    field = "allow_methods"
    for method in methods:
        if not re.fullmatch(TOKEN, method):
            message = f'{shown(method)} is not a method, so no browser could send it; write one name an entry, such as "PUT"'
            yield Problem("method.token", field, method, message)
    for method in methods:
        if method != "*" and "*" in method and re.fullmatch(TOKEN, method):
            message = f'{shown(method)} is read by browsers letter for letter, not as a pattern; list the methods, or write "*" alone'
            yield Problem("method.pattern", field, method, message)
    for method in methods:
        if method.upper() in FORBIDDEN_METHODS:
            message = f"{shown(method)} can be sent by no script in any browser, so allowing it does nothing; leave it out"
            yield Problem("method.forbidden", field, method, message)
    for method in methods:
        if method != "PATCH" and method.upper() == "PATCH":
            message = f'{shown(method)} is not PATCH, for browsers do not change the case of this method; write "PATCH"'
            yield Problem("method.case", field, method, message)
    if "*" in methods and len(set(methods)) > 1:
        message = '"*" names every method already, so the others would do nothing; write "*" alone, or leave it out'
        yield Problem("method.wildcard_not_alone", field, "*", message)


def _header_names(field: str, names: list[str]) -> Iterator[Problem]:
    for name in names:
        if not re.fullmatch(TOKEN, name):
            message = f"{shown(name)} is not a header name; write one name an entry, such as {_EXAMPLES[field]}"
            yield Problem("header.token", field, name, message)
    for name in names:
        if name != "*" and "*" in name and re.fullmatch(TOKEN, name):
            message = f'{shown(name)} is read by browsers letter for letter, not as a pattern; list the names, or write "*"'
            yield Problem("header.pattern", field, name, message)


def _request_headers(names: list[str]) -> Iterator[Problem]:
    field = "allow_headers"
    yield from _header_names(field, names)
    for name in names:
        if _is_forbidden_request_header(name.lower()):
            message = f"{shown(name)} is set by the browser alone and by no script, so allowing it does nothing; leave it out"
            yield Problem("header.forbidden", field, name, message)
    for name in names:
        if name.lower() in RESPONSE_ONLY_HEADERS:
            message = f"{shown(name)} is a response header, which no page sends; leave it out, the kit writes it where it belongs"
            yield Problem("header.wrong_direction", field, name, message)
    if "*" in names and {name.lower() for name in names} - {"*", AUTHORIZATION}:
        message = '"*" names every header but authorization, so the others would do nothing; write ["*"] or ["*","authorization"]'
        yield Problem("header.wildcard_not_alone", field, "*", message)


def _is_forbidden_request_header(name: str) -> bool:
    return (
        name in FORBIDDEN_REQUEST_HEADERS
        or name.startswith(FORBIDDEN_REQUEST_HEADER_PREFIXES)
        or name == REQUEST_PRIVATE_NETWORK
    )


def _exposed_headers(names: list[str]) -> Iterator[Problem]:
    field = "expose_headers"
    yield from _header_names(field, names)
    for name in names:
        if name.lower() in FORBIDDEN_RESPONSE_HEADERS:
            message = f"{shown(name)} is shown to no script by any browser, so exposing it does nothing; leave it out"
            yield Problem("header.forbidden", field, name, message)
    for name in names:
        if name.lower() in NOT_EXPOSABLE_HEADERS:
            message = f"{shown(name)} is a header of requests or preflights, which no page reads from a response; leave it out"
            yield Problem("header.wrong_direction", field, name, message)
    if "*" in names and len(set(names)) > 1:
        message = '"*" names every header already, so the others would do nothing; write "*" alone, or leave it out'
        yield Problem("header.wildcard_not_alone", field, "*", message)


def _credentials(
    entries: list[Entry], strings: dict[str, list[str]], values: Mapping[str, Any]
) -> Iterator[Problem]:
    if "*" in strings["allow_origins"]:
        message = '"*" with credentials would hand every site the user\'s session, and browsers refuse it; list the origins'
        yield Problem("credentials.wildcard_origin", "allow_origins", "*", message)
    for entry in entries:
        insecure = entry.scheme == "http" and not entry.is_loopback
        if insecure and values["dangerously_allow_insecure_origins"] is not True:
            message = (
                f"{shown(entry.text)} is not encrypted, so anyone on the network could speak for it with the user's session; "
                "write https://, or set dangerously_allow_insecure_origins"
            )
            yield Problem("credentials.insecure_origin", "allow_origins", entry.text, message)
    for entry in entries:
        if values["dangerously_allow_public_suffix_wildcards"] is not True and _spans_public_suffix(entry):
            message = (
                f"{shown(entry.text)} covers names that strangers can register ({entry.domain} is or holds a public suffix) "
                "and would share the user's session with them; name your own domain, or set dangerously_allow_public_suffix_wildcards"
            )
            yield Problem("credentials.public_suffix", "allow_origins", entry.text, message)
    for field, code, what in _WILDCARDS_WITH_CREDENTIALS:
        if "*" in strings[field]:
            message = f'"*" with credentials is read by browsers as the name "*", not as every {what}; list them'
            yield Problem(code, field, "*", message)


_WILDCARDS_WITH_CREDENTIALS = (
    ("allow_methods", "credentials.wildcard_methods", "method"),
    ("allow_headers", "credentials.wildcard_headers", "request header"),
    ("expose_headers", "credentials.wildcard_expose_headers", "response header"),
)


def _spans_public_suffix(entry: Entry) -> bool:
    if not entry.is_subdomain_pattern or entry.is_loopback:
        return False
    # 10,000 names: read only where a policy needs them.
    from .public_suffixes import spans_public_suffix

    return spans_public_suffix(entry.domain)
