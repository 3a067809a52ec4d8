"""An MCP server over streamable HTTP: without sessions, for two requests may meet two functions."""

from __future__ import annotations

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

server = MCPServer("calculator", version="1.0.0")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool()
async def shout(text: str) -> str:
    """Text that is not ASCII both ways."""
    return text.upper()


@server.tool()
def fail() -> str:
    """An error."""
    raise ValueError("failed")


@server.resource("notes://{name}")
def note(name: str) -> str:
    """A resource with a parameter."""
    return f"note {name}"


@server.prompt()
def review(code: str) -> str:
    """A prompt."""
    return f"Review {code}"


# The origins are the policy's to refuse; the port is another one each time.
_security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
app = server.streamable_http_app(stateless_http=True, transport_security=_security)
