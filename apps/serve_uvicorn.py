"""An application in uvicorn, with Starlette's CORSMiddleware: `python -m apps.serve_uvicorn NAME PREFIX`.

Prints its address as JSON, and ends when its standard input does. PREFIX is what `--root-path` would be given.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
import threading

import uvicorn
from starlette.middleware.cors import CORSMiddleware

from .deployments import EXPOSED_HEADERS, METHODS, REQUEST_HEADERS
from .model import ALLOWED_ORIGIN


def main(application: str, prefix: str) -> None:
    """Serve until the caller is gone."""
    app = CORSMiddleware(
        importlib.import_module(f"apps.{application}.app").app,
        allow_origins=[ALLOWED_ORIGIN],
        allow_methods=METHODS,
        allow_headers=REQUEST_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        allow_credentials=True,
    )
    server = uvicorn.Server(uvicorn.Config(app, root_path=prefix, log_level="warning"))

    def end_with_caller() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_caller, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps(f"http://127.0.0.1:{listener.getsockname()[1]}"), flush=True)
        server.run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
