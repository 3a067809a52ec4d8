"""One HTTP request over the network, bounded in time; whatever goes wrong becomes one sentence."""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from threading import Thread
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from ..browser import HeaderList, NetworkError, RawResponse

USER_AGENT = "Mozilla/5.0 (compatible; lambda-cors-kit check)"
MAX_ERROR_BODY = 2048
"""Bytes of an error's body that are read: it may name the layer that wrote it. Other bodies are not needed."""
_BODY_METHODS = ("PATCH", "POST", "PUT")


class Transport:
    """Sends requests as they are given, and gives back headers as they stand on the wire, duplicates included.

    `timeout` is in seconds and covers everything from the look-up of the name to the last header, so that a server
    that sends a byte now and then cannot hold the command. Redirects are not followed. Proxies are used as the
    environment says (https_proxy, http_proxy, no_proxy), never for loopback.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._proxies = getproxies()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Read once: the list of trusted certificates is long."""
        return ssl.create_default_context()

    def send(
        self,
        method: str,
        url: str,
        headers: HeaderList,
        body: bytes | None = None,
        *,
        other_spelling: str | None = None,
    ) -> RawResponse:
        """The answer to one request. Raises NetworkError where there is none; its text is for a person.

        Names go out in a browser's spelling: in lower case to https, for that is HTTP/2 to AWS, as given to http.
        The header `other_spelling`, in lower case, goes out in the spelling of the other protocol.
        """
        headers = [(_spelled(name, url, other=name.lower() == other_spelling), value) for name, value in headers]
        context = self._tls if url.startswith("https:") else None
        attempt = _Attempt(method, urlsplit(url), headers, body, self.timeout, self._proxies, context)
        attempt.start()
        attempt.join(self.timeout)
        if attempt.response is not None:
            return attempt.response
        if attempt.is_alive() or isinstance(attempt.error, TimeoutError):
            attempt.hang_up()
            raise NetworkError(f"no answer within {self.timeout:g} seconds; --timeout waits longer")
        raise NetworkError(f"{_sentence(attempt.error, attempt.url)}{attempt.way}")


def _spelled(name: str, url: str, *, other: bool) -> str:
    sent = name.lower() if url.startswith("https:") else name
    if not other:
        return sent
    return name.lower() if sent != name.lower() else name.capitalize()


class _Attempt(Thread):
    """A request in a thread of its own: looking up a name cannot be interrupted, only left behind."""

    def __init__(
        self,
        method: str,
        url: SplitResult,
        headers: HeaderList,
        body: bytes | None,
        timeout: float,
        proxies: Mapping[str, str],
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(daemon=True)
        self.method, self.url, self.headers, self.body, self.timeout = method, url, headers, body, timeout
        self.proxy, self.context = _proxy(url, proxies), context
        self.connection: http.client.HTTPConnection | None = None
        self.response: RawResponse | None = None
        self.error: Exception | None = None

    @property
    def way(self) -> str:
        """How a sentence about a failure ends where a proxy may be its cause."""
        return f" (through the proxy {self.proxy.hostname} of the environment)" if self.proxy else ""

    def run(self) -> None:
        try:
            self.exchange()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.error = error
        finally:
            if self.connection is not None:
                self.connection.close()

    def exchange(self) -> None:
        self.connection, target = self.connect()
        self.connection.putrequest(self.method, target, skip_host=True, skip_accept_encoding=True)
        length = () if self.body is None and self.method not in _BODY_METHODS else (str(len(self.body or b"")),)
        added = [("Host", self.url.netloc), ("User-Agent", USER_AGENT), *(("Content-Length", n) for n in length)]
        for name, value in added + list(self.headers):
            self.connection.putheader(name, value.encode("latin-1"))
        self.connection.endheaders(self.body)
        answer = self.connection.getresponse()
        self.response = RawResponse(answer.status, tuple((n, _unfolded(v)) for n, v in answer.getheaders()))
        if answer.status >= 400:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self.response = replace(self.response, body=answer.read(MAX_ERROR_BODY))

    def connect(self) -> tuple[http.client.HTTPConnection, str]:
        """The connection, and the request's target on it."""
        host, path = self.url.hostname or "", self.url.path or "/"
        target = f"{path}?{self.url.query}" if self.url.query else path
        port = self.url.port or (443 if self.context else 80)
        first = self.proxy or self.url
        first_port = (self.proxy.port or 80) if self.proxy else port
        address = first.hostname or ""
        if self.context is not None:
            connection = http.client.HTTPSConnection(
                address, first_port, timeout=self.timeout, context=self.context
            )
            if self.proxy:
                connection.set_tunnel(host, port, _proxy_authorization(self.proxy))
            return connection, target
        if self.proxy:
            self.headers = [*self.headers, *_proxy_authorization(self.proxy).items()]
            target = f"http://{self.url.netloc}{target}"
        # Browsers know that the names below localhost are this machine (RFC 6761); resolvers may not.
        if address.endswith(".localhost"):
            address = "127.0.0.1"
        return http.client.HTTPConnection(address, first_port, timeout=self.timeout), target

    def hang_up(self) -> None:
        """End the thread, if it has got as far as to a connection; otherwise it ends by its own time limit."""
        sock = self.connection.sock if self.connection is not None else None
        if sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _unfolded(value: str) -> str:
    """A value that was continued on the next line (RFC 9112, section 5.2) as one line."""
    return re.sub(r"[ \t]*\r?\n[ \t]+", " ", value)


def _proxy(url: SplitResult, proxies: Mapping[str, str]) -> SplitResult | None:
    host = url.hostname or ""
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host == "::1":
        return None
    if proxy_bypass(host):
        return None
    try:
        proxy = urlsplit(named if "://" in named else f"http://{named}")
        # Reading the port checks it.
        return proxy if proxy.scheme == "http" and proxy.hostname and proxy.port != 0 else None
    except ValueError:
        raise NetworkError(f"the proxy that the environment names for {url.scheme} is no URL") from None


def _proxy_authorization(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode("ascii")}


def _sentence(error: Exception | None, url: SplitResult) -> str:
    where = url.netloc
    match error:
        case socket.gaierror() | UnicodeError():
            return f"the name {url.hostname} cannot be resolved; check the host in the URL"
        case ssl.SSLCertVerificationError():
            return (
                f"the certificate of {where} is not trusted ({error.verify_message.rstrip('.')}), and browsers "
                "refuse it too"
            )
        case ssl.SSLError():
            return f"{where} does not answer TLS ({_reason(error)}); is it http, not https, on this port?"
        case ConnectionRefusedError():
            return f"nothing listens on {where} (connection refused)"
        case http.client.RemoteDisconnected():
            return f"{where} hung up without an answer"
        case http.client.BadStatusLine():
            return f"what {where} answers is not HTTP: {str(error).strip()[:60]!a}"
        case http.client.HTTPException():
            return f"what {where} answers is not HTTP that can be read ({ascii(str(error))[1:-1][:100]})"
        case OSError():
            return f"{where} cannot be reached ({(error.strerror or str(error))[:100].lower()})"
    return f"{where} cannot be asked ({ascii(str(error))[1:-1][:100]})"


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()[:100]
