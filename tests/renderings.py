"""What a mapping template produces: text, and what it sets on `$context.responseOverride`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lambda_cors_kit.local import velocity


class Rendering(NamedTuple):
    """The overrides that a template set, and its text."""

    status: int | None
    headers: dict[str, str]
    body: str


def render_airspeed(template: str, headers: Mapping[str, str], **more: Any) -> Rendering:
    """As the gateway on this machine renders a template; `tests.apache_velocity.render` has the same shape."""
    override = velocity.ResponseOverride()
    text = velocity.render(template, headers, override=override, **more)
    return Rendering(override.status, override.headers, text)
