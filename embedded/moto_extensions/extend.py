"""How an operation is put into moto: a method under the operation's name, a path that leads to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.apigateway.urls import url_paths as api_gateway_paths
from moto.awslambda.urls import url_paths as lambda_paths

PATHS: dict[str, dict[str, Callable[..., Any]]] = {"apigateway": api_gateway_paths, "lambda": lambda_paths}


def extend(owner: type, *functions: Callable[..., Any]) -> None:
    """Make each function a method of `owner`, under its own name, in place of what stood there.

    moto finds an operation by its name in snake case on the service's response class.
    """
    for function in functions:
        setattr(owner, function.__name__, function)


def lead(service: str, path: str, owner: Any) -> None:
    """Let moto's server take `path`, a regular expression from the first slash on, to the class `owner`."""
    PATHS[service][f"{{0}}{path}$"] = owner.dispatch
