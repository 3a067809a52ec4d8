"""The type of an object input stands thrice, for a reader, for the check of its keys and for Terraform: alike."""

from __future__ import annotations

import re

import pytest

from embedded import ROOT
from tools.module_docs import Key, entries, keys

MODULE = ROOT / "modules/lambda_api"
CHECKED = (MODULE / "inputs.tf").read_text(encoding="utf-8")
DESCRIBED = {entry.name: keys(entry.description)[1] for entry in entries(MODULE) if entry.kind == "variable"}
OBJECTS = [name for name, listed in DESCRIBED.items() if listed]
WORDS = {"list(string)": "list of strings", "map(string)": "map of strings"}


def converted(name: str) -> list[Key]:
    """What inputs/NAME.tf converts to: what must not be absent is refused before that, and null there."""
    text = (MODULE / f"inputs/{name}.tf").read_text(encoding="utf-8").partition("\n}\n")[0]
    found, path = [], list[str]()
    for spaces, key, type_ in re.findall(r"^( {4,})(\w+) += optional\((.*)$", text, re.MULTILINE):
        depth = len(spaces) // 2 - 2
        path[depth:] = [key]
        if type_.endswith("{"):
            inside = text[text.index(f"{key} = optional({type_}") :]
            closing = re.search(rf"^{spaces}\}}\)\)?(?:, (.*?))?\)$", inside, re.MULTILINE)
            default = closing[1] if closing else None
            word = "list of objects" if type_.startswith("list") else "object"
        else:
            stated, _, default = type_.removesuffix(")").partition(", ")
            word = WORDS.get(stated, stated)
        found.append(Key(".".join(path), word, default or "null", ""))
    return found


def checked(name: str) -> dict[str, str]:
    """What inputs.tf lets through: path -> type."""
    [block] = re.findall(rf'^module "{name}" \{{\n(.*?)^\}}', CHECKED, re.MULTILINE | re.DOTALL)
    shared = dict(re.findall(r"^  (\w+_types) += \{ (.*) \}$", CHECKED, re.MULTILINE))
    found = {}
    for at, own, local in re.findall(r'at = "([^"]+)", .*?types = (?:\{ (.*?) \}|local\.(\w+))', block):
        prefix = re.sub(r"\[\$\{\w+\}\]", "", at).removeprefix(name).lstrip(".")
        for key, type_ in re.findall(r'(\w+) = "([^"]+)"', own or shared[local]):
            found[f"{prefix}.{key}".lstrip(".")] = type_
    return found


def test_every_object_input_is_checked_and_converted() -> None:
    files = {path.stem for path in (MODULE / "inputs").glob("*.tf")}
    assert set(OBJECTS) == files - {"versions"}
    assert len(OBJECTS) >= 10


@pytest.mark.parametrize("name", OBJECTS)
def test_what_is_described_is_what_is_checked(name: str) -> None:
    described = {k.path: k.type + (", required" if k.default == "required" else "") for k in DESCRIBED[name]}
    assert checked(name) == described


@pytest.mark.parametrize("name", OBJECTS)
def test_what_is_described_is_what_is_converted_to(name: str) -> None:
    described = [(k.path, k.type, "null" if k.default == "required" else k.default) for k in DESCRIBED[name]]
    assert sorted((k.path, k.type, k.default) for k in converted(name)) == sorted(described)


def test_no_variable_has_an_object_type() -> None:
    """It would drop a misspelt key without a word."""
    types = {entry.name: entry.type for entry in entries(MODULE) if entry.kind == "variable"}
    assert [name for name, type_ in types.items() if "object" in str(type_)] == []
