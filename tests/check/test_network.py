"""What goes wrong before there is an answer is one sentence and exit code 2."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.check.conftest import Check
from tests.check.support import Answer, Asked, Site, free_port, healthy, raw_site

Start = Callable[..., Site]


def cannot_tell(check: Check, url: str, *arguments: str) -> str:
    printed = check(url, *arguments)
    assert printed.code == 2
    assert "\n    CANNOT TELL " in printed.out
    assert printed.err == ""
    as_json = check(url, "--json", *arguments)
    assert (as_json.code, as_json.json["outcome"], as_json.json["findings"]) == (2, "cannot tell", [])
    return printed.out


def test_no_such_name(check: Check) -> None:
    words = cannot_tell(check, "https://api.lambda-cors-kit.invalid/items")
    assert "the name api.lambda-cors-kit.invalid cannot be resolved; check the host in the URL" in words


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".com"])
def test_a_host_that_is_no_name(check: Check, host: str) -> None:
    assert "cannot be resolved" in cannot_tell(check, f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "proxy", "where"),
    [
        ("http://api.example.net/", "", ("api.example.net", 80)),
        ("https://api.example.net/", "", ("api.example.net", 443)),
        ("http://api.example.net:8080/", "", ("api.example.net", 8080)),
        ("https://api.example.net:8443/", "", ("api.example.net", 8443)),
        ("http://api.example.net/", "http://proxy.example.net", ("proxy.example.net", 80)),
        ("https://api.example.net/", "http://proxy.example.net", ("proxy.example.net", 80)),
        ("https://api.example.net/", "http://proxy.example.net:3128", ("proxy.example.net", 3128)),
        ("http://api.localhost/", "http://proxy.example.net", ("127.0.0.1", 80)),
    ],
)
def test_where_it_connects(
    url: str, proxy: str, where: tuple[str, int], check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    asked: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], *_: object) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.create_connection", create_connection)
    assert "connection refused" in cannot_tell(check, url)
    assert set(asked) == {where}


def test_nothing_listens(check: Check) -> None:
    port = free_port()
    assert f"nothing listens on 127.0.0.1:{port} (connection refused)" in cannot_tell(
        check, f"http://127.0.0.1:{port}/"
    )


def test_nothing_to_ask_where_the_browser_would_not_ask(check: Check) -> None:
    words = cannot_tell(check, "http://api.lambda-cors-kit.invalid/")
    assert "there is no API to ask: the name api.lambda-cors-kit.invalid cannot be resolved" in words
    assert "moreover, a page on 'https://app.example.com' may not call" in words


def test_no_tls(check: Check, site: Start) -> None:
    url = site(healthy()).url().replace("http:", "https:")
    assert "does not answer TLS" in cannot_tell(check, url)
    assert "is it http, not https, on this port?" in cannot_tell(check, url)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\x1b[31m\r\n", "is not HTTP: 'SSH-2.0-OpenSSH_9.2\\x1b[31m'"),
        (b"HTTP/1.1 yes\r\n\r\n", "is not HTTP: 'HTTP/1.1 yes'"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "is not HTTP that can be read (got more than 100"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000, "is not HTTP that can be read"),
        (b"", "hung up without an answer"),
        (b"\x00" * 70_000, "is not HTTP"),
    ],
)
def test_what_is_not_http(check: Check, data: bytes, words: str) -> None:
    with raw_site(data) as url:
        printed = cannot_tell(check, url)
    assert words in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("drip", [0.0, 0.05])
def test_a_slow_answer(check: Check, site: Start, drip: float) -> None:
    def slow(asked: Asked) -> Answer:
        time.sleep(0.6)
        return Answer(200)

    started = time.monotonic()
    if drip:
        with raw_site(b"HTTP/1.1 200 OK\r\n" * 100, drip=drip) as url:
            words = cannot_tell(check, url, "--timeout", "0.3")
    else:
        words = cannot_tell(check, site(slow).url(), "--timeout", "0.3")
    assert "no answer within 0.3 seconds; --timeout waits longer" in words
    assert time.monotonic() - started < 2


def test_a_body_without_end_does_not_matter(check: Check) -> None:
    head = b"HTTP/1.1 503 Unavailable\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 999\r\n\r\n"
    with raw_site(head) as url:
        printed = check(url, "--timeout", "0.5")
    assert printed.code == 0
    assert "(status 503)" in printed.out


def test_a_value_on_two_lines(check: Check) -> None:
    header = b"Access-Control-Allow-Origin:\r\n  https://app.example.com\r\n"
    with raw_site(b"HTTP/1.1 200 OK\r\n" + header + b"Content-Length: 0\r\n\r\n") as url:
        assert check(url).code == 0


def test_a_preflight_that_passes_proves_nothing_without_the_response(check: Check, site: Start) -> None:
    def answer(asked: Asked) -> Answer:
        if not asked.is_preflight:
            raise ConnectionResetError
        return healthy()(asked)

    printed = check(site(answer).url(), "--header", "authorization")
    assert printed.code == 2
    assert "    passed\n" in printed.out
    assert "    no answer there was no HTTP answer from" in printed.out


def test_a_name_below_localhost_is_this_machine(check: Check, site: Start) -> None:
    api = site(healthy())

    assert check(f"http://api.kit.localhost:{api.port}/items").code == 0
    assert api.asked[0].headers["host"] == f"api.kit.localhost:{api.port}"


def test_a_proxy_of_the_environment(check: Check, site: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = site(healthy("http://app.example.com"))
    monkeypatch.setenv("http_proxy", f"http://user:p%40ss@127.0.0.1:{proxy.port}")
    monkeypatch.setenv("no_proxy", "inside.example.net")

    assert check("http://api.example.net/items?a=b", origin="http://app.example.com").code == 0
    assert proxy.asked[0].path == "http://api.example.net/items?a=b"
    assert proxy.asked[0].headers["host"] == "api.example.net"
    assert proxy.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    printed = check("https://api.example.net/items")
    assert printed.code == 2
    assert "(through the proxy 127.0.0.1 of the environment)" in printed.out


@pytest.mark.parametrize("named", ["http://[", "http://127.0.0.1:port"])
def test_a_proxy_that_is_none(check: Check, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("https_proxy", named)
    assert "the proxy that the environment names for https is no URL" in check("https://api.example.net/").out


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl on PATH, to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    written = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", "req", "-x509", *made, *names, *written], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "certificate.pem").read_text() + (folder / "key.pem").read_text())
    return both


def test_a_certificate_that_nobody_signed(check: Check, site: Start, certificate: Path) -> None:
    words = cannot_tell(check, site(healthy(), certificate).url())
    assert "is not trusted (self-signed certificate), and browsers refuse it too" in words


def test_https_spells_names_as_http_2_does(
    check: Check, site: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    api = site(healthy(), certificate)

    assert check(api.url(), "--method", "PUT").code == 0
    assert "origin" in api.asked[0].names
    assert "access-control-request-method" in api.asked[0].names


@pytest.mark.parametrize(
    ("url", "arguments", "words"),
    [
        ("api.example.com/items", [], "'api.example.com/items' is no URL; write it as https://host/path"),
        ("ftp://api.example.com/", [], "is neither http nor https"),
        ("https://user:secret@api.example.com/", [], "the URL holds a user name or password"),
        ("https://api.example.com:99999/", [], "is no URL"),
        ("http://127.0.0.1/", ["--method", "TRACE"], "is a method that no script may send"),
        ("http://127.0.0.1/", ["--method", "G T"], "is no HTTP method"),
        ("http://127.0.0.1/", ["--header", "a b: c"], "is no header name"),
        ("http://127.0.0.1/", ["--header", "x: a\r\nOrigin: b"], "has a character that no header can carry"),
        ("http://127.0.0.1/", ["--module", "module.api"], "--module picks a module of a Terraform root"),
    ],
)
def test_what_cannot_be_asked(check: Check, url: str, arguments: list[str], words: str) -> None:
    printed = check(url, *arguments)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith("lambda-cors-kit: ")
    assert words in printed.err
    assert "secret" not in printed.err
    as_json = check(url, "--json", *arguments)
    assert (as_json.code, as_json.err) == (2, "")
    assert words in json.loads(as_json.out)["summary"]


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ("https://app.example.com/", "write 'https://app.example.com'"),
        ("HTTPS://App.example.com", "write 'https://app.example.com'"),
        ("app.example.com", "is no origin as a browser writes it"),
        ("https://*.example.com", "is no origin as a browser writes it"),
        ("", "is no origin"),
    ],
)
def test_an_origin_that_is_none(check: Check, origin: str, words: str) -> None:
    printed = check("http://127.0.0.1/", origin=origin)
    assert printed.code == 2
    assert words in printed.err


@pytest.mark.parametrize("arguments", [["--timeout", "0"], ["--timeout", "nan"], ["--timeout", "x"], ["--policy"]])
def test_wrong_usage(check: Check, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check("http://127.0.0.1/", *arguments)
    assert ended.value.code == 2
    assert "usage: lambda-cors-kit check" in capsys.readouterr().err
