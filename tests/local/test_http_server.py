from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from lambda_cors_kit.local.http_server import HTTPServer
from lambda_cors_kit.payloads.messages import Request, Response

SEEN: list[Request] = []


def application(request: Request) -> Response:
    SEEN.append(request)
    if request.path == "/fault":
        raise RuntimeError("a fault of the application")
    if request.path == "/empty":
        return Response(204, (("X-A", "1"),), b"never sent")
    return Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=é")), request.body)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    SEEN.clear()
    with HTTPServer(application, body_limit=1000) as running:
        yield running


def exchange(server: HTTPServer, data: bytes) -> bytes:
    """Everything the server answers until it hangs up, or falls silent."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(0.5)
        client.sendall(data)
        received = b""
        try:
            while part := client.recv(65_536):
                received += part
        except TimeoutError:
            pass
        return received


def test_header_names_keep_their_case_and_duplicates_their_order(server: HTTPServer) -> None:
    answer = exchange(
        server,
        b"PROPFIND /a%20b?c=d HTTP/1.1\r\nHost: x\r\n"
        b"oRiGin: 1\r\nX-Two: 2\r\nX-Two: 3\r\nConnection: close\r\n\r\n",
    )

    request = SEEN[0]
    assert (request.method, request.path, request.query) == ("PROPFIND", "/a%20b", "c=d")
    assert request.headers[1:4] == (("oRiGin", "1"), ("X-Two", "2"), ("X-Two", "3"))
    assert request.header("ORIGIN") == "1"
    assert answer.startswith(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=\xe9\r\nDate: ")


def test_a_connection_serves_several_requests(server: HTTPServer) -> None:
    body = bytes(range(256))
    first = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 256\r\n\r\n" + body
    chunked = b"POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    last = b"HEAD /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = exchange(server, first + chunked + last)

    assert [request.path for request in SEEN] == ["/1", "/2", "/3"]
    assert [request.body for request in SEEN] == [body, b"abc", b""]
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.endswith(b"Content-Length: 0\r\nConnection: close\r\n\r\n")


def test_a_client_that_waits_to_be_asked_for_its_body(server: HTTPServer) -> None:
    answer = exchange(
        server,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nok",
    )
    assert answer.endswith(b"\r\n\r\nok")


def test_a_body_beyond_the_limit_is_cut_and_marked(server: HTTPServer) -> None:
    exchange(server, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001)
    exchange(server, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000)

    assert [(len(request.body), request.truncated) for request in SEEN] == [(1000, True), (1000, False)]


def test_a_response_without_content_has_no_body(server: HTTPServer) -> None:
    answer = exchange(server, b"GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert b"ontent-" not in answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rOrigin: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000, b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_refused(server: HTTPServer, data: bytes, status: bytes) -> None:
    assert exchange(server, data).split(b" ", 2)[:2] == [b"HTTP/1.1", status]
    assert SEEN == []


@pytest.mark.parametrize(
    ("target", "path"), [(b"http://other.example/a?b", "/a"), (b"http://other.example", "/"), (b"*", "/")]
)
def test_other_forms_of_the_target(server: HTTPServer, target: bytes, path: str) -> None:
    exchange(server, b"OPTIONS " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert SEEN[0].path == path


def test_a_fault_of_the_application_is_500(server: HTTPServer, capsys: pytest.CaptureFixture[str]) -> None:
    answer = exchange(server, b"GET /fault HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 500 Internal Server Error")
    assert b"a fault" not in answer
    assert "a fault of the application" in capsys.readouterr().err


def test_closing_hangs_up_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with HTTPServer(application, body_limit=10) as server:
        client = socket.create_connection(("127.0.0.1", server.port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 200"
    client.settimeout(2)
    while client.recv(65_536):
        pass
    client.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=2)
    assert set(threading.enumerate()) <= before


def test_an_access_log(capsys: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(application, body_limit=10, access_log=True) as server:
        exchange(server, b"GET /a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert capsys.readouterr().err.startswith("GET /a?b 200 ")
