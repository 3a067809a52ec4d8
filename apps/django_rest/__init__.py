"""Django with its admin and the REST framework, and what is asked of it."""

from __future__ import annotations

from ..bodies import ALL_BYTES, posted_form, posted_json, posted_multipart, preflight
from ..model import REFUSED_ORIGIN, Application, Request

_GZIP = (("Accept-Encoding", "gzip"),)
_HTML = (("Accept", "text/html"),)
_CSRF = (("X-CSRFToken", "${cookie:csrftoken}"),)
_LOGIN = {
    "csrfmiddlewaretoken": "${cookie:csrftoken}",
    "username": "ada",
    "password": "lovelace",
    "next": "/where/in/",
}

REQUESTS = (
    Request("what it sees", "/where/caf%C3%A9%20%25/?tag=a&tag=b%26c"),
    Request("from a refused origin", "/where/x/", origin=REFUSED_ORIGIN),
    Request("a slash is added", "/where/x?tag=a"),
    Request("the API's root", "/api/"),
    Request("a list with addresses", "/api/groups/"),
    Request("304", "/api/groups/", headers=(("If-None-Match", "${header:etag}"),)),
    Request("the browsable API, gzip", "/api/groups/", headers=(*_GZIP, *_HTML)),
    Request("HEAD", "/api/groups/1/", "HEAD"),
    posted_json("403 without a session", "/api/groups/", {"name": "new"}),
    Request("the admin's redirect", "/admin/"),
    Request("the login page", "/admin/login/"),
    posted_form("a login that fails", "/admin/login/", {**_LOGIN, "password": "wrong"}),
    posted_form("a login", "/admin/login/", _LOGIN),
    Request("the admin", "/admin/"),
    Request("the admin's list", "/admin/auth/group/?q=1&o=-1"),
    posted_json("JSON, created", "/api/groups/", {"name": "Käse"}, headers=_CSRF),
    posted_json("JSON, not valid", "/api/groups/", {"name": ""}, headers=_CSRF),
    posted_json("JSON, changed", "/api/groups/2/", {"name": "zwei"}, "PATCH", headers=_CSRF),
    Request("JSON, broken", "/api/upload/", "POST", (("Content-Type", "application/json"),), b"{"),
    Request("204", "/api/groups/3/", "DELETE", _CSRF),
    posted_multipart("an upload", "/api/upload/", {"title": "ä"}, {"file": ("a.bin", "image/png", ALL_BYTES)}),
    posted_multipart("a multipart form", "/form/", {"name": "Zoë"}, {}),
    posted_form("a form and cookies", "/form/", {"name": "Zoë", "comment": "a+b & c"}),
    Request("binary both ways", "/raw/", "PUT", (("Content-Type", "application/octet-stream"),), ALL_BYTES),
    Request("a download", "/pages/report/"),
    Request("a stream", "/pages/stream/"),
    Request("a redirect by name", "/pages/old/"),
    Request("404", "/nowhere/"),
    Request("405", "/api/upload/", "GET"),
    Request("500", "/pages/crash/"),
    posted_form("403 by CSRF", "/admin/login/", {"username": "ada"}),
    preflight("preflight", "/api/groups/", "PATCH", "content-type", "x-csrftoken"),
)

APPLICATION = Application(
    "django_rest",
    ("django>=5.1,<6", "djangorestframework>=3.15,<4"),
    REQUESTS,
    # The page's token is masked anew each time, so that its ETag differs too.
    volatile=(
        r'csrfmiddlewaretoken" value="(\w+)"',
        r'csrfToken": "(\w+)"',
        r"csrftoken=(\w+)",
        r"sessionid=(\w+)",
        r'W/"(\w+)"',
    ),
    short=True,
)
