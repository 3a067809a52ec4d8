"""A browser for tests: what a page's JavaScript may read of your API, or the CORS rule that hides it.

    from lambda_cors_kit.testing import BrowserClient
    from app import app  # any ASGI application, or a Lambda handler

    def test_the_page_can_save():
        page = BrowserClient(app, origin="https://app.example.com")
        response = page.fetch("/items/1", method="PUT", json={"name": "lamp"})
        assert response.ok and response.preflight.status == 204

As a pytest fixture, which runs the application's lifespan once per module and ends it (docs/testing.md):

    @pytest.fixture(scope="module")
    def page():
        with BrowserClient(app, origin="https://app.example.com") as client:
            yield client

Nothing is sent over a network, and only the standard library is used.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json as jsonlib
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Literal, Self, TypeAlias, TypedDict, Unpack
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from lambda_cors_kit import browser
from lambda_cors_kit.browser import Credentials, Exchange, HeaderList, Mode, NetworkError, RawResponse, Redirect

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
LambdaHandler: TypeAlias = Callable[[dict[str, Any], Any], Any]
Lifespan = Literal["auto", "on", "off"]

# What uvicorn sends for an application that raises, and an HTTP API for a function that does.
ASGI_CRASH = RawResponse(500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")
LAMBDA_CRASH = RawResponse(500, (("content-type", "application/json"),), b'{"message":"Internal Server Error"}')


class Headers(Mapping[str, str]):
    """Headers as scripts see them: names in any case, duplicates combined with a comma and a space."""

    def __init__(self, pairs: HeaderList = ()) -> None:
        self._pairs = tuple(pairs)

    def __getitem__(self, name: str) -> str:
        value = browser.get_header(self._pairs, name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name, _ in self._pairs))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and browser.get_header(self._pairs, name) is not None

    def __repr__(self) -> str:
        return f"Headers({dict(self)!r})"


@dataclass(frozen=True, slots=True)
class Preflight:
    """The preflight that was sent before the request: what the browser asked, and the whole answer."""

    url: str
    request_headers: Headers
    status: int
    headers: Headers


@dataclass(frozen=True, slots=True)
class BrowserResponse:
    """What the page's JavaScript has in hand; `headers` holds only what the browser exposes.

    `type` is "cors", "basic" (same origin), "opaque" (mode "no-cors") or "opaqueredirect". `preflight` is for
    assertions (no script sees it): None when none was needed, or when the preflight cache had the answer.
    """

    type: browser.ResponseType
    status: int
    headers: Headers
    url: str
    redirected: bool
    body: bytes | None
    preflight: Preflight | None = field(default=None, compare=False)
    exchanges: tuple[Exchange, ...] = field(default=(), compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299

    def text(self) -> str:
        """The body as text, decoded as UTF-8 whatever the headers say, as JavaScript's text() does."""
        return (self.body or b"").decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ValueError when it is none."""
        return jsonlib.loads(self.text())


class CORSError(Exception):
    """The page's fetch() failed: `reason` names the rule, `message` says what was seen, `remedy` what to change.

    `step` says where (request, preflight, redirect, response), `header` names the response header at fault.
    What the application raised meanwhile, if anything, is the error's `__cause__`.
    """

    def __init__(self, request: browser.Request, origin: str, verdict: browser.Verdict) -> None:
        super().__init__(request, origin, verdict)
        assert verdict.refusal is not None
        self.reason = verdict.refusal.reason
        self.message = verdict.refusal.message
        self.remedy = verdict.refusal.remedy
        self.step = verdict.refusal.step
        self.header = verdict.refusal.header
        self.exchanges = verdict.exchanges
        self.preflight = _preflight(verdict)
        self._what = f"{request.method} {request.url}, asked by a page on {origin}"

    def __str__(self) -> str:
        lines = [f"{self._what}: {self.message} ({self.reason})", f"To mend it: {self.remedy}"]
        return "\n".join([*lines, *map(_told, self.exchanges)])


def _told(exchange: Exchange) -> str:
    """One line on an exchange, with the headers that CORS looks at."""
    sent = [f"{n}: {v}" for n, v in exchange.headers if n.lower().startswith(("origin", "access-control-"))]
    if exchange.response is None:
        return f"  {exchange.method} {exchange.url} [{'; '.join(sent)}] -> no answer"
    seen = ("access-control-", "location", "vary")
    got = [f"{n}: {v}" for n, v in exchange.response.headers if n.lower().startswith(seen)]
    return (
        f"  {exchange.method} {exchange.url} [{'; '.join(sent)}] -> {exchange.response.status} [{'; '.join(got)}]"
    )


def _preflight(verdict: browser.Verdict) -> Preflight | None:
    exchange = verdict.preflight
    if exchange is None or exchange.response is None:
        return None
    answer = exchange.response
    return Preflight(exchange.url, Headers(exchange.headers), answer.status, Headers(answer.headers))


class Cookies:
    """The browser's cookies: host, path, Secure and expiry decide; SameSite is not judged."""

    def __init__(self, base_url: str) -> None:
        from http.cookiejar import CookieJar

        self._base_url = base_url
        self._jar = CookieJar()

    def set(self, name: str, value: str) -> None:
        """Give the browser a cookie for every path of the API, as if the API had set it."""
        self.store(self._base_url, [f"{name}={value}; Path=/"])

    def get(self, name: str) -> str | None:
        """The value of a cookie that the browser holds; None when it holds none of that name."""
        return next((cookie.value for cookie in self._jar if cookie.name == name), None)

    def clear(self) -> None:
        """Forget all of them."""
        self._jar.clear()

    def cookie_header(self, url: str) -> str | None:
        """The Cookie header for `url` (browser.CookieJar)."""
        from urllib.request import Request

        request = Request(url)
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def store(self, url: str, set_cookie: Sequence[str]) -> None:
        """Keep the cookies of a response (browser.CookieJar)."""
        from email.message import Message
        from io import BytesIO
        from urllib.request import Request
        from urllib.response import addinfourl

        message = Message()
        for line in set_cookie:
            message["Set-Cookie"] = line
        # The jar looks at info() alone, which every response of urllib has.
        response: Any = addinfourl(BytesIO(), message, url)
        self._jar.extract_cookies(response, Request(url))


class FetchInit(TypedDict, total=False):
    """The options of fetch() in JavaScript, with its defaults; `json` is a body and its Content-Type."""

    body: bytes | str | None
    json: Any
    credentials: Credentials
    mode: Mode
    redirect: Redirect


class BrowserClient:
    """A page on `origin` that calls the API `app` with fetch(), judged by the Fetch standard.

    `app` is an ASGI application (FastAPI, Starlette, any other; with or without this kit) or a Lambda handler
    `(event, context)`, such as a `CORSHandler`, which gets HTTP API events of payload format 2.0.
    `base_url` is where the page finds the API; relative URLs are resolved against it, and nothing else answers.
    `lifespan` runs the ASGI lifespan once, before the first fetch: "auto" if the application has one.
    `timeout` in seconds bounds one answer of an ASGI application; None waits for ever.
    `clock` gives the preflight cache its seconds, so that a test can let Max-Age pass.

    `cookies` and `preflight_cache` are the browser's, to look into, to fill and to clear.
    Close it, or use it as a context manager (`async with` in asynchronous code), to end the lifespan.
    Raises TypeError when `app` is neither, ValueError when `origin` is no origin as a browser writes it.
    """

    def __init__(
        self,
        app: ASGIApp | LambdaHandler,
        origin: str = "https://app.example.com",
        *,
        base_url: str = "https://api.example.com",
        lifespan: Lifespan = "auto",
        timeout: float | None = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.origin = browser.serialized_origin(origin)
        self.base_url = browser.resolve_url(base_url)
        self.cookies = Cookies(self.base_url)
        self.preflight_cache = browser.PreflightCache(clock=clock)
        served = browser.url_origin(self.base_url)
        self._server: _ASGIServer | _LambdaServer = (
            _ASGIServer(app, served, lifespan, timeout) if _is_asgi(app) else _LambdaServer(app, served)
        )
        # For a client that nobody closes: the server refers to nothing of it.
        weakref.finalize(self, self._server.close)

    @property
    def app_exception(self) -> Exception | None:
        """What the application raised during the last fetch, even where an error response hid it."""
        return self._server.exception

    def fetch(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **init: Unpack[FetchInit],
    ) -> BrowserResponse:
        """Call fetch() in the page, and return what its JavaScript may read.

        Options, as in JavaScript: `body` (text or bytes), `json` (a body, sent with `Content-Type:
        application/json`), `credentials` ("omit", "same-origin", "include"), `mode` ("cors", "no-cors",
        "same-origin"), `redirect` ("follow", "error", "manual").
        Raises CORSError where the page gets a network error, TypeError where the call itself is not allowed.
        """
        if _loop_is_running():
            raise RuntimeError("an event loop is running here; write: await client.fetch_async(…)")
        request = self._request(url, method, headers, **init)
        return self._read(request, self._server.fetch(request, self.origin, self.preflight_cache, self.cookies))

    async def fetch_async(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        **init: Unpack[FetchInit],
    ) -> BrowserResponse:
        """`fetch` for asynchronous tests: an ASGI application runs in the caller's event loop."""
        request = self._request(url, method, headers, **init)
        verdict = await self._server.fetch_async(request, self.origin, self.preflight_cache, self.cookies)
        return self._read(request, verdict)

    def _request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        json: Any = None,
        body: bytes | str | None = None,
        **modes: Any,
    ) -> browser.Request:
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        if json is not None:
            if body is not None:
                raise TypeError("give body or json, not both")
            body = jsonlib.dumps(json).encode()
            if browser.get_header(pairs, "content-type") is None:
                pairs.append(("Content-Type", "application/json"))
        return browser.Request(browser.resolve_url(url, self.base_url), method, pairs, body, **modes)

    def _read(self, request: browser.Request, verdict: browser.Verdict) -> BrowserResponse:
        response = verdict.response
        if response is None:
            raise CORSError(request, self.origin, verdict) from self._server.exception
        return BrowserResponse(
            response.type,
            response.status,
            Headers(response.headers),
            response.url,
            response.redirected,
            response.body,
            _preflight(verdict),
            verdict.exchanges,
        )

    def close(self) -> None:
        """End the application's lifespan and the event loop; the next fetch starts them again."""
        self._server.close()

    def __enter__(self) -> Self:
        self._server.open()
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    async def aclose(self) -> None:
        """`close` for a client that was used with `fetch_async`."""
        await self._server.aclose()

    async def __aenter__(self) -> Self:
        await self._server.aopen()
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.aclose()


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _refuse_foreign(url: str, served: str) -> None:
    if browser.url_origin(url) != served:
        raise NetworkError(f"in this test, {served} (base_url) alone answers")


def _is_asgi(app: ASGIApp | LambdaHandler) -> bool:
    """Tell ASGI `(scope, receive, send)` from Lambda `(event, context)`, by the arguments that `app` takes."""
    try:
        signature = None if isinstance(app, type) else inspect.signature(app)
    except (TypeError, ValueError):
        signature = None
    two, three = (signature is not None and _takes(signature, count) for count in (2, 3))
    is_async = inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__)
    if three and (is_async or not two):
        return True
    if two:
        return False
    raise TypeError(
        f"BrowserClient takes an ASGI application (scope, receive, send) or a Lambda handler (event, context), "
        f"and {app!r:.80} is neither; give the application itself, not its class, factory or name"
    )


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


# --- An ASGI application as a server (https://asgi.readthedocs.io/en/latest/specs/www.html) ---------------------


class _ASGIServer:
    """Runs an ASGI application, in an event loop of its own or in the caller's, never in both."""

    def __init__(self, app: Any, origin: str, lifespan: Lifespan, timeout: float | None) -> None:
        if lifespan not in ("auto", "on", "off"):
            raise TypeError(f'lifespan is {lifespan!r}; write "auto", "on" or "off"')
        self.app = app
        self.origin = origin
        self.lifespan = lifespan
        self.timeout = timeout
        self.exception: Exception | None = None
        self._runner: asyncio.Runner | None = None
        self._running: _RunningLifespan | None = None

    def fetch(
        self, request: browser.Request, origin: str, cache: browser.PreflightCache, cookies: Cookies
    ) -> browser.Verdict:
        return self._own_runner().run(self._fetch(request, origin, cache, cookies))

    async def fetch_async(
        self, request: browser.Request, origin: str, cache: browser.PreflightCache, cookies: Cookies
    ) -> browser.Verdict:
        self._refuse_own_loop()
        return await self._fetch(request, origin, cache, cookies)

    async def _fetch(
        self, request: browser.Request, origin: str, cache: browser.PreflightCache, cookies: Cookies
    ) -> browser.Verdict:
        await self._start()
        self.exception = None
        return await browser.fetch_async(request, origin, self.send, cache, cookies)

    def _own_runner(self) -> asyncio.Runner:
        if self._runner is None:
            if self._running is not None:
                raise RuntimeError("this BrowserClient is used with fetch_async; make another for fetch")
            self._runner = asyncio.Runner()
        return self._runner

    def _refuse_own_loop(self) -> None:
        if self._runner is not None:
            raise RuntimeError("this BrowserClient is used with fetch; make another for fetch_async")

    def open(self) -> None:
        try:
            self._own_runner().run(self._start())
        except BaseException:
            self.close()
            raise

    async def aopen(self) -> None:
        self._refuse_own_loop()
        await self._start()

    def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is None:
            return

        def end() -> None:
            with runner:
                runner.run(self._stop())

        if not _loop_is_running():
            end()
            return
        # Collected as garbage inside of somebody's event loop: this thread cannot run another.
        thread = Thread(target=end)
        thread.start()
        thread.join()

    async def aclose(self) -> None:
        self._refuse_own_loop()
        await self._stop()

    async def _start(self) -> None:
        if self.lifespan != "off" and self._running is None:
            running = _RunningLifespan(self.app, required=self.lifespan == "on")
            await running.start()
            self._running = running

    async def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running.stop()

    async def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        _refuse_foreign(url, self.origin)
        exchange = _ASGIExchange(body)
        scope = _scope(method, url, headers, body)
        if self._running is not None and self._running.completed:
            scope["state"] = self._running.state.copy()
        bound = asyncio.timeout(self.timeout)
        try:
            async with bound:
                await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if bound.expired():
                raise NetworkError(f"the application did not finish within {self.timeout} s") from None
            self.exception = error
        if exchange.start is None:
            return ASGI_CRASH
        if not exchange.complete.is_set():
            raise NetworkError("the application stopped in the middle of its response")
        return RawResponse(*exchange.start, b"".join(exchange.chunks))


class _ASGIExchange:
    """One request to the application: its `receive` and `send`."""

    def __init__(self, body: bytes | None) -> None:
        self.request: Message | None = {"type": "http.request", "body": body or b"", "more_body": False}
        self.start: tuple[int, list[tuple[str, str]]] | None = None
        self.chunks: list[bytes] = []
        self.complete = asyncio.Event()

    async def receive(self) -> Message:
        if self.request is not None:
            message, self.request = self.request, None
            return message
        # A real server says nothing more until the client is gone.
        await self.complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self.start is None:
            headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message.get("headers", ())]
            self.start = (int(message["status"]), headers)
        elif message["type"] == "http.response.body" and self.start is not None and not self.complete.is_set():
            self.chunks.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self.complete.set()
        else:
            raise RuntimeError(f"an ASGI application may not send {message['type']!r} here")


class _RunningLifespan:
    """The lifespan protocol, in one task from start-up to shutdown, as servers run it."""

    def __init__(self, app: Any, *, required: bool) -> None:
        self.app = app
        self.required = required
        self.state: dict[str, Any] = {}
        self.error: Exception | None = None
        self.failure: str | None = None
        self.started, self.stopping = asyncio.Event(), asyncio.Event()
        self.startup_sent = self.completed = False
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.task = asyncio.create_task(self.run())
        await self.started.wait()
        if self.failure is not None or (self.error is not None and self.required):
            await self.task
            raise RuntimeError(f"the application's lifespan failed at start-up: {self.reason}") from self.error

    async def stop(self) -> None:
        self.stopping.set()
        if self.task is not None:
            await self.task
        if self.completed and (self.failure is not None or self.error is not None):
            raise RuntimeError(f"the application's lifespan failed at shutdown: {self.reason}") from self.error

    @property
    def reason(self) -> str:
        text = self.failure or str(self.error or "")
        return text.strip().splitlines()[-1] if text.strip() else "no reason given"

    async def run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self.app(scope, self.receive, self.send)
        except Exception as error:
            self.error = error
        finally:
            self.started.set()

    async def receive(self) -> Message:
        if not self.startup_sent:
            self.startup_sent = True
            return {"type": "lifespan.startup"}
        await self.stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def send(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            self.completed = True
            self.started.set()
        elif message["type"] in ("lifespan.startup.failed", "lifespan.shutdown.failed"):
            self.failure = str(message.get("message", ""))
            self.started.set()


def _wire_headers(url: str, headers: HeaderList, body: bytes | None) -> list[tuple[str, str]]:
    """The header list with what the HTTP layer adds, names in lower case as HTTP/2 has them."""
    added = [("host", urlsplit(url).netloc)]
    if body is not None:
        added.append(("content-length", str(len(body))))
    return added + [(name.lower(), value) for name, value in headers]


def _scope(method: str, url: str, headers: HeaderList, body: bytes | None) -> dict[str, Any]:
    parts = urlsplit(url)
    default_port = 443 if parts.scheme == "https" else 80
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote_to_bytes(parts.path).decode("utf-8", "replace"),
        "raw_path": parts.path.encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": [(n.encode("latin-1"), v.encode("latin-1")) for n, v in _wire_headers(url, headers, body)],
        "client": ("192.0.2.1", 50000),
        "server": (parts.hostname or "", parts.port or default_port),
    }


# --- A Lambda handler behind an HTTP API (payload format 2.0) ---------------------------------------------------
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html


class _LambdaServer:
    """Runs a Lambda handler: one event at a time, as a container does."""

    def __init__(self, handler: Any, origin: str) -> None:
        self.handler = handler
        self.origin = origin
        self.exception: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy = Lock()

    def fetch(
        self, request: browser.Request, origin: str, cache: browser.PreflightCache, cookies: Cookies
    ) -> browser.Verdict:
        self.exception = None
        return browser.fetch(request, origin, self.send, cache, cookies)

    async def fetch_async(
        self, request: browser.Request, origin: str, cache: browser.PreflightCache, cookies: Cookies
    ) -> browser.Verdict:
        # In a thread, for handlers run an event loop themselves.
        return await asyncio.to_thread(self.fetch, request, origin, cache, cookies)

    def open(self) -> None:
        """The runtime opens nothing: a handler is ready once it is imported."""

    async def aopen(self) -> None:
        """As `open`."""

    def close(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.close()

    async def aclose(self) -> None:
        self.close()

    def send(self, method: str, url: str, headers: HeaderList, body: bytes | None) -> RawResponse:
        _refuse_foreign(url, self.origin)
        with self._busy:
            # Adapters such as Mangum take the thread's current event loop, and another test may have closed it.
            self._loop = self._loop or asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
            try:
                return _lambda_response(self.handler(_event(method, url, headers, body), LambdaContext()))
            except Exception as error:
                self.exception = error
                return LAMBDA_CRASH


class LambdaContext:
    """What a handler may ask of its context object."""

    function_name = "function"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    memory_limit_in_mb = "128"
    aws_request_id = "00000000-0000-0000-0000-000000000000"
    log_group_name = "/aws/lambda/function"
    log_stream_name = "stream"
    identity = None
    client_context = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return 29_000


def _event(method: str, url: str, headers: HeaderList, body: bytes | None) -> dict[str, Any]:
    parts = urlsplit(url)
    wire = _wire_headers(url, headers, body)
    cookie = browser.get_header(wire, "cookie")
    names = dict.fromkeys(name for name, _ in wire if name != "cookie")
    combined = {name: ",".join(value for key, value in wire if key == name) for name in names}
    combined.update({"x-forwarded-proto": parts.scheme, "x-forwarded-for": "192.0.2.1"})
    combined["x-forwarded-port"] = str(parts.port or (443 if parts.scheme == "https" else 80))
    query: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    now = time.time()
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": combined,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": parts.hostname or "",
            "domainPrefix": (parts.hostname or "").partition(".")[0],
            "http": {
                "method": method,
                "path": parts.path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": combined.get("user-agent", ""),
            },
            "requestId": "request",
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookie:
        event["cookies"] = cookie.split("; ")
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"], event["isBase64Encoded"] = _event_body(body, combined.get("content-type", ""))
    return event


def _event_body(body: bytes, content_type: str) -> tuple[str, bool]:
    essence = content_type.partition(";")[0].strip().lower()
    is_text = essence.startswith("text/") or essence.endswith(("json", "xml", "javascript", "urlencoded"))
    try:
        if is_text:
            return body.decode(), False
    except UnicodeDecodeError:
        pass
    return base64.b64encode(body).decode("ascii"), True


def _lambda_response(result: Any) -> RawResponse:
    """What an HTTP API makes of a function's result. Raises ValueError for one that it answers with 500."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return RawResponse(200, (("content-type", "application/json"),), jsonlib.dumps(result).encode())
    headers, cookies, body = result.get("headers") or {}, result.get("cookies") or [], result.get("body")
    status = result["statusCode"]
    if isinstance(status, bool) or not str(status).isdecimal() or not isinstance(headers, dict):
        raise ValueError(f"the handler returned no HTTP response: {result!r:.200}")
    if not isinstance(cookies, list) or not (body is None or isinstance(body, str)):
        raise ValueError(f"the handler returned cookies or a body of the wrong type: {result!r:.200}")
    content = (body or "").encode()
    if result.get("isBase64Encoded"):
        content = base64.b64decode(content)
    pairs = [(str(name).lower(), str(value)) for name, value in headers.items()]
    pairs += [("set-cookie", str(cookie)) for cookie in cookies]
    return RawResponse(int(status), tuple(pairs), content)
