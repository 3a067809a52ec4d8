"""Methods and headers: what a list of them holds, and which of them a script may send.

Source: https://fetch.spec.whatwg.org/#http-extensions
"""

from __future__ import annotations

import re

from ..standard import (
    FORBIDDEN_METHODS,
    FORBIDDEN_REQUEST_HEADER_PREFIXES,
    FORBIDDEN_REQUEST_HEADERS,
    METHOD_OVERRIDE_HEADERS,
    NORMALIZED_METHODS,
    SAFELISTED_CONTENT_TYPES,
    TOKEN,
)
from .refusal import HeaderList, MalformedHeader, quoted

# Bytes of one safelisted value, and of all of them.
MAX_SAFELISTED_VALUE = 128
MAX_SAFELISTED_TOTAL = 1024

# https://fetch.spec.whatwg.org/#http-whitespace
HTTP_WHITESPACE = " \t\n\r"
# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_UNSAFE_BYTE = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGE = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_MIME_TYPE = re.compile(rf"({TOKEN})/({TOKEN})[ \t\n\r]*(;.*)?", re.DOTALL)
_SINGLE_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_SPLIT_VALUE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*', re.DOTALL)


def is_token(text: str) -> bool:
    """Whether `text` can be a method or a header's name (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)."""
    return re.fullmatch(TOKEN, text) is not None


def get_header(headers: HeaderList, name: str) -> str | None:
    """Fetch, "get" a header: all values of `name`, combined with a comma and a space; None when absent.

    Source: https://fetch.spec.whatwg.org/#concept-header-list-get
    """
    values = header_lines(headers, name)
    return ", ".join(values) if values else None


def extract_list(headers: HeaderList, name: str) -> list[str] | None:
    """Fetch, "extract header list values" for a list of tokens (`#field-name`, `#method`); None when absent.

    Empty items and optional white space are allowed (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2).
    Raises MalformedHeader when an item is not a token; Fetch then ignores the whole header or fails.

    Source: https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    lines = header_lines(headers, name)
    if not lines:
        return None
    items = [item for line in lines for part in line.split(",") if (item := part.strip(" \t"))]
    for item in items:
        if not is_token(item):
            raise MalformedHeader(f"{name}: {quoted(item)} is not a token")
    return items


def header_lines(headers: HeaderList, name: str) -> list[str]:
    """The values of `name`, one for each time it stands in the list."""
    name = name.lower()
    return [value.strip(HTTP_WHITESPACE) for key, value in headers if key.lower() == name]


def _split_value(value: str) -> list[str]:
    """At commas outside of quoted strings (https://fetch.spec.whatwg.org/#header-value-get-decode-and-split)."""
    parts, position = [], 0
    while True:
        match = _SPLIT_VALUE.match(value, position)
        end = match.end() if match else len(value)
        parts.append(value[position:end].strip(" \t"))
        if end >= len(value):
            return parts
        position = end + 1


def normalize_method(method: str) -> str:
    """Fetch, "normalize" a method: DELETE, GET, HEAD, OPTIONS, POST, PUT in any case; `patch` stays `patch`.

    Source: https://fetch.spec.whatwg.org/#concept-method-normalize
    """
    return upper if (upper := method.upper()) in NORMALIZED_METHODS and method.isascii() else method


def is_forbidden_method(method: str) -> bool:
    """Fetch, "forbidden method": a script that asks for one gets a TypeError.

    Source: https://fetch.spec.whatwg.org/#forbidden-method
    """
    return method.upper() in FORBIDDEN_METHODS


def is_forbidden_request_header(name: str, value: str = "") -> bool:
    """Fetch, "forbidden request-header": what a script sets of these is dropped without a word.

    Source: https://fetch.spec.whatwg.org/#forbidden-request-header
    """
    name = name.lower()
    if name in FORBIDDEN_REQUEST_HEADERS or name.startswith(FORBIDDEN_REQUEST_HEADER_PREFIXES):
        return True
    return name in METHOD_OVERRIDE_HEADERS and any(map(is_forbidden_method, _split_value(value)))


def is_safelisted_request_header(name: str, value: str) -> bool:
    """Fetch, "CORS-safelisted request-header": one that an HTML form could send as well.

    Source: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
    """
    if len(value) > MAX_SAFELISTED_VALUE:
        return False
    match name.lower():
        case "accept":
            return not _UNSAFE_BYTE.search(value)
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return not _UNSAFE_BYTE.search(value) and _mime_essence(value) in SAFELISTED_CONTENT_TYPES
        case "range":
            return _is_simple_range(value)
    return False


def _mime_essence(value: str) -> str | None:
    """Type/subtype in lower case, None on failure (https://mimesniff.spec.whatwg.org/#parse-a-mime-type)."""
    match = _MIME_TYPE.fullmatch(value.strip(HTTP_WHITESPACE))
    return f"{match[1]}/{match[2]}".lower() if match else None


def _is_simple_range(value: str) -> bool:
    """Without white space; a range without a start is unsafe.

    Source: https://fetch.spec.whatwg.org/#simple-range-header-value
    """
    match = _SINGLE_RANGE.fullmatch(value)
    return match is not None and (not match[2] or int(match[1]) <= int(match[2]))


def unsafe_request_header_names(headers: HeaderList) -> list[str]:
    """Fetch, "CORS-unsafe request-header names": lower case, sorted, each once.

    When the safelisted values together are longer than 1,024 bytes, their names count as unsafe too.

    Source: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    unsafe, safelisted, size = set(), set(), 0
    for name, value in headers:
        if is_safelisted_request_header(name, value):
            safelisted.add(name.lower())
            size += len(value)
        else:
            unsafe.add(name.lower())
    return sorted(unsafe | safelisted if size > MAX_SAFELISTED_TOTAL else unsafe)
