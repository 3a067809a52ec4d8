"""The gateway of a deployed API on this machine: the function, the gateway's behaviour and an HTTP server."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Protocol

from ..deployed import Deployment, Function, FunctionURL, HttpAPI, Kind, RestAPI, read_deployment
from ..deployed.errors import GatewayError
from ..deployed.terraform import pull_state
from ..environment import VARIABLE, write_environment
from ..payloads.messages import Request, Response
from ..policy import CORSPolicy
from .function import LambdaFunction
from .function_url import FunctionURLGateway
from .http_api import HttpAPIGateway
from .http_server import HTTPServer
from .invocation import Invokable
from .rest_api import RestAPIGateway


class API(Protocol):
    """What answers requests: one kind of gateway. `prefix` is the path of its root, `/prod` or empty."""

    kind: Kind
    prefix: str
    body_limit: int

    def __call__(self, request: Request) -> Response:
        """The response to a request, errors included."""


class Gateway:
    """An API on this machine, from `with` until its end (or `start()` until `close()`).

    Made by `from_terraform` or `from_policy`. It listens on loopback unless `start` is told otherwise, and
    everything it starts ends with it, also when this process is killed.
    """

    def __init__(self, api: API, function: LambdaFunction) -> None:
        self._api = api
        self._function = function
        self._server: HTTPServer | None = None

    @classmethod
    def from_terraform(
        cls,
        directory: str | Path,
        handler: str,
        *,
        module: str | None = None,
        app_dir: str | Path | None = None,
    ) -> Gateway:
        """The gateway that the Terraform root in `directory` deployed, as its state has it now.

        Args:
            directory: the root; it has to be applied.
            handler: `MODULE:HANDLER`, in `app_dir` (default: the current folder).
            module: the address of the lambda_api module, where the root calls several.

        Raises:
            GatewayError: where there is nothing to serve, or it cannot be served; the text is for a person.
        """
        deployment = read_deployment(pull_state(Path(directory)), module)
        return cls.of_deployment(deployment, handler, app_dir=app_dir)

    @classmethod
    def of_deployment(
        cls,
        deployment: Deployment,
        handler: str,
        *,
        app_dir: str | Path | None = None,
    ) -> Gateway:
        """The gateway of a deployment that is read already. Raises GatewayError."""
        function = LambdaFunction(handler, deployment.function, app_dir=Path(app_dir or "."))
        return cls(api_of(deployment, function), function)

    @classmethod
    def from_policy(
        cls,
        policy: str,
        handler: str,
        *,
        app_dir: str | Path | None = None,
    ) -> Gateway:
        """A gateway without Terraform: every request reaches the function, which obeys `policy`, a JSON text.

        It is a public Function URL without CORS of its own. Raises PolicyError for a policy with problems,
        GatewayError as above.
        """
        checked = CORSPolicy.from_json(policy)
        function = Function(
            name="local",
            arn="arn:aws:lambda:us-east-1:000000000000:function:local",
            environment={VARIABLE: write_environment("function", checked.to_dict())},
            timeout=30,
            memory_size=1024,
        )
        url = FunctionURL("local", "local", "local.lambda-url.us-east-1.on.aws", function.arn, "NONE")
        deployment = Deployment("", function, url)
        return cls.of_deployment(deployment, handler, app_dir=app_dir)

    @property
    def kind(self) -> Kind:
        """Which gateway it is: `rest`, `http` or `function_url`."""
        return self._api.kind

    @property
    def url(self) -> str:
        """The address of the API's root, `http://127.0.0.1:PORT/STAGE`, without a slash at the end."""
        if self._server is None:
            raise RuntimeError("the gateway has an address once it is started")
        return f"http://{self._server.host}:{self._server.port}{self._api.prefix}"

    @property
    def invocations(self) -> int:
        """How many events the function was given since the start."""
        return self._function.invocations

    def start(self, *, host: str = "127.0.0.1", port: int = 0, access_log: bool = False) -> Gateway:
        """Listen, and start the function.

        Args:
            host: the address to listen on.
            port: the port, 0 for any free one.
            access_log: a line on stderr for each request.

        Raises:
            GatewayError: where the address cannot be had.
        """
        try:
            self._server = HTTPServer(
                self._api, host, port, body_limit=self._api.body_limit, access_log=access_log
            )
        except (OSError, OverflowError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise GatewayError(
                f"Cannot listen on {host}, port {port}: {words.lower()}. Choose another with --host or --port."
            ) from None
        try:
            self._function.start()
            self._server.start()
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """End the server and every process of the function."""
        if self._server is not None:
            self._server.close()
            self._function.close()

    def __enter__(self) -> Gateway:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def api_of(deployment: Deployment, function: Invokable) -> API:
    """What answers as the deployed gateway, in front of `function`."""
    account = deployment.function.account
    match deployment.api:
        case RestAPI() as api:
            return RestAPIGateway(api, account, function)
        case HttpAPI() as api:
            return HttpAPIGateway(api, account, function)
        case FunctionURL() as url:
            return FunctionURLGateway(url, account, function)
