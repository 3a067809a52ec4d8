"""Litestar, an ASGI framework that shares nothing with Starlette, and what is asked of it."""

from __future__ import annotations

from ..bodies import ALL_BYTES, posted_form, posted_json, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_GZIP = (("Accept-Encoding", "gzip"),)

REQUESTS = (
    Request("the root", "/"),
    Request("from a refused origin", "/", origin=REFUSED_ORIGIN),
    Request("the OpenAPI page", "/schema/swagger"),
    Request("openapi.json", "/schema/openapi.json"),
    Request("repeated query keys", "/items?tag=a&tag=b%26c&tag=%C3%A9"),
    posted_json("JSON, created", "/items", {"name": "Käse", "price": 1.5}),
    posted_json("JSON, not valid", "/items", {"name": "x"}),
    Request("a path that is not ASCII", "/items/caf%C3%A9%20%25"),
    Request("a path with a slash at its end", "/items/1/"),
    Request("204", "/items/1", "DELETE"),
    posted_multipart("a file", "/upload", {}, {"data": ("a.bin", "image/png", ALL_BYTES)}),
    posted_form("a form", "/form", {"name": "Zoë", "comment": "a+b & c"}),
    Request("binary both ways", "/raw", "PUT", (("Content-Type", "application/octet-stream"),), ALL_BYTES),
    Request("a download", "/report"),
    Request("If-None-Match, which it ignores", "/report", headers=(("If-None-Match", "${header:etag}"),)),
    Request("a stream", "/stream"),
    Request("gzip", "/big", headers=_GZIP),
    Request("401", "/me"),
    Request("a session and cookies", "/login", "POST"),
    Request("the session", "/me"),
    Request("a static file", "/static/logo.png"),
    Request("a static file, HEAD", "/static/app.js", "HEAD"),
    Request("404", "/nowhere"),
    Request("405", "/items", "PATCH"),
    Request("500", "/crash"),
    preflight("preflight", "/items", "PUT", "content-type"),
)

APPLICATION = Application(
    "litestar",
    ("litestar>=2.12,<3", "cryptography>=43"),
    REQUESTS,
    # The session is encrypted anew each time; an ETag has a sum of the file's path.
    volatile=(r'session="?([\w+/=-]+)', r"\d+\.0-\d+-(\d+)"),
    short=True,
)
