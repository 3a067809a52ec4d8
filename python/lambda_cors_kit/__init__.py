"""One CORS policy for a Python API on AWS Lambda: planned by Terraform, obeyed by the function.

`CORSPolicy` says who may read, `CORSMiddleware` and `CORSHandler` obey it.
"""

from __future__ import annotations

from .policy import CORSPolicy
from .problems import PolicyError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .handler import CORSHandler
    from .middleware import CORSMiddleware

__all__ = ["CORSHandler", "CORSMiddleware", "CORSPolicy", "PolicyError", "Problem"]

# That of setup.cfg: to ask the installed package for it would cost an import.
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # A policy check needs neither of these, and importing costs time at every cold start.
    if name == "CORSHandler":
        from .handler import CORSHandler

        return CORSHandler
    if name == "CORSMiddleware":
        from .middleware import CORSMiddleware

        return CORSMiddleware
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
