"""Datasette, which routes by raw_path, and what is asked of it."""

from __future__ import annotations

from ..bodies import posted_form, preflight
from ..model import REFUSED_ORIGIN, Application, Request

REQUESTS = (
    Request("the home page", "/"),
    Request("from a refused origin", "/.json", origin=REFUSED_ORIGIN),
    Request("a database", "/books"),
    Request("a table", "/books/books"),
    Request("a table as JSON", "/books/books.json?_shape=array&_size=5"),
    Request("facets and filters", "/books/books?_facet=author&title__contains=1&_sort_desc=id"),
    Request("a page further", "/books/books.json?_size=10&_next=20"),
    Request("a row", "/books/books/1"),
    Request("a row as JSON", "/books/books/1.json"),
    Request("a blob", "/books/books/1.blob?_blob_column=cover"),
    Request("CSV", "/books/books.csv?_size=max"),
    Request("CSV as a stream", "/books/books.csv?_stream=on"),
    Request("a query", "/books.json?sql=select+title+from+books+where+id+%3D+%3Aid&id=7&_shape=array"),
    Request("a query that fails", "/books.json?sql=select+nothing"),
    Request("a named query", "/books/by_title.json?title=Book+3&_shape=array"),
    Request("tildes in a path", "/books/a~2Fb~20~25"),
    Request("a row with a slash", "/books/a~2Fb~20~25/x~2Fy.json?_shape=array"),
    Request("a row that is not ASCII", "/books/a~2Fb~20~25/~C3~A9"),
    Request("a path in percent encoding", "/books/a%2Fb%20%25"),
    Request("a slash at the end", "/books/"),
    Request("a static file", "/-/static/app.css"),
    Request("a static file, HEAD", "/-/static/table.js", "HEAD"),
    Request("plugins", "/-/plugins.json"),
    Request("an actor", "/-/allow-debug?actor=%7B"),
    posted_form("a message", "/-/messages", {"message": "hello", "message_type": "WARNING"}),
    Request("404", "/nowhere"),
    Request("404 as JSON", "/books/nothing.json"),
    Request("DELETE without a token", "/-/plugins", "DELETE"),
    preflight("preflight", "/books/books.json", "GET", "content-type"),
)

APPLICATION = Application(
    "datasette",
    ("datasette>=0.65,<1", "setuptools<81"),
    REQUESTS,
    volatile=(
        r"Queries took [\d.]+ms",
        r'"query_ms": ([\d.]+)',
        r"ds_csrftoken=([\w.-]+)",
        r'csrftoken" value="([^"]+)"',
        r"ds_messages=([\w.-]+)",
        r"books-([0-9a-f]{7})\b",
    ),
    short=True,
)
