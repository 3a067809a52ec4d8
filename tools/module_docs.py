"""Writes the inputs and outputs of every module into its README.md, from the descriptions in its HCL.

The rest of a README is written by hand; what stands between the two markers is this program's. It reads what
`terraform fmt` leaves behind (blocks begin and end in the first column, attributes stand two spaces in), so that
it can show a type as its author wrote it. Anything else is refused, never left out.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- inputs and outputs: written by make docs -->"
END = "<!-- end -->"

_BLOCK = re.compile(r'^(variable|output) "([A-Za-z0-9_-]+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_HEADER = re.compile(r"^(variable|output)\b.*", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^  ([a-z_]+) += ", re.MULTILINE)
# A string (templates with quotes of their own are for expressions, not for what is read here), a text over several
# lines, or a comment.
_OPAQUE = re.compile(r'"(?:[^"\\]|\\.)*"|(?:#|//)[^\n]*|<<-EOT\n(?:.*\n)*? *EOT$', re.MULTILINE)
_TEXT = re.compile(r"<<-EOT\n(.*?)\n *EOT$", re.DOTALL)
# A key of an object, in a description: its name, its type with `required` or a default, and what it is.
_KEY = re.compile(r"^( *)- `(\w+)` \(([^)]*)\): (.+)$")


class DocsError(Exception):
    """A module that cannot be documented; the message names the file or block and what to write instead."""


class Key(NamedTuple):
    """A key of an object input: its path (`jwt.issuer`), its type and default as the description words them."""

    path: str
    type: str
    default: str
    description: str


class Entry(NamedTuple):
    """A variable or an output; `type` and `default` are HCL, None where there is none."""

    kind: str
    name: str
    description: str
    type: str | None
    default: str | None


def read_entries(text: str, source: str) -> list[Entry]:
    """Return the variables and outputs of `text` in its order; raises `DocsError` for one it cannot read."""
    blocks = list(_BLOCK.finditer(text))
    read = {block.start() for block in blocks}
    for header in _HEADER.finditer(text):
        if header.start() not in read:
            raise DocsError(f"{source}: cannot read `{header[0]}`: run terraform fmt, one attribute a line.")
    return [_entry(block[1], block[2], block[3], source) for block in blocks]


def _entry(kind: str, name: str, body: str, source: str) -> Entry:
    attributes = {found[1]: _expression(body, found.end()) for found in _ATTRIBUTE.finditer(body)}
    try:
        description = _text(attributes["description"])
    except (KeyError, ValueError, AttributeError):
        raise DocsError(f'{source}: {kind} "{name}" has no description in one string: write one.') from None
    return Entry(kind, name, description, attributes.get("type"), attributes.get("default"))


def _text(expression: str) -> str:
    """A string, or a text over several lines: JSON's but for templates, which a description cannot hold."""
    lines = _TEXT.fullmatch(expression)
    text = textwrap.dedent(lines[1]) if lines else json.loads(expression)
    return str(text).replace("$${", "${").replace("%%{", "%{")


def _expression(body: str, start: int) -> str:
    """Return the expression at `start`: to the end of its line, or of the line that closes its last bracket."""
    depth, at = 0, start
    while at < len(body):
        if opaque := _OPAQUE.match(body, at):
            at = opaque.end()
            continue
        depth += (body[at] in "([{") - (body[at] in ")]}")
        if body[at] == "\n" and depth == 0:
            break
        at += 1
    if body.startswith("<<-EOT", start):
        return body[start:at]
    first, *rest = body[start:at].split("\n")
    return "\n".join([first, *textwrap.dedent("\n".join(rest)).split("\n")]) if rest else first


def entries(module: Path) -> list[Entry]:
    """Return what a module declares, file by file in the order of their names; variables.tf before its topics."""
    files = sorted(module.glob("*.tf"), key=lambda file: (file.name.count("."), file.name))
    return [entry for file in files for entry in read_entries(file.read_text(encoding="utf-8"), str(file))]


def keys(description: str, source: str = "a description") -> tuple[str, list[Key]]:
    """Return a description's own text and the keys it lists; raises `DocsError` for a line that is neither."""
    text, *lines = description.split("\n")
    found: list[Key] = []
    path: list[str] = []
    for line in filter(str.strip, lines):
        read = _KEY.match(line)
        if read is None:
            raise DocsError(f"{source}: cannot read `{line.strip()}`: write - `key` (type): what it is.")
        depth = len(read[1]) // 2
        path[depth:] = [read[2]]
        type_, _, rest = read[3].partition(", ")
        default = rest.removeprefix("default ") if rest else "null"
        found.append(Key(".".join(path), type_, default, read[4]))
    return text, found


def generated(declared: Iterable[Entry]) -> str:
    """Return the markers and what stands between them."""
    declared = list(declared)
    return "\n".join([BEGIN, "", *_inputs(declared), *_outputs(declared), END])


def _inputs(declared: list[Entry]) -> Iterator[str]:
    variables = [entry for entry in declared if entry.kind == "variable"]
    yield from ("## Inputs", "", "| name | type | default | what |", "|---|---|---|---|")
    for v in variables:
        default = "required" if v.default is None else _code(" ".join(v.default.split()))
        text, listed = keys(v.description, f'variable "{v.name}"')
        type_ = _code(_short(v.type or "any"))
        if listed:
            # The type of an object input stands at the end of its text: HCL knows it as any.
            type_ = "list of objects" if "A list of objects" in text else "object"
            text = re.sub(r" (An object|A list of objects)(?=[:;])", "", text).rstrip(":").replace(".;", ".")
        yield f"| `{v.name}` | {type_} | {default} | {_cell(text)} |"
    yield ""
    for v in variables:
        if listed := keys(v.description)[1]:
            yield from (f"The keys of `{v.name}`:", "", "| key | type | default | what |", "|---|---|---|---|")
            for key in listed:
                default = key.default if key.default == "required" else _code(key.default)
                yield f"| `{key.path}` | {key.type} | {default} | {_cell(key.description)} |"
            yield ""
    for v in variables:
        if v.type and "\n" in v.type:
            yield from (f"The type of `{v.name}`:", "", "```hcl", v.type, "```", "")


def _outputs(declared: list[Entry]) -> Iterator[str]:
    yield from ("## Outputs", "", "| name | what |", "|---|---|")
    yield from (f"| `{e.name}` | {_cell(e.description)} |" for e in declared if e.kind == "output")
    yield ""


def _short(type_: str) -> str:
    """A type for a narrow column: what an object holds is shown below the table."""
    head, brace, _ = type_.partition("{")
    return type_ if "\n" not in type_ else f"{head}{brace}…{'}' if brace else ''}{')' * head.count('(')}"


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _cell(text: str) -> str:
    """Text as Markdown shows it literally in a table; what is in back-quotes is code already."""
    parts = text.replace("\n", " ").replace("|", "\\|").split("`")
    return "`".join(part if n % 2 else re.sub(r"([*<])", r"\\\1", part) for n, part in enumerate(parts))


def document(module: Path) -> str:
    """Return a module's README as it should be; raises `DocsError` where its markers are missing."""
    page = module / "README.md"
    if not page.is_file():
        raise DocsError(f"{page} is missing: write one, with the lines {BEGIN} and {END}.")
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise DocsError(f"{page} has no place for the inputs and outputs: write the lines {BEGIN} and {END}.")
    return before + generated(entries(module)) + after


def modules() -> list[Path]:
    """Return the folders of modules/ that hold a module."""
    return sorted({file.parent for file in (ROOT / "modules").glob("*/*.tf")})


def main() -> int:
    """Write every README; exit 1 with one sentence about the first module that cannot be documented."""
    try:
        for module in modules():
            (module / "README.md").write_text(document(module), encoding="utf-8")
            print(f"{module.relative_to(ROOT)}/README.md")
    except DocsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
