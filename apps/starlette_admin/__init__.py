"""starlette-admin, an admin in a mount, and what is asked of it."""

from __future__ import annotations

from ..bodies import posted_form, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

REQUESTS = (
    Request("the application's page", "/"),
    Request("the admin, after a redirect", "/admin"),
    Request("the admin", "/admin/"),
    Request("from a refused origin", "/admin/", origin=REFUSED_ORIGIN),
    Request("a list", "/admin/post/list"),
    Request("its rows as JSON", "/admin/api/post?skip=0&limit=5&order_by=id%20desc"),
    Request("rows that are searched", "/admin/api/post?where=%7B%22title%22%3A%7B%22contains%22%3A%221%22%7D%7D"),
    Request("a row", "/admin/post/detail/1"),
    Request("the form for a row", "/admin/post/edit/1"),
    posted_form("a row changed", "/admin/post/edit/1", {"title": "Käse & Brot", "body": "1+1"}),
    Request("the row after that", "/admin/post/detail/1"),
    posted_multipart("a row created", "/admin/post/create", {"title": "neu", "body": "ß"}, {}),
    Request("an action", "/admin/api/post/action?name=delete&pks=2&pks=3", "POST"),
    Request("the rows after that", "/admin/api/post?skip=0&limit=100"),
    Request("a static file", "/admin/statics/css/tabler.min.css"),
    Request("a static file, HEAD", "/admin/statics/css/tabler.min.css", "HEAD"),
    Request("404 in the admin", "/admin/nothing/list"),
    Request("404 outside", "/nowhere"),
    Request("405", "/admin/post/list", "DELETE"),
    preflight("preflight", "/admin/api/post", "GET", "content-type"),
)

APPLICATION = Application(
    "starlette_admin",
    ("starlette-admin>=0.15,<2", "sqlalchemy>=2,<3", "greenlet>=3,<4", "python-multipart>=0.0.18,<1", "itsdangerous>=2.1,<3"),
    REQUESTS,
)
