"""Domain to ASCII: the name that a browser resolves and writes into an origin.

Source: https://url.spec.whatwg.org/#concept-domain-to-ascii, which is Unicode's TS 46 with CheckBidi and
CheckJoiners on, everything else that can be chosen off (https://www.unicode.org/reports/tr46/#ToASCII).

The standard library has neither the table of TS 46 nor the types of joining letters (its codec "idna" is the IDNA
of 2003, which no browser uses). The table is worked out from the properties that it is made of
(https://www.unicode.org/reports/tr46/#Mapping_Table_Derivation), of the Unicode version that Python brings.
What this cannot know fails, so that no name is a wrong one: characters younger than that version, and a zero width
non-joiner between joining letters. Of the bidi rule everything is checked.
"""

from __future__ import annotations

import re
from unicodedata import bidirectional, category, combining, normalize

# https://www.unicode.org/reports/tr46/#Validity_Criteria: ß, ς and the joiners stay what they are.
_DEVIATIONS = "\u00df\u03c2\u200c\u200d"
_JOINERS = re.compile(r"[\u200c\u200d]")
_SHARP_S = "\u1e9e"
_FULL_STOPS = "\u3002\uff0e\uff61"
# Mapped to nothing, the soft hyphen first: what is invisible anyway; marks of direction and tags fail by category
# (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
_IGNORED = re.compile(
    r"[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff"
    r"\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
# Replacement characters, and how an ideograph would be composed.
_EXCLUDED = re.compile(r"[\ufffc\ufffd\u2ff0-\u2fff\u31ef]")
_NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def domain_to_ascii(domain: str) -> str | None:
    """`domain` in lower case, its international labels as Punycode; None on failure.

    ASCII is not checked any further: which of it no host may have is the host parser's rule.
    """
    if domain.isascii():
        return domain.lower()
    mapped = [_mapped(character) for character in domain]
    if None in mapped:
        return None
    name = normalize("NFC", "".join(part for part in mapped if part is not None))
    labels = [_decoded(label) for label in name.split(".")]
    known = [label for label in labels if label is not None]
    is_bidi = any(bidirectional(c) in ("R", "AL", "AN") for label in known for c in label)
    if len(known) < len(labels) or not all(_is_valid(label, is_bidi=is_bidi) for label in known):
        return None
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in known)


def _mapped(character: str) -> str | None:
    """What a code point becomes: itself, others, nothing; None where it is disallowed."""
    if character.isascii():
        return character.lower()
    if character in _DEVIATIONS:
        return character
    if character in _FULL_STOPS:
        return "."
    if character == _SHARP_S:
        return "\u00df"
    # NFKC_Casefold (https://www.unicode.org/reports/tr44/#NFKC_Casefold).
    folded = normalize("NFKC", normalize("NFKC", normalize("NFD", character).casefold()).casefold())
    folded = _IGNORED.sub("", folded)
    # An ellipsis or a numeral with a full stop must not make labels.
    return folded if "." not in folded and all(map(_is_allowed, folded)) else None


def _is_allowed(character: str) -> bool:
    return character.isascii() or (category(character) not in _NOT_IN_NAMES and not _EXCLUDED.match(character))


def _decoded(label: str) -> str | None:
    """The label itself, or what its Punycode says; None where that is broken."""
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return None
    # Punycode of ASCII, or of what would be written in another way, is none.
    is_canonical = not decoded.isascii() and "xn--" + decoded.encode("punycode").decode() == label
    return decoded if is_canonical else None


def _is_valid(label: str, *, is_bidi: bool) -> bool:
    """The validity criteria (https://www.unicode.org/reports/tr46/#Validity_Criteria)."""
    if label.isascii():
        return not is_bidi or _is_bidi_valid(label)
    return (
        normalize("NFC", label) == label
        and category(label[0])[0] != "M"
        and all(_mapped(c) == c for c in label)
        and all(_may_join(label, found.start()) for found in _JOINERS.finditer(label))
        and (not is_bidi or _is_bidi_valid(label))
    )


def _may_join(label: str, position: int) -> bool:
    # Behind a virama (https://www.rfc-editor.org/rfc/rfc5892#appendix-A.1); which letters join is not known here.
    return position > 0 and combining(label[position - 1]) == 9


def _is_bidi_valid(label: str) -> bool:
    """The bidi rule (https://www.rfc-editor.org/rfc/rfc5893#section-2)."""
    classes = [bidirectional(c) for c in label]
    if not classes:
        return True
    ending = [c for c in classes if c != "NSM"][-1:]
    neutral, used = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}, set(classes)
    if classes[0] in ("R", "AL"):
        ends_well = ending[0] in ("R", "AL", "EN", "AN")
        return ends_well and used <= neutral | {"R", "AL", "AN"} and not {"EN", "AN"} <= used
    return classes[0] == "L" and used <= neutral | {"L"} and ending[0] in ("L", "EN")
