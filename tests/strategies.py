"""What Hypothesis draws: valid policies, and the requests that come near them."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from lambda_cors_kit import CORSPolicy, PolicyError

LABELS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=4).map("a{}".format)
DOMAINS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
# Few domains, so that requests hit and nearly hit what a policy names.
NEAR = st.sampled_from(
    ["example.com", "app.example.com", "a.b.example.com", "localhost", "example.org", "xexample.com"]
)
HOSTS = st.one_of(NEAR, DOMAINS)
SCHEMES = st.sampled_from(["https", "http", "capacitor"])
PORTS = st.sampled_from(["", ":8443", ":3000", ":1", ":65535"])
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "getaway"])
HEADERS = st.sampled_from(
    ["authorization", "content-type", "x-api-key", "x-a", "X-B", "range", "x!%&+.^_`|~", "x-$cost#"]
)


@st.composite
def policies(draw: st.DrawFn) -> CORSPolicy:
    """A valid policy: a static wildcard, or exact origins and patterns, with and without credentials."""
    if draw(st.integers(0, 7)) == 0:
        wild = st.lists(METHODS, max_size=4) | st.just(["*"])
        headers = st.lists(HEADERS, max_size=4) | st.sampled_from([["*"], ["*", "authorization"]])
        exposed = st.lists(st.sampled_from(["etag", "x-a", "link"]), max_size=3) | st.just(["*"])
        return CORSPolicy(
            ["*"], allow_methods=draw(wild), allow_headers=draw(headers), expose_headers=draw(exposed)
        )
    entries = st.builds(
        "{}://{}{}{}".format, SCHEMES, st.sampled_from(["", "", "*."]), HOSTS, PORTS | st.just(":*")
    )
    fields: dict[str, Any] = {
        "allow_origins": draw(st.lists(entries, min_size=1, max_size=5)),
        "allow_methods": draw(st.lists(METHODS, max_size=5)),
        "allow_headers": draw(st.lists(HEADERS, max_size=5)),
        "expose_headers": draw(st.lists(st.sampled_from(["etag", "x-a", "link"]), max_size=3)),
        "max_age": draw(st.integers(0, 86400)),
    }
    if draw(st.booleans()):
        fields |= {"allow_credentials": True, "dangerously_allow_insecure_origins": True}
        fields |= {"dangerously_allow_public_suffix_wildcards": True}
    elif draw(st.booleans()):
        fields["allow_headers"] = draw(st.sampled_from([["*"], ["*", "authorization"]]))
    try:
        return CORSPolicy(**fields)
    except PolicyError as error:
        raise AssertionError(f"the strategy drew an invalid policy: {error}") from None


def request_origins() -> st.SearchStrategy[str]:
    """An Origin header: one that a browser sends, one that it does not, or any text."""
    hosts = st.one_of(NEAR, DOMAINS, st.builds("{}.{}".format, LABELS, NEAR))
    ports = PORTS | st.sampled_from([":80", ":443", ":0", ":65536", ":x", ":"])
    browsers = st.builds("{}://{}{}".format, SCHEMES, hosts, ports)
    return st.one_of(browsers, browsers, browsers, st.just("null"), st.text(max_size=50))


def header_values() -> st.SearchStrategy[str]:
    """A value of Access-Control-Request-Headers: names as a browser lists them, or any text."""
    names = st.lists(HEADERS.map(str.lower) | st.just("x-nope"), max_size=4, unique=True).map(
        lambda n: ",".join(sorted(n))
    )
    return st.one_of(names, names, st.text(max_size=100))
