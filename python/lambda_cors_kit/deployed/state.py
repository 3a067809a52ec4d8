"""The managed resources of a Terraform state, and the attributes that link them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import GatewayError

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource as applied; `module` is empty for the root itself."""

    module: str
    type: str
    attributes: Attributes


def instances(state: Mapping[str, Any]) -> Iterator[Instance]:
    """Everything that a state manages, in its order."""
    for resource in state["resources"]:
        if resource.get("mode") != "managed":
            continue
        for instance in resource["instances"]:
            # A deposed object waits for its destruction after its replacement was created.
            if "deposed" not in instance and instance.get("attributes"):
                yield Instance(resource.get("module", ""), resource["type"], instance["attributes"])


class Linked:
    """The resources of every module that name the same API in the attribute `link`."""

    def __init__(self, found: Iterable[Instance], link: str, api_id: str) -> None:
        self._instances = [each for each in found if each.attributes.get(link) == api_id]

    def __call__(self, kind: str, **links: str) -> list[Attributes]:
        """The attributes of all resources of a type whose attributes equal `links`."""
        return [
            each.attributes
            for each in self._instances
            if each.type == kind and all(each.attributes.get(name) == value for name, value in links.items())
        ]


def block(attributes: Attributes, name: str) -> Attributes | None:
    """A block that may stand once, which the state holds as a list; None where it does not stand."""
    blocks: Sequence[Attributes | None] = attributes.get(name) or ()
    return (blocks[0] or {}) if blocks else None


def only_stage(api: str, stages: Sequence[Attributes], name: str) -> Attributes:
    """The one stage of an API. Raises GatewayError for another number; `name` is the attribute to list them by."""
    if len(stages) != 1:
        names = ", ".join(sorted(stage[name] for stage in stages)) or "none"
        raise GatewayError(f"{api} needs exactly one stage to be served, and has {names}.")
    return stages[0]
