"""Hosts: parsed and serialised again, as they stand in an origin (https://url.spec.whatwg.org/#host-parsing)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from .domain import domain_to_ascii

# https://url.spec.whatwg.org/#forbidden-domain-code-point
_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
# https://url.spec.whatwg.org/#ends-in-a-number-checker
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_DECIMAL, _OCTAL, _HEXADECIMAL = re.compile(r"[0-9]{1,10}"), re.compile(r"[0-7]+"), re.compile(r"[0-9a-f]+")


def parse_host(text: str) -> str | None:
    """The host of an http or https URL, None on failure (https://url.spec.whatwg.org/#concept-host-parser)."""
    if text.startswith("["):
        return _ipv6(text[1:-1])
    host = domain_to_ascii(unquote(text, errors="replace"))
    if not host or _FORBIDDEN.search(host):
        return None
    return _ipv4(host) if _ENDS_IN_A_NUMBER.fullmatch(host) else host


def _ipv6(text: str) -> str | None:
    from ipaddress import IPv6Address

    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    if address.scope_id is not None:
        return None
    # Some versions of Python write the last 32 bits as IPv4, which browsers never do.
    mapped = address.ipv4_mapped
    return f"[::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}]" if mapped else f"[{address.compressed}]"


def _ipv4(host: str) -> str | None:
    """Dotted decimal (https://url.spec.whatwg.org/#concept-ipv4-parser)."""
    numbers = [_ipv4_number(part) for part in host.removesuffix(".").split(".")]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or len(known) > 4:
        return None
    *first, last = known
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(known)):
        return None
    value = last + sum(number << (8 * (3 - index)) for index, number in enumerate(first))
    return ".".join(str(byte) for byte in value.to_bytes(4, "big"))


def _ipv4_number(text: str) -> int | None:
    # https://url.spec.whatwg.org/#ipv4-number-parser; more than ten decimal digits are too many in any case.
    if text.startswith("0x"):
        digits, radix, pattern = text[2:] or "0", 16, _HEXADECIMAL
    elif len(text) > 1 and text.startswith("0"):
        digits, radix, pattern = text[1:], 8, _OCTAL
    else:
        digits, radix, pattern = text, 10, _DECIMAL
    return int(digits, radix) if pattern.fullmatch(digits) else None
