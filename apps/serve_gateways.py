"""An application behind every gateway: `python -m apps.serve_gateways NAME FOLDER`, in its own environment.

Prints the addresses by gateway as JSON, and ends when its standard input does.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path

from lambda_cors_kit.local import Gateway

from .deployments import deployment
from .model import GATEWAYS, STAGE

ROOT = Path(__file__).resolve().parents[1]


def main(application: str, folder: Path) -> None:
    """Serve until the caller is gone."""
    with ExitStack() as stack:
        addresses = {}
        for kind in GATEWAYS:
            data = folder / kind
            data.mkdir(parents=True)
            prefix = f"/{STAGE}" if kind in ("rest", "http-stage") else ""
            environment = {"APPLICATION": application, "APPS_DATA": str(data), "APPS_PREFIX": prefix}
            deployed = deployment(kind, environment)
            gateway = Gateway.of_deployment(deployed, "apps.handler:handler", app_dir=ROOT)
            addresses[kind] = stack.enter_context(gateway).url
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
