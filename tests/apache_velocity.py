"""Apache Velocity 1.7, the engine behind API Gateway's mapping templates, inside this process.

`render` has the shape of `tests.renderings.render_airspeed`, so that one test can ask both engines.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from lambda_cors_kit.local.velocity import TemplateError
from tests.renderings import Rendering

JARS = ("velocity.jar", "commons-collections3.jar", "commons-lang.jar")
JVM_OPTIONS = (
    *("-Xrs", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"),
    # Without its guard in the main thread's stack, where a later test may recurse deeply: a crash on Python 3.13.
    *("-XX:+UnlockExperimentalVMOptions", "-XX:+DisablePrimordialThreadGuardPages"),
)


def render(
    template: str,
    headers: Mapping[str, str],
    *,
    path: Mapping[str, str] | None = None,
    querystring: Mapping[str, str] | None = None,
    body: str = "",
    context: Mapping[str, Any] | None = None,
    stage_variables: Mapping[str, str] | None = None,
) -> Rendering:
    """Render a template in Apache Velocity; the test is skipped by name where it is missing, or fails in CI.

    `$input` has `params()` and `body`. Raises TemplateError, also where a header is overridden twice.
    """
    engine = _engine()
    params = {"path": path or {}, "querystring": querystring or {}, "header": dict(headers)}
    overrides = engine.MultiValueMap()
    root = engine.map({"header": overrides})
    velocity_context = engine.Context(
        engine.map(
            {
                "input": engine.input(engine.map(params), body),
                "context": engine.map({**(context or {}), "responseOverride": root}),
                "stageVariables": engine.map(stage_variables or {}),
            }
        )
    )
    writer = engine.StringWriter()
    try:
        engine.template(template).merge(velocity_context, writer)
    except engine.JavaError as error:
        raise TemplateError(str(error)) from None
    return Rendering(_status(engine, root.get("status")), _single(overrides), str(writer))


def _status(engine: _Engine, value: Any) -> int | None:
    """The status override, if it is one."""
    return int(value) if isinstance(value, engine.Integer) and 100 <= value <= 599 else None


def _single(overrides: Any) -> dict[str, str]:
    """The header overrides; the map keeps every value it was given for a name."""
    names = [str(name) for name in overrides.keySet()]
    if any(len(overrides.get(name)) > 1 for name in names) or len({name.lower() for name in names}) < len(names):
        raise TemplateError("a header is overridden twice")
    return {name: str(overrides.get(name)[0].toString()) for name in names}


class _Engine:
    """The JVM of this process, started once; a forked child has none."""

    def __init__(self, jars: list[Path]) -> None:
        import jpype

        self.process = os.getpid()
        self._folder = tempfile.TemporaryDirectory(prefix="apache-velocity-")
        Path(self._folder.name, "Input.class").write_bytes(_input_class())
        if not jpype.isJVMStarted():
            jpype.startJVM(*JVM_OPTIONS, classpath=[self._folder.name, *map(str, jars)])
        runtime = "org.apache.velocity.runtime."
        self.JavaError = jpype.JException
        self.Context = jpype.JClass("org.apache.velocity.VelocityContext")
        self.MultiValueMap = jpype.JClass("org.apache.commons.collections.map.MultiValueMap")
        self.Integer = jpype.JClass("java.lang.Integer")
        self.StringWriter = jpype.JClass("java.io.StringWriter")
        self._StringReader = jpype.JClass("java.io.StringReader")
        self._HashMap = jpype.JClass("java.util.LinkedHashMap")
        self._Input = jpype.JClass("Input")
        self._Template = jpype.JClass("org.apache.velocity.Template")
        self._services = jpype.JClass(runtime + "RuntimeInstance")()
        self._services.setProperty("runtime.log.logsystem.class", runtime + "log.NullLogChute")
        self._services.init()
        self.template = lru_cache(maxsize=512)(self._parse)

    def map(self, values: Mapping[str, Any]) -> Any:
        """A java.util.Map, with maps inside."""
        made = self._HashMap()
        for name, value in values.items():
            made.put(name, self.map(value) if isinstance(value, dict) else value)
        return made

    def input(self, params: Any, body: str) -> Any:
        """`$input`."""
        made = self._Input()
        made.parameters, made.text = params, body
        return made

    def _parse(self, text: str) -> Any:
        template = self._Template()
        template.setRuntimeServices(self._services)
        template.setData(self._services.parse(self._StringReader(text), "mapping template"))
        template.initDocument()
        return template


_started: list[_Engine] = []


def _engine() -> _Engine:
    from tests.conftest import require

    if not _started:
        jars = [require("velocity").with_name(name) for name in JARS]
        try:
            _started.append(_Engine(jars))
        except (ImportError, OSError, ValueError) as error:  # no JPype, no Java
            missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            missing(f"needs Java and JPype1 to run Apache Velocity: {error}")
    if _started[0].process != os.getpid():
        raise RuntimeError("this process was forked from one with a JVM, and a JVM does not survive a fork")
    return _started[0]


def _input_class() -> bytes:
    """The class file of `$input`: `public class Input { public Object parameters, text; … }`.

    Velocity calls methods of real Java classes only, and no Java compiler is needed this way. With its two
    accessors, `params()` and `getBody()`. Source: The Java Virtual Machine Specification, chapter 4.
    """
    pool: list[bytes] = []

    def constant(data: bytes) -> int:
        if data not in pool:
            pool.append(data)
        return pool.index(data) + 1

    def utf8(text: str) -> int:
        return constant(b"\x01" + struct.pack(">H", len(text)) + text.encode())

    def class_info(name: str) -> int:
        return constant(b"\x07" + struct.pack(">H", utf8(name)))

    def member(tag: bytes, owner: str, name: str, kind: str) -> int:
        name_and_type = constant(b"\x0c" + struct.pack(">HH", utf8(name), utf8(kind)))
        return constant(tag + struct.pack(">HH", class_info(owner), name_and_type))

    def method(name: str, kind: str, code: bytes) -> bytes:
        body = struct.pack(">HHI", 1, 1, len(code)) + code + struct.pack(">HH", 0, 0)
        head = struct.pack(">HHHH", 1, utf8(name), utf8(kind), 1)
        return head + struct.pack(">HI", utf8("Code"), len(body)) + body

    thing, own = "java/lang/Object", "Input"
    typed = f"L{thing};"
    super_init = member(b"\x0a", thing, "<init>", "()V")
    methods = [method("<init>", "()V", b"\x2a\xb7" + struct.pack(">H", super_init) + b"\xb1")]
    for accessor, field in (("params", "parameters"), ("getBody", "text")):
        got = member(b"\x09", own, field, typed)
        methods.append(method(accessor, f"(){typed}", b"\x2a\xb4" + struct.pack(">H", got) + b"\xb0"))
    fields = [struct.pack(">HHHH", 1, utf8(name), utf8(typed), 0) for name in ("parameters", "text")]
    classes = struct.pack(">HHHH", 0x0021, class_info(own), class_info(thing), 0)
    parts = [
        struct.pack(">IHHH", 0xCAFEBABE, 0, 49, len(pool) + 1),
        *pool,
        classes,
        struct.pack(">H", len(fields)),
        *fields,
        struct.pack(">H", len(methods)),
        *methods,
        struct.pack(">H", 0),
    ]
    return b"".join(parts)
