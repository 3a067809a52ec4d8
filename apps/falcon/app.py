"""A Falcon application: routes, media, cookies, errors, static files, a sink."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import falcon
import falcon.asgi
from falcon.media.validators import jsonschema

DATA = Path(os.environ["APPS_DATA"])
MODIFIED = 1_700_000_000
(DATA / "static").mkdir(parents=True, exist_ok=True)
for name, content in (("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))), ("app.js", b"x" * 3000)):
    (DATA / "static" / name).write_bytes(content)
    os.utime(DATA / "static" / name, (MODIFIED, MODIFIED))


class Things:
    """A collection."""

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """What the application sees of a request."""
        resp.media = {
            "tags": req.get_param_as_list("tag"),
            "uri": req.uri,
            "root_path": req.root_path,
            "prefix": req.prefix,
        }
        resp.append_header("Link", "</1>; rel=next")
        resp.append_header("Link", "</2>; rel=last")

    @jsonschema.validate({"type": "object", "required": ["name"]})
    async def on_post(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """A body that is validated."""
        resp.media = await req.get_media()
        resp.status = falcon.HTTP_201
        resp.location = f"{req.prefix}/things/1"


class Thing:
    """One of them."""

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response, key: str) -> None:
        """A path parameter, and a validator for caches."""
        resp.etag = "v1"
        if req.if_none_match and "v1" in req.if_none_match:
            resp.status = falcon.HTTP_304
            return
        resp.media = {"key": key}

    async def on_delete(self, req: falcon.asgi.Request, resp: falcon.asgi.Response, key: str) -> None:
        """Nothing."""
        resp.status = falcon.HTTP_204


class Raw:
    """Bytes both ways."""

    async def on_put(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """The body as it came."""
        resp.data = await req.stream.read()
        resp.content_type = "application/octet-stream"
        resp.set_header("X-Total", str(req.content_length))


class Form:
    """Forms of both kinds."""

    async def on_post(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """The fields of a form; a multipart one's parts."""
        media: Any = await req.get_media()
        if isinstance(media, dict):
            resp.media = media
        else:
            resp.media = [[part.name, part.filename, (await part.get_data()).hex()] async for part in media]


class Cookies:
    """Cookies both ways."""

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Says the cookies that it got, and sets two."""
        resp.media = dict(sorted(req.cookies.items()))
        resp.set_cookie("a", "1", secure=False)
        resp.set_cookie("b", "2", secure=False, max_age=60)


class Old:
    """What has moved."""

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """A redirect."""
        raise falcon.HTTPMovedPermanently(f"{req.prefix}/things")


class Crash:
    """An error that nobody catches."""

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Raises."""
        raise RuntimeError("crashed")


_falcon: Any = falcon.asgi.App()
_falcon.add_route("/things", Things())
_falcon.add_route("/things/{key}", Thing())
_falcon.add_route("/raw", Raw())
_falcon.add_route("/form", Form())
_falcon.add_route("/cookies", Cookies())
_falcon.add_route("/old", Old())
_falcon.add_route("/crash", Crash())
_falcon.add_static_route("/static", str(DATA / "static"))


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Falcon routes by the whole `path`: the part that is `root_path` is taken off it."""
    root_path = scope.get("root_path", "")
    if root_path and scope.get("path", "").startswith(root_path):
        scope = {**scope, "path": scope["path"][len(root_path) :] or "/"}
    await _falcon(scope, receive, send)
