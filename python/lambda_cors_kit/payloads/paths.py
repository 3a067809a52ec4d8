"""Where an app's own path begins in the path of a request: stage, base path and mapping stand before it.

Nothing but the event says so. A REST API's event has the path without its stage and `requestContext.path` with it;
with a domain's base path both have that. The route that matched (`resource`, `routeKey`) and its parameters say
which part of the path is the API's own.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://asgi.readthedocs.io/en/latest/specs/www.html#http-connection-scope (root_path) and, for what events have,
https://github.com/aws-powertools/powertools-lambda-python/pull/579
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .events import Event

# What a path may hold as it is: pchar and the slash, https://www.rfc-editor.org/rfc/rfc3986#section-3.3
PATH_SAFE = "/:@!$&'()*+,;=-._~"
# Stripped of these, nothing is left of an ordinary path; and a strip is one call.
_PLAIN = "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Every visible character of ASCII: what was sent is left as it was sent, whether a path may hold it or not.
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def decoded(path: str) -> str:
    """Percent-encoded UTF-8 as text; what is no UTF-8 becomes U+FFFD, as with an HTTP server."""
    if "%" not in path:
        return path
    from urllib.parse import unquote

    return unquote(path)


def encoded(path: str, safe: str = PATH_SAFE) -> bytes:
    """The canonical percent-encoding of a decoded path."""
    if not path.strip(_PLAIN):
        return path.encode("ascii")
    from urllib.parse import quote

    return quote(path, safe=safe).encode("ascii")


def _as_sent(path: str) -> bytes:
    """The bytes of a path that came percent-encoded."""
    if path.isascii() and path.isprintable() and " " not in path:
        return path.encode("ascii")
    return encoded(path, _VISIBLE)


def of_v2(event: Event) -> tuple[str, bytes, str]:
    """Path, its bytes and root_path of payload 2.0: an HTTP API decodes the path, a Function URL does not."""
    context = event["requestContext"]
    raw: str = event.get("rawPath") or context["http"]["path"] or "/"
    if ".lambda-url." in (context.get("domainName") or ""):
        return decoded(raw), _as_sent(raw), ""
    route = event.get("routeKey") or context.get("routeKey") or ""
    return completed(raw, encoded(raw), _root(raw, route.partition(" ")[2], event, context))


def of_v1(event: Event) -> tuple[str, bytes, str]:
    """The same of payload 1.0: a REST API keeps the encoding, and the stage stands in requestContext alone."""
    context = event["requestContext"]
    own: str = event["path"] or "/"
    before = _before(context.get("path") or own, own) or ""
    whole = before + own
    if "version" in event:
        return completed(whole, encoded(whole), _root(whole, event.get("resource") or "", event, context))
    path, raw = decoded(whole), _as_sent(whole)
    root = _before(path, _rendered(event.get("resource") or "", event))
    return completed(path, raw, decoded(before) if root is None else root)


def of_load_balancer(event: Event) -> tuple[str, bytes, str]:
    """The same of a load balancer, before which nothing stands; it keeps the encoding."""
    raw: str = event["path"] or "/"
    return decoded(raw), _as_sent(raw), ""


def _root(path: str, route: str, event: Event, context: dict[str, Any]) -> str:
    """root_path of an HTTP API: what stands before the route's own path; by `$default`, the stage."""
    root = _before(path, _rendered(route, event))
    if root is not None:
        return root
    stage = context.get("stage") or "$default"
    return f"/{stage}" if stage != "$default" and f"{path}/".startswith(f"/{stage}/") else ""


def _rendered(route: str, event: Event) -> str | None:
    """A route's path, `/items/{id}` or `/{proxy+}`, with the parameters that matched; None where it has none."""
    if not route.startswith("/"):
        return None
    if "{" not in route:
        return route
    parameters = event.get("pathParameters") or {}
    if route == "/{proxy+}":
        proxy = parameters.get("proxy")
        return None if proxy is None else f"/{proxy}"
    segments = []
    for part in route.split("/"):
        if part.startswith("{"):
            value = parameters.get(part[1:-1].removesuffix("+"))
            if value is None:
                return None
            part = value
        segments.append(part)
    return "/".join(segments)


def _before(path: str, own: str | None) -> str | None:
    """What stands before `own` at the end of a decoded path; a slash at the end counts for nothing."""
    if own is None:
        return None
    trimmed = path.rstrip("/")
    # Parameters come decoded or not, as the kind of API has it.
    for candidate in (own.rstrip("/"), decoded(own).rstrip("/")):
        if trimmed.endswith(candidate):
            return trimmed[: len(trimmed) - len(candidate)]
    return None


def stripped(path: str, raw: bytes, root: str) -> tuple[str, bytes]:
    """The app's own path alone, and its bytes, without as many segments as `root` has."""
    if not root or not path.startswith(root):
        return path, raw
    return path[len(root) :] or "/", b"/" + b"/".join(raw.split(b"/")[root.count("/") + 1 :])


def completed(path: str, raw: bytes, root: str) -> tuple[str, bytes, str]:
    """A path that is its root_path alone gets the app's own slash."""
    return (f"{path}/", raw + b"/", root) if path == root else (path, raw, root)


def below(base: str, path: str, root: str) -> str:
    """root_path with a base path that AWS does not tell: it ends where a segment of the path ends."""
    if root.endswith(base):
        return root
    if base.startswith(f"{root}/") and f"{path}/".startswith(f"{base}/"):
        # It has the stage or mapping in it, which is not to come twice.
        return base
    own = path[len(root) :] if path.startswith(root) else path
    return f"{root}{base}" if f"{own}/".startswith(f"{base}/") else root
