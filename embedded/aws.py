"""AWS on loopback: moto's server in a child process, with what it lacks (`embedded.moto_extensions`).

moto keeps what Terraform configures (IAM, EC2, Lambda, logs, ECR, API Gateway) and serves no API traffic:
https://docs.getmoto.org/en/latest/docs/server_mode.html
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from embedded import BUILD, ROOT
from embedded.process import end, start
from embedded.recording import Request, read

START_SECONDS = 60.0
_LISTENING = re.compile(r"Running on (http://127\.0\.0\.1:[0-9]+)")
# A proxy in the environment would be asked for 127.0.0.1.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class EmbeddedAWSError(Exception):
    """The embedded AWS did not start; the message carries the last lines of its log."""


class EmbeddedAWS:
    """Context manager: an empty AWS account on a free port of 127.0.0.1, ended with everything in it.

    With `record` every request is kept for `requests`. Raises `EmbeddedAWSError` on entry when the server does
    not answer within 60 seconds.
    """

    def __init__(
        self, *, build: Path = BUILD, environ: Mapping[str, str] | None = None, record: bool = False
    ) -> None:
        self._logs = build / "logs"
        self._record = record
        self._recording: Path | None = None
        inherited = os.environ if environ is None else environ
        # The caller's AWS set-up stays outside, and so does a set-up of another moto.
        self._environ = {k: v for k, v in inherited.items() if not k.startswith(("AWS_", "MOTO_"))}
        self._process: subprocess.Popen[str] | None = None
        self._endpoint: str | None = None

    @property
    def endpoint(self) -> str:
        """The address of every service, such as `http://127.0.0.1:40123`."""
        if self._endpoint is None:
            raise EmbeddedAWSError("the embedded AWS is not running: use it in a `with` statement")
        return self._endpoint

    @property
    def environment(self) -> dict[str, str]:
        """A whole environment for a child process whose AWS calls end here and nowhere else.

        Nothing of the caller's own AWS set-up is inherited: no profile, no configuration file, no CA bundle,
        no instance metadata. Terraform's AWS provider and boto3 obey `AWS_ENDPOINT_URL`:
        https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        """
        return self._environ | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def requests(self) -> list[Request]:
        """Return every request so far, the oldest first; raises `EmbeddedAWSError` without `record=True`."""
        if self._recording is None:
            raise EmbeddedAWSError("no requests were recorded: EmbeddedAWS(record=True) keeps them")
        return read(self._recording)

    def reset(self) -> None:
        """Forget every resource, as if the account were new."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        with _DIRECT.open(request, timeout=30):
            pass

    def __enter__(self) -> EmbeddedAWS:
        self._logs.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", prefix="embedded-aws-", suffix=".log", dir=self._logs, delete=False
        ) as log:
            self._log = Path(log.name)
            if self._record:
                self._recording = self._log.with_suffix(".jsonl")
                self._recording.touch()
            recording = ["--record", str(self._recording.absolute())] if self._recording else []
            self._process = start(
                [sys.executable, "-m", "embedded.server", *recording, "-H", "127.0.0.1", "-p", "0"],
                output=log,
                directory=ROOT,
                # Without the managed policies an attachment is a 404.
                environment=self._environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
                leash=True,
            )
        try:
            self._endpoint = self._wait(self._process)
        except BaseException:
            end(self._process)
            self._forget()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            end(self._process)
        self._process = self._endpoint = None
        # A failure may be explained there; an end by a signal needs no explanation.
        if kind is None or not issubclass(kind, Exception):
            self._log.unlink(missing_ok=True)
        self._forget()

    def _forget(self) -> None:
        """Delete the recording; the server that wrote it has ended."""
        if self._recording is not None:
            self._recording.unlink(missing_ok=True)
        self._recording = None

    def _wait(self, process: subprocess.Popen[str]) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if listening := _LISTENING.search(self._log.read_text()):
                with _DIRECT.open(f"{listening[1]}/moto-api/", timeout=30):
                    return listening[1]
            time.sleep(0.05)
        tail = "\n".join(self._log.read_text().splitlines()[-5:])
        status = process.returncode
        fate = "did not answer" if status is None else f"ended with status {status}"
        raise EmbeddedAWSError(f"the embedded AWS (moto server) {fate}:\n{tail}\nIts log is {self._log}")
