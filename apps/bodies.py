"""Bodies of requests, as a page sends them."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from .model import Fields, Request

ALL_BYTES = bytes(range(256))
"""Every byte once: what is taken for text somewhere on the way comes out changed."""
_BOUNDARY = "----apps7MA4YWxkTrZu0gW"


def posted_json(name: str, target: str, content: object, method: str = "POST", headers: Fields = ()) -> Request:
    """A request with a JSON body."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Request(name, target, method, (("Content-Type", "application/json"), *headers), body)


def posted_form(name: str, target: str, fields: dict[str, str], headers: Fields = ()) -> Request:
    """A form in application/x-www-form-urlencoded; `${…}` may stand in its values."""
    body = urlencode(fields, safe="${}:").encode()
    return Request(name, target, "POST", (("Content-Type", "application/x-www-form-urlencoded"), *headers), body)


def posted_multipart(
    name: str, target: str, fields: dict[str, str], files: dict[str, tuple[str, str, bytes]], headers: Fields = ()
) -> Request:
    """A form in multipart/form-data; `files` are a file's name, type and content by field."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    for field, (filename, kind, content) in files.items():
        head = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return Request(name, target, "POST", (("Content-Type", kind), *headers), body)


def preflight(name: str, target: str, method: str, *names: str, origin: str | None = None) -> Request:
    """What a browser asks before `method` with the headers `names`."""
    headers: Fields = (("Access-Control-Request-Method", method),)
    if names:
        headers = (*headers, ("Access-Control-Request-Headers", ",".join(sorted(names))))
    asked = Request(name, target, "OPTIONS", headers)
    return asked if origin is None else Request(name, target, "OPTIONS", headers, origin=origin)
