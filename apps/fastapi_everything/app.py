"""The application: uploads, downloads, sessions, mounts, dependencies, background tasks, redirects, errors."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import BackgroundTasks, Body, Depends, FastAPI, File, Form, HTTPException, Query, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route

DATA = Path(os.environ["APPS_DATA"])
MODIFIED = 1_700_000_000
log: list[str] = []


def write(name: str, content: bytes) -> Path:
    """A file of the application, of the same date on every server."""
    path = DATA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (MODIFIED, MODIFIED))
    return path


REPORT = write("report.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 16)
write("static/app.js", b"console.log('" + b"x" * 2000 + b"');\n")
write("static/logo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
write("static/café.txt", "Crème brûlée\n".encode())
write("static/index.html", b"<!doctype html><title>static</title>")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Start-up leaves something in the state."""
    log.append("started")
    yield {"greeting": "hello"}


app = FastAPI(title="Everything", lifespan=lifespan)
app.add_middleware(GZipMiddleware, minimum_size=1000)
app.add_middleware(SessionMiddleware, secret_key="not a secret")
app.mount("/static", StaticFiles(directory=DATA / "static", html=True), name="static")


class Item(BaseModel):
    """What /items takes."""

    name: str
    price: float
    tags: list[str] = []


def session() -> Iterator[str]:
    """A dependency that has something to end."""
    log.append("opened")
    yield "database"
    log.append("closed")


@app.get("/")
async def root(request: Request) -> dict[str, Any]:
    """What the application sees of itself."""
    return {"greeting": request.state.greeting, "url": str(request.url), "base": str(request.base_url)}


@app.get("/items", name="items")
def items(
    db: Annotated[str, Depends(session)], tag: Annotated[list[str] | None, Query()] = None
) -> dict[str, Any]:
    """A def route with a dependency and repeated query keys."""
    return {"db": db, "tags": tag}


@app.post("/items", status_code=201)
async def create(item: Item, tasks: BackgroundTasks) -> JSONResponse:
    """A body that is validated, and work after the answer."""
    tasks.add_task(log.append, f"created {item.name}")
    return JSONResponse(item.model_dump(), 201, {"Location": app.url_path_for("item", key=item.name)})


@app.get("/items/{key}", name="item")
async def item(key: str) -> dict[str, str]:
    """A path parameter as it was decoded."""
    return {"key": key}


@app.get("/files/{path:path}")
async def files(path: str, request: Request) -> dict[str, Any]:
    """A path with slashes, and the bytes that it came in."""
    raw = request.scope.get("raw_path") or b""
    return {"path": path, "raw_path": raw.decode("latin-1"), "query": request.url.query}


@app.get("/slash/")
async def slash() -> str:
    """Where redirect_slashes leads."""
    return "slash"


@app.get("/log")
async def logged() -> list[str]:
    """What start-up, dependencies and background tasks left."""
    return log


@app.post("/upload")
async def upload(file: UploadFile, title: Annotated[str, Form()]) -> dict[str, Any]:
    """A file of a multipart form."""
    content = await file.read()
    return {"title": title, "name": file.filename, "type": file.content_type, "bytes": content.hex()}


@app.post("/uploads")
def uploads(files: Annotated[list[UploadFile], File()]) -> list[Any]:
    """Several files of one field, in a def route."""
    return [[file.filename, len(file.file.read())] for file in files]


@app.post("/form")
async def form(name: Annotated[str, Form()], comment: Annotated[str, Form()] = "") -> dict[str, str]:
    """A form."""
    return {"name": name, "comment": comment}


@app.put("/raw")
async def raw(request: Request) -> dict[str, Any]:
    """A body as it came."""
    body = await request.body()
    return {
        "bytes": body.hex(),
        "type": request.headers.get("content-type"),
        "length": request.headers.get("content-length"),
    }


@app.post("/text")
async def text(body: Annotated[str, Body(media_type="text/plain")], request: Request) -> PlainTextResponse:
    """Text that is sent back."""
    return PlainTextResponse((await request.body()).decode())


@app.get("/report")
async def report() -> FileResponse:
    """A download."""
    return FileResponse(REPORT, filename="Große Übersicht.pdf")


@app.get("/stream")
async def stream() -> StreamingResponse:
    """Chunks."""

    async def chunks() -> AsyncIterator[bytes]:
        for number in range(5):
            yield f"chunk {number}\n".encode()

    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/problem")
async def problem() -> JSONResponse:
    """A type of JSON that is not application/json."""
    return JSONResponse({"title": "Größe"}, 409, media_type="application/problem+json")


@app.get("/big")
async def big() -> list[str]:
    """More than GZipMiddleware's minimum."""
    return ["größer als tausend Bytes"] * 100


@app.get("/headers")
async def headers(request: Request) -> JSONResponse:
    """Repeated headers in, repeated headers out."""
    # A gateway may have joined the lines.
    sent = [value.strip() for line in request.headers.getlist("x-many") for value in line.split(",")]
    answer = JSONResponse({"many": sent, "cookies": dict(sorted(request.cookies.items()))})
    for value in ("1", "2"):
        answer.headers.append("Link", f"</{value}>; rel=preload")
    answer.headers["X-Total"] = "2"
    return answer


@app.post("/login")
async def login(request: Request, name: Annotated[str, Form()]) -> RedirectResponse:
    """A session, two more cookies and a redirect."""
    request.session["name"] = name
    answer = RedirectResponse(request.url_for("me"), 303)
    answer.set_cookie("theme", "dark", path="/", samesite="lax")
    answer.set_cookie("beta", "1", httponly=True)
    return answer


@app.get("/me", name="me")
def me(request: Request) -> dict[str, Any]:
    """Who logged in."""
    if "name" not in request.session:
        raise HTTPException(401, "log in first", {"WWW-Authenticate": "Bearer"})
    return {"name": request.session["name"], "cookies": sorted(request.cookies)}


@app.get("/logout")
async def logout(request: Request) -> RedirectResponse:
    """The session's end."""
    request.session.clear()
    answer = RedirectResponse(request.url_for("items").include_query_params(tag="out"))
    answer.delete_cookie("theme")
    return answer


@app.delete("/items/{key}", status_code=204)
async def delete(key: str) -> None:
    """Nothing."""


@app.get("/crash")
async def crash() -> None:
    """An error that nobody catches."""
    raise RuntimeError("crashed")


async def _mounted(request: Any) -> JSONResponse:
    seen = {name: request.scope[name] for name in ("root_path", "path")}
    return JSONResponse({**seen, "url": str(request.url_for("page"))})


app.mount("/mounted", Starlette(routes=[Route("/page", _mounted, name="page")]))
