"""Where an engine knowingly does something else than the Fetch standard: the only differences that are excused.

Every excuse is asserted as well: an engine that changes its ways fails the tests, and its entry goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.recorder import Sent

ALL = ("chromium", "firefox", "webkit")


@dataclass(frozen=True)
class Deviation:
    """What `engines` do in some cells, and why.

    `verdict` is theirs, None where scripts see no difference; `sends` the requests they make (see `shape`), by
    cell ("api page fetch") or answer ("answer name").
    """

    engines: Sequence[str]
    reason: str
    sends: Mapping[str, str]
    verdict: str | None = None


DEVIATIONS = (
    Deviation(
        ALL,
        "Fetch: * in Access-Control-Allow-Headers never stands for Authorization. The engines only warn of it, "
        "and let it pass.",
        {"any app auth": "OPTIONS GET", "any ip auth": "OPTIONS GET", "any app many": "OPTIONS PUT"},
        verdict="200",
    ),
    Deviation(
        ("chromium",),
        "Fetch safelists no client hints any more. Chromium still sends DPR and Save-Data without a preflight.",
        {"limited app hint": "GET", "limited app save-data": "GET"},
        verdict="200",
    ),
    Deviation(
        ("firefox", "webkit"),
        "A 303 turns PUT into GET, which needs no preflight. Firefox and WebKit send one all the same, for a "
        "request that was preflighted once stays so.",
        {
            "single app see": "OPTIONS PUT OPTIONS GET",
            "several app see": "OPTIONS PUT OPTIONS GET",
            "subdomains sub see": "OPTIONS PUT OPTIONS GET",
            "any app see": "OPTIONS PUT OPTIONS GET",
        },
    ),
    Deviation(
        ("firefox",),
        "After a redirect to another origin, the preflight has Origin: null as the request has. Firefox still "
        "names the page there, so that the request is made before it is refused.",
        {
            "single app put>": "OPTIONS PUT OPTIONS PUT*",
            "several app put>": "OPTIONS PUT OPTIONS PUT*",
            "subdomains sub put>": "OPTIONS PUT OPTIONS PUT*",
            "any app put>": "OPTIONS PUT OPTIONS PUT*",
            "any-listed app put>": "OPTIONS PUT OPTIONS PUT*",
        },
    ),
    Deviation(
        ("firefox",),
        "A redirect to another origin drops Authorization, and what is left needs no preflight. Firefox sends "
        "one.",
        {
            "single app auth>": "OPTIONS GET OPTIONS GET*",
            "several app auth>": "OPTIONS GET OPTIONS GET*",
            "any-listed app auth>": "OPTIONS GET OPTIONS GET*",
        },
    ),
    Deviation(
        ("webkit",),
        "A redirect to another origin drops Authorization before the next request is looked at. WebKit still "
        "names it in a preflight, and drops it then.",
        {
            "single app auth>": "OPTIONS GET OPTIONS*",
            "several app auth>": "OPTIONS GET OPTIONS*",
            "any-listed app auth>": "OPTIONS GET OPTIONS* GET*",
        },
    ),
    Deviation(
        ALL,
        "Access-Control-Max-Age: -1 is malformed, so that Fetch's default of 5 seconds counts. The engines cache "
        "nothing then.",
        {"answer age-negative": "OPTIONS PUT OPTIONS PUT"},
    ),
    Deviation(
        ("firefox",),
        "A malformed Access-Control-Max-Age leaves Fetch's default of 5 seconds. Firefox caches nothing then.",
        {
            "answer age-nonsense": "OPTIONS PUT OPTIONS PUT",
            "answer age-fraction": "OPTIONS PUT OPTIONS PUT",
            "answer age-two-lines": "OPTIONS PUT OPTIONS PUT",
        },
    ),
    Deviation(
        ("firefox",),
        "A header allowed by * is found in the preflight cache. Firefox does not find it, and asks again.",
        {"answer age-star": "OPTIONS GET OPTIONS GET"},
    ),
)


def deviation(engine: str, place: str) -> Deviation | None:
    """The excuse of an engine for a cell or an answer, None where there is none."""
    found = [each for each in DEVIATIONS if engine in each.engines and place in each.sends]
    assert len(found) <= 1, f"two excuses for {place}"
    return found[0] if found else None


def verdict(engine: str, place: str, expected: str) -> str:
    """What an engine is expected to say: its own way where that is excused."""
    excuse = deviation(engine, place)
    return excuse.verdict if excuse and excuse.verdict else expected


def shape(sent: Sequence[Sent]) -> str:
    """The methods that were sent, in order, with a star for Origin: null."""
    return " ".join(each.method + ("*" if each.origin == "null" else "") for each in sent)
