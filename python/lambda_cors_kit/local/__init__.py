"""The gateways of AWS on this machine, driven by what Terraform deployed.

`Gateway` is all that most callers need: it runs the function with AWS's own runtime client and answers as the
deployed API would.
"""

from __future__ import annotations

from ..deployed import Deployment, read_deployment
from ..deployed.errors import GatewayError
from .gateway import Gateway

__all__ = ["Deployment", "Gateway", "GatewayError", "read_deployment"]
