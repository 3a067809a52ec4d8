"""One FastAPI application with everything that people use of it, and what is asked of it."""

from __future__ import annotations

from ..bodies import ALL_BYTES, posted_form, posted_json, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_GZIP = (("Accept-Encoding", "gzip"),)

REQUESTS = (
    Request("the root", "/"),
    Request("the root, without an origin", "/", origin=None),
    Request("the root, from a refused origin", "/", origin=REFUSED_ORIGIN),
    Request("/docs", "/docs"),
    Request("/openapi.json", "/openapi.json"),
    Request("repeated query keys", "/items?tag=a&tag=b%26c&tag=%C3%A9&tag="),
    posted_json("JSON, created", "/items", {"name": "Käse", "price": 1.5}),
    posted_json("JSON, not valid", "/items", {"name": "x"}),
    Request("JSON, broken", "/items", "POST", (("Content-Type", "application/json"),), b'{"name": '),
    Request("a path that is not ASCII", "/items/caf%C3%A9"),
    Request("%25 in a path", "/files/100%2525"),
    Request("%2F in a path", "/files/a%2Fb"),
    Request("reserved characters", "/files/a%20b/c+d;e=f@g:h,i%3F?q=a+b&r=%2F"),
    Request("redirect_slashes", "/slash?x=1"),
    Request("after the slash", "/slash/?x=1"),
    posted_multipart("UploadFile", "/upload", {"title": "Bytes"}, {"file": ("a.bin", "image/png", ALL_BYTES)}),
    posted_multipart("two files", "/uploads", {}, {"files": ("ä.txt", "text/plain", "ä".encode())}),
    posted_form("a form", "/form", {"name": "Zoë", "comment": "1+1=2 & more"}),
    Request("binary put", "/raw", "PUT", (("Content-Type", "application/octet-stream"),), ALL_BYTES),
    Request("text that is not UTF-8", "/raw", "PUT", (("Content-Type", "text/plain"),), b"caf\xe9"),
    Request("an empty put", "/raw", "PUT"),
    Request("FileResponse", "/report"),
    Request("FileResponse, Range", "/report", headers=(("Range", "bytes=100-299"),)),
    Request("FileResponse, HEAD of a GET route", "/report", "HEAD"),
    Request("StaticFiles, gzip", "/static/app.js", headers=_GZIP),
    Request("StaticFiles, HEAD", "/static/app.js", "HEAD"),
    Request("StaticFiles, 304", "/static/app.js", headers=(("If-None-Match", "${header:etag}"),)),
    Request("StaticFiles, binary", "/static/logo.png"),
    Request("StaticFiles, name not ASCII", "/static/caf%C3%A9.txt"),
    Request("StaticFiles, index after a redirect", "/static"),
    Request("StaticFiles, 404", "/static/none.js"),
    Request("gzip", "/big", headers=_GZIP),
    Request("the same without gzip", "/big"),
    Request("StreamingResponse", "/stream"),
    Request("application/problem+json", "/problem"),
    Request("repeated headers", "/headers", headers=(("X-Many", "1"), ("X-Many", "2"))),
    Request("401", "/me"),
    posted_form("a session and cookies", "/login", {"name": "Ada"}),
    Request("the session", "/me"),
    Request("the session's end", "/logout"),
    Request("cookies that are left", "/headers"),
    Request("204", "/items/1", "DELETE"),
    Request("404", "/nowhere"),
    Request("405", "/items", "PATCH"),
    Request("500", "/crash"),
    Request("500 for a refused origin", "/crash", origin=REFUSED_ORIGIN),
    Request("a mount and url_for", "/mounted/page"),
    Request("a redirect in a mount", "/mounted/page/"),
    preflight("preflight", "/items", "PUT", "content-type"),
    preflight("preflight of a header that is not allowed", "/items", "PUT", "x-secret"),
    preflight("preflight from a refused origin", "/items", "PUT", origin=REFUSED_ORIGIN),
    Request("background tasks and dependencies", "/log"),
)

APPLICATION = Application(
    "fastapi_everything",
    ("fastapi>=0.115,<1", "python-multipart>=0.0.18,<1", "itsdangerous>=2.1,<3"),
    REQUESTS,
    volatile=(r"session=[\w+/=-]+\.[\w-]+\.[\w-]+",),
    short=True,
)
