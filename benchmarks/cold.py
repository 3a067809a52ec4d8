"""Cold starts: the real runtime client in a new process, from its start to its first answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .cases import CASES
from .imports import with_bytecode
from .statistics import Rounds, interleave
from .warm import ROOT

STACKS = ("floor", "kit", "kit-again", "starlette", "asgi-cors", "kit-fastapi", "fastapi", "powertools", "flask")
PATIENCE_SECONDS = 20.0


class _RuntimeAPI(ThreadingHTTPServer):
    """Lambda's Runtime API with one event to give (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html)."""

    def __init__(self, event: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.event = json.dumps(event).encode()
        self.given = False
        self.answered = 0.0
        self.answer: Any = None
        self.done = threading.Event()
        self.daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The process was killed in the middle of a request: that is how it ends."""


class _Answer(BaseHTTPRequestHandler):
    server: _RuntimeAPI
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The next event; there is one, then the caller waits for ever."""
        if self.server.given:
            self.server.done.wait()
            return
        self.server.given = True
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "1")
        self.send_header("Lambda-Runtime-Deadline-Ms", "9999999999999")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:1:function:benchmark")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.event)))
        self.end_headers()
        self.wfile.write(self.server.event)

    def do_POST(self) -> None:
        """The answer, or an error."""
        self.server.answered = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answer = json.loads(body)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.done.set()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def start(stack: str, case: str = "preflight") -> float:
    """Seconds from the start of the process to its first answer.

    Raises:
        RuntimeError: where it does not answer, or not with a success.
    """
    server = _RuntimeAPI(CASES[case].event)
    threading.Thread(target=server.serve_forever, args=(0.001,), daemon=True).start()
    variables = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "BENCHMARK_STACK": stack,
        "PYTHONPATH": str(ROOT),
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
        "AWS_REGION": "eu-central-1",
    }
    command = [sys.executable, "-m", "awslambdaric", "benchmarks.lambdas.handler"]
    started = time.perf_counter()
    environment = with_bytecode({**os.environ, **variables})
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        if not server.done.wait(PATIENCE_SECONDS):
            raise RuntimeError(f"the stack {stack!r} did not answer within {PATIENCE_SECONDS:.0f} s")
        if server.answer.get("statusCode") not in (200, 204):
            raise RuntimeError(f"the stack {stack!r} answers {json.dumps(server.answer)[:500]}")
        return server.answered - started
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()


def measure(rounds: int, stacks: Sequence[str] = STACKS) -> Rounds:
    """Seconds of each stack's cold start, round by round, without the first of each, which writes bytecode."""
    for stack in stacks:
        start(stack)
    return interleave(stacks, start, rounds)
