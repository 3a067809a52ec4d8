"""The bill for a month of browser requests, with preflights in the function and at the gateway.

`python -m benchmarks.bill`. Everything that is not arithmetic is an input below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Prices:
    """List prices in US dollars, first tier, without free tier and discounts: us-east-1, x86, November 2026.

    Sources:
    https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html
    https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html
    """

    region: str = "us-east-1"
    as_of: str = "November 2026"
    rest_api_call: float = 3.50e-6
    http_api_call: float = 1.00e-6
    invocation: float = 0.20e-6
    gigabyte_second: float = 0.0000166667


@dataclass(frozen=True)
class Traffic:
    """A month. A gateway's call is charged for a preflight as for any request, whoever answers it.

    Attributes:
        requests: requests of web pages on other origins, without their preflights.
        preflight_share: preflights per request. One page's preflight is kept for `max_age` seconds for each
            URL, method and set of headers, so the share is 1 without caching, and small with it.
        memory: megabytes of the function.
        request_ms: what a request to the app costs, billed.
        preflight_ms: what a preflight costs that reaches the function, billed.
    """

    requests: int = 100_000_000
    preflight_share: float = 1.0
    memory: int = 512
    request_ms: int = 20
    preflight_ms: int = 2


@dataclass(frozen=True)
class Bill:
    """US dollars a month."""

    gateway: float
    invocations: float
    duration: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.gateway + self.invocations + self.duration


# 1,769 MB of memory are one processor; https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEGABYTES_PER_PROCESSOR = 1769
#: What the runtime itself adds to an invocation, in milliseconds; an assumption.
RUNTIME_MS = 1.0


def billed_ms(measured_seconds: float, memory: int = Traffic.memory) -> int:
    """Whole milliseconds that are billed for work that takes so long on one processor."""
    share = min(1.0, memory / MEGABYTES_PER_PROCESSOR)
    return math.ceil(RUNTIME_MS + measured_seconds * 1000 / share)


def bill(traffic: Traffic, gateway_call: float, at_the_gateway: bool, prices: Prices | None = None) -> Bill:
    """What a month costs."""
    prices = prices or Prices()
    preflights = traffic.requests * traffic.preflight_share
    invoked = 0.0 if at_the_gateway else preflights
    gigabytes = traffic.memory / 1024
    seconds = (traffic.requests * traffic.request_ms + invoked * traffic.preflight_ms) / 1000
    return Bill(
        gateway=(traffic.requests + preflights) * gateway_call,
        invocations=(traffic.requests + invoked) * prices.invocation,
        duration=seconds * gigabytes * prices.gigabyte_second,
    )


def table(preflight_seconds: float) -> str:
    """The bill as a table in Markdown, from what a preflight was measured to take in the function."""
    prices = Prices()
    traffic = Traffic(preflight_ms=billed_ms(preflight_seconds))
    lines = [
        "| gateway | preflights per request | answered by | gateway | invocations | duration | total |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    for title, call in (("REST API", prices.rest_api_call), ("HTTP API", prices.http_api_call)):
        for share in (1.0, 0.1):
            for who in ("the function", "the gateway"):
                paid = bill(replace(traffic, preflight_share=share), call, who == "the gateway", prices)
                amounts = (paid.gateway, paid.invocations, paid.duration, paid.total)
                cells = (title, f"{share:g}", who, *(f"${amount:,.2f}" for amount in amounts))
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(0.0))
