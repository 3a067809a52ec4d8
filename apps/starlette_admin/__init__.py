"""starlette-admin, an admin in a mount, and what is asked of it."""

from __future__ import annotations

from ..bodies import posted_form, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_CSRF = (("X-CSRFToken", "${cookie:starlette_admin_csrftoken}"),)
_TOKEN = {"csrftoken": "${cookie:starlette_admin_csrftoken}"}

REQUESTS = (
    Request("the application's page", "/"),
    Request("the admin, after a redirect", "/admin"),
    Request("the admin", "/admin/"),
    Request("from a refused origin", "/admin/", origin=REFUSED_ORIGIN),
    Request("a list", "/admin/post/list?page=2&page_size=10"),
    Request("rows that are searched", "/admin/post/list?q=Post%201&sort=id"),
    Request("a row", "/admin/post/detail?pk=1"),
    Request("the form for a row", "/admin/post/edit?pk=1"),
    posted_form("a row changed", "/admin/post/edit?pk=1", {**_TOKEN, "title": "Käse & Brot", "body": "1+1"}),
    Request("the row after that", "/admin/post/detail?pk=1"),
    posted_multipart("a row created", "/admin/post/create", {"title": "neu", "body": "ß"}, {}, headers=_CSRF),
    posted_form("a row that is not valid", "/admin/post/create", _TOKEN, headers=_CSRF),
    Request("an action", "/admin/_api/post/action?name=delete&pks=2&pks=3", "POST", _CSRF),
    Request("the rows after that", "/admin/post/list?page_size=100"),
    Request("a static file", "/admin/static/js/actions.js"),
    Request("304", "/admin/static/js/actions.js", headers=(("If-None-Match", "${header:etag}"),)),
    Request("a static file, HEAD", "/admin/static/css/inline-edit.css", "HEAD"),
    posted_form("403 by CSRF", "/admin/post/create", {"title": "x"}),
    Request("404 in the admin", "/admin/nothing/list"),
    Request("404 outside", "/nowhere"),
    Request("405", "/", "DELETE"),
    preflight("preflight", "/admin/post/edit", "POST", "x-csrftoken"),
)

APPLICATION = Application(
    "starlette_admin",
    (
        "starlette-admin>=1,<2",
        "sqlalchemy>=2,<3",
        "greenlet>=3,<4",
        "python-multipart>=0.0.18,<1",
        "itsdangerous>=2.1,<3",
    ),
    REQUESTS,
    # The token is drawn once for each page; the page and the cookie carry it.
    volatile=(
        r"starlette_admin_csrftoken=([\w.-]+)",
        r'csrftoken" value="([^"]+)"',
        r"starlette_admin_flash\w*=([\w.-]+)",
    ),
    short=True,
)
