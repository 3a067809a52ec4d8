"""The MCP SDK's server over streamable HTTP, asked by a page and by the SDK's own client."""

from __future__ import annotations

from ..bodies import posted_json, preflight
from ..model import REFUSED_ORIGIN, Application, Fields, Request

_BOTH: Fields = (("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", "2025-06-18"))
_INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "page", "version": "1"},
    },
}

_INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def _call(name: str, method: str, params: dict[str, object]) -> Request:
    content = {"jsonrpc": "2.0", "id": 2, "method": method, "params": params}
    return posted_json(name, "/mcp", content, headers=_BOTH)


REQUESTS = (
    posted_json("initialize", "/mcp", _INITIALIZE, headers=_BOTH),
    _call("tools", "tools/list", {}),
    _call("a tool", "tools/call", {"name": "add", "arguments": {"a": 1, "b": 2}}),
    _call("not ASCII", "tools/call", {"name": "shout", "arguments": {"text": "größe ☕"}}),
    _call("an unknown method", "no/method", {}),
    posted_json("a notification", "/mcp", _INITIALIZED, headers=_BOTH),
    posted_json("without Accept", "/mcp", _INITIALIZE),
    Request("JSON, broken", "/mcp", "POST", (("Content-Type", "application/json"), *_BOTH), b"{"),
    Request("another type", "/mcp", "POST", (("Content-Type", "text/plain"), *_BOTH), b"hello"),
    Request("DELETE without a session", "/mcp", "DELETE", _BOTH),
    Request("405", "/mcp", "PUT", _BOTH),
    Request("404", "/nowhere"),
    Request("from a refused origin", "/nowhere", origin=REFUSED_ORIGIN),
    preflight("preflight", "/mcp", "POST", "content-type", "mcp-protocol-version"),
)

APPLICATION = Application("mcp", ("mcp>=2.1,<3",), REQUESTS, client="apps.mcp.client", short=True)
