"""Falcon, whose router does not know root_path, and what is asked of it."""

from __future__ import annotations

from ..bodies import ALL_BYTES, posted_form, posted_json, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

REQUESTS = (
    Request("a list", "/things?tag=a&tag=b%26c"),
    Request("from a refused origin", "/things", origin=REFUSED_ORIGIN),
    posted_json("JSON, created", "/things", {"name": "Käse"}),
    posted_json("JSON, not valid", "/things", {}),
    Request("JSON, broken", "/things", "POST", (("Content-Type", "application/json"),), b"{"),
    Request("a path that is not ASCII", "/things/caf%C3%A9%20%25"),
    Request("304", "/things/1", headers=(("If-None-Match", '"v1"'),)),
    Request("HEAD", "/static/app.js", "HEAD"),
    Request("204", "/things/1", "DELETE"),
    Request("binary both ways", "/raw", "PUT", (("Content-Type", "application/octet-stream"),), ALL_BYTES),
    posted_form("a form", "/form", {"name": "Zoë", "comment": "a+b & c"}),
    posted_multipart("multipart", "/form", {"title": "x"}, {"file": ("a.bin", "image/png", ALL_BYTES)}),
    Request("cookies set", "/cookies"),
    Request("cookies sent", "/cookies"),
    Request("a static file", "/static/logo.png"),
    Request("a static file, Range", "/static/app.js", headers=(("Range", "bytes=10-19"),)),
    Request("a redirect", "/old"),
    Request("404", "/nowhere"),
    Request("405", "/raw"),
    Request("415", "/form", "POST", (("Content-Type", "text/x-unknown"),), b"x"),
    Request("500", "/crash"),
    preflight("preflight", "/things", "PUT", "content-type"),
)

APPLICATION = Application("falcon", ("falcon>=4,<5", "jsonschema>=4,<5"), REQUESTS, short=True)
