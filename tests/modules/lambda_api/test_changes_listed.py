"""Every input of modules/lambda_api has a change in the matrix."""

from __future__ import annotations

import re

from embedded import ROOT
from tests.modules.lambda_api.pairs import CHANGES, GATEWAYS, changes_of


def inputs() -> set[str]:
    """The names of the module's variables, from its files."""
    files = (ROOT / "modules/lambda_api").glob("variables*.tf")
    return {name for file in files for name in re.findall(r'^variable "(\w+)"', file.read_text(), re.M)}


def test_every_input_has_a_pair() -> None:
    assert {each.variable for each in CHANGES} == inputs()


def test_every_pair_is_two_values() -> None:
    assert [each.name for each in CHANGES if dict(each.before) == dict(each.after)] == []


def test_every_instance_has_a_name_of_its_own() -> None:
    names = [name for gateway in GATEWAYS for _, name in changes_of(gateway)]
    assert len(set(names)) == len(names)
