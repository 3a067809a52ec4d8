"""Strawberry, GraphQL by POST, GET and multipart, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from ..bodies import ALL_BYTES, posted_json, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_ADD = "mutation Add($title: String!) { add(title: $title) { title } }"
_UPLOAD = '{"query": "mutation($file: Upload!) { upload(file: $file) }", "variables": {"file": null}}'
_HTML = (("Accept", "text/html"),)

REQUESTS = (
    Request("GraphiQL", "/graphql/", headers=_HTML),
    Request("GraphiQL, after a redirect", "/graphql", headers=_HTML),
    posted_json("a query", "/graphql/", {"query": "{ books { title } where }"}),
    posted_json("a mutation", "/graphql/", {"query": _ADD, "variables": {"title": "Käse ☕"}}),
    posted_json("what it added", "/graphql/", {"query": "{ books { title } }"}),
    Request("a query by GET", "/graphql/?query=" + quote('{ books(contains: "ä") { title } where }')),
    Request("a mutation by GET", "/graphql/?query=" + quote('mutation { add(title: "x") { title } }')),
    posted_json("introspection", "/graphql/", {"query": "{ __schema { types { name fields { name } } } }"}),
    posted_json("an error in a field", "/graphql/", {"query": "{ broken }"}),
    posted_json("an unknown field", "/graphql/", {"query": "{ nothing }"}),
    Request("JSON, broken", "/graphql/", "POST", (("Content-Type", "application/json"),), b"{"),
    Request("another type", "/graphql/", "POST", (("Content-Type", "text/plain"),), b"{ books }"),
    Request("no query", "/graphql/", "POST", (("Content-Type", "application/json"),), b"{}"),
    posted_multipart(
        "an upload",
        "/graphql/",
        {"operations": _UPLOAD, "map": '{"file": ["variables.file"]}'},
        {"file": ("a.bin", "application/octet-stream", ALL_BYTES)},
    ),
    Request("405", "/graphql/", "DELETE"),
    Request("404", "/nowhere"),
    replace(posted_json("from a refused origin", "/graphql/", {"query": "{ where }"}), origin=REFUSED_ORIGIN),
    preflight("preflight", "/graphql/", "POST", "content-type"),
    preflight("preflight from a refused origin", "/graphql/", "POST", "content-type", origin=REFUSED_ORIGIN),
)

APPLICATION = Application(
    "strawberry", ("strawberry-graphql>=0.260,<1", "python-multipart>=0.0.18,<1"), REQUESTS, short=True
)
