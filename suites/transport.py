"""TestClient's transport and lifespan, in whose place events go to the handler.

It takes the options of Starlette's own `_TestClientTransport`. What cannot be in Lambda skips the test that asks
for it, with the kind as the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from .calls import Call, call_to
from .kit import Response
from .senders import Sender
from .session import Session
from .watched import TRAILERS, Impossible, Watched

if TYPE_CHECKING:
    import httpx
else:
    # The one of the two packages that TestClient itself took.
    from starlette.testclient import httpx

SKIPPED = "not in Lambda: "
"""How the reason of a skip by kind begins."""


def skip(kind: str) -> None:
    """Skips the running test, because of a `kind` of thing that cannot be in Lambda."""
    EventTransport.skips += 1
    pytest.skip(SKIPPED + kind)


class EventTransport(httpx.BaseTransport):
    """Answers a TestClient's requests by events of `sender`; `asked` counts them, `skips` the tests it ended."""

    sender: Sender
    asked = 0
    skips = 0

    def __init__(
        self,
        app: ASGIApp,
        portal_factory: Callable[[], Any],
        raise_server_exceptions: bool = True,
        root_path: str = "",
        *,
        client: tuple[str, int],
        app_state: dict[str, Any],
    ) -> None:
        self._app = app
        # A method of the TestClient, which alone knows the backend.
        self._owner: TestClient = portal_factory.__self__  # type: ignore[attr-defined]  # a bound method has it
        self._raises = raise_server_exceptions
        self._root_path = root_path
        self._client = client
        self._app_state = app_state
        self._session: Session | None = None

    def open(self) -> None:
        """Starts the app up; requests until `shut` share its loop and its state."""
        self._refuse_backend()
        self._session = Session(self._app, self.sender, "auto")
        self._app_state.update(self._session.watched.state)

    def shut(self) -> None:
        """Shuts the app down."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request; raises what the app raised, where the TestClient wants that."""
        self._refuse_backend()
        if request.url.scheme in ("ws", "wss"):
            skip("websockets")
        if self._root_path and not self.sender.takes_root_path:
            skip("root path of a URL without one")
        if "trailers" in request.headers.get("te", ""):
            skip(TRAILERS)
        lines = (name.decode("latin-1").lower() for name, _ in request.headers.raw)
        if not self.sender.keeps_lines and _repeats(lines):
            skip("header of several lines")
        parameters = parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)
        if not self.sender.keeps_parameters and _repeats(name for name, _ in parameters):
            skip("query parameter of several values")
        EventTransport.asked += 1
        session = self._session or Session(self._app, self.sender, "off")
        try:
            response = session.ask(self._call(request))
        finally:
            if session is not self._session:
                session.close()
        return self._answer(request, response, session.watched)

    def _call(self, request: httpx.Request) -> Call:
        url = request.url
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
        where = (url.scheme, url.raw_host.decode("ascii"), url.port, url.raw_path.decode("ascii"))
        return call_to(
            request.method, where, headers, request.read(), client=self._client[0], root_path=self._root_path
        )

    def _answer(self, request: httpx.Request, response: Response, app: Watched) -> httpx.Response:
        if isinstance(app.error, Impossible):
            skip(app.error.kind)
        error = app.error if self._raises else None
        if not app.started and self._raises:
            raise error or AssertionError("TestClient did not receive any response.")
        answer = httpx.Response(
            response.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers],
            stream=_Body(b"" if request.method == "HEAD" else response.body, error),
            request=request,
        )
        if app.debug is not None:
            answer.extensions["http.response.debug"] = app.debug
            for name in {"template", "context"} & app.debug.keys():
                setattr(answer, name, app.debug[name])
        return answer

    def _refuse_backend(self) -> None:
        if self._owner.async_backend["backend"] != "asyncio":
            skip("trio")


def _repeats(names: Iterable[str]) -> bool:
    """Whether one of `names` comes twice; lines of Cookie are one value wherever they go."""
    found = [name for name in names if name != "cookie"]
    return len(found) != len(set(found))


class _Body(httpx.SyncByteStream):
    """A response's body, after which comes what the app raised: it may have done so after its response."""

    def __init__(self, body: bytes, error: BaseException | None) -> None:
        self._body = body
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        if self._body:
            yield self._body

    def close(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error


def install(sender: Sender) -> None:
    """Makes every TestClient of this process ask by events of `sender`."""
    from starlette import testclient

    EventTransport.sender = sender
    for name, value in (("__enter__", _enter), ("__exit__", _exit)):
        setattr(TestClient, name, value)
    testclient._TestClientTransport = EventTransport  # type: ignore[misc, assignment]  # what is replaced here


def _enter(client: TestClient) -> TestClient:
    transport = client._transport
    assert isinstance(transport, EventTransport)
    transport.open()
    return client


def _exit(client: TestClient, *_: object) -> None:
    transport = client._transport
    assert isinstance(transport, EventTransport)
    transport.shut()
