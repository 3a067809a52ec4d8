"""Handlers without a framework: each does what its path says."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

COUNT = 0


def handler(event: dict[str, Any], context: Any) -> Any:
    global COUNT
    COUNT += 1
    path = event.get("path") or event["rawPath"]
    match path.strip("/").split("/"):
        case ["crash"]:
            raise ValueError("the app crashed")
        case ["exit"]:
            os._exit(3)
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["large", size]:
            return {"statusCode": 200, "body": "x" * int(size)}
        case ["malformed"]:
            return ["no", "response"]
        case ["log"]:
            print("a line of the app's log", file=sys.stderr)
        case ["spawn"]:
            return _json({"pid": os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "600"), "own": os.getpid()})
    return _json(
        {
            "event": event,
            "environment": dict(os.environ),
            "count": COUNT,
            "pid": os.getpid(),
            "context": {
                "function": context.function_name,
                "arn": context.invoked_function_arn,
                "memory": context.memory_limit_in_mb,
                "remaining": context.get_remaining_time_in_millis(),
            },
        }
    )


def _json(content: object) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(content)}
