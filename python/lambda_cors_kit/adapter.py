"""What is Mangum's in the handler: its options, and the kinds of event that its users write themselves.

Source: https://mangum.fastapiexpert.com/adapter/
"""

from __future__ import annotations

from .decision import merge_vary
from .standard import PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from mangum.types import LambdaConfig

    from .payloads.events import Event, Result


class Options:
    """Mangum's options, as it names them."""

    __slots__ = ("base_path", "config", "custom_handlers", "excluded", "text_types")

    def __init__(
        self,
        api_gateway_base_path: str = "/",
        custom_handlers: Sequence[Any] | None = None,
        text_mime_types: Sequence[str] | None = None,
        exclude_headers: Sequence[str] | None = None,
    ) -> None:
        #: With a slash at its beginning alone; `/` is none.
        self.base_path = "/" + (api_gateway_base_path or "").strip("/")
        self.custom_handlers = tuple(custom_handlers or ())
        self.text_types = tuple(kind.lower() for kind in text_mime_types or ()) or None
        self.excluded = frozenset(name.lower() for name in exclude_headers or ())
        self.config: LambdaConfig = {
            "api_gateway_base_path": self.base_path,
            "text_mime_types": list(self.text_types or ()),
            "exclude_headers": sorted(self.excluded),
        }

    def custom(self, event: Event, context: Any) -> Any:
        """The reader of `event` among `custom_handlers`; None where none of them takes it."""
        for kind in self.custom_handlers:
            if kind.infer(event, context, self.config):
                return kind(event, context, self.config)
        return None


def write_headers(result: Result, headers: dict[str, str]) -> None:
    """Puts the policy's headers in place of any Access-Control-* in the result of a custom handler."""
    single: dict[str, Any] = dict(result.get("headers") or {})
    multiple: dict[str, Any] = dict(result.get("multiValueHeaders") or {})
    varied: list[str] = []
    for held in (single, multiple):
        for name in list(held):
            if name.lower().startswith(PREFIX):
                del held[name]
            elif name.lower() == "vary" and "vary" in headers:
                value = held.pop(name)
                varied.extend(value if isinstance(value, list) else [value])
    if varied:
        headers = {**headers, "vary": merge_vary(varied, headers["vary"])}
    if "multiValueHeaders" in result and result.get("headers") is None:
        # A load balancer that wants them so; one without any header of its own has {} here.
        result["multiValueHeaders"] = multiple | {name: [value] for name, value in headers.items()}
        return
    result["headers"] = single | headers
    if "multiValueHeaders" in result:
        result["multiValueHeaders"] = multiple
