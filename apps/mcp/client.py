"""The SDK's own client against a server: `python -m apps.mcp.client ADDRESS` prints each step's result as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any

from mcp.client import Client


async def main(address: str) -> dict[str, Any]:
    """The steps' results by name; an error is a result too."""
    steps: dict[str, Any] = {}
    async with Client(f"{address}/mcp") as client:
        steps["client: server"] = client.server_info.model_dump(mode="json") if client.server_info else None
        steps["client: tools"] = await _result(client.list_tools())
        steps["client: a tool"] = await _result(client.call_tool("add", {"a": 2, "b": 3}))
        steps["client: not ASCII"] = await _result(client.call_tool("shout", {"text": "größe ☕"}))
        steps["client: a tool that fails"] = await _result(client.call_tool("fail", {}))
        steps["client: an unknown tool"] = await _result(client.call_tool("none", {}))
        steps["client: resource templates"] = await _result(client.list_resource_templates())
        steps["client: a resource"] = await _result(client.read_resource("notes://today"))
        steps["client: a prompt"] = await _result(client.get_prompt("review", {"code": "x = 1"}))
    return steps


async def _result(step: Awaitable[Any]) -> Any:
    try:
        return (await step).model_dump(mode="json")
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
