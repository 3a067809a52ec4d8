"""docs/rules.md, the HCL and the Python list the same codes, and the page is fresh."""

from __future__ import annotations

import re
from pathlib import Path

from lambda_cors_kit import decision, environment, in_force, origin_rules, policy, rules
from tools import rules_page

ROOT = Path(__file__).resolve().parents[2]
CODE = r'"((?:type|policy|origin|method|header|credentials|max_age)\.[a-z_]+)"'


def codes(path: str | Path) -> set[str]:
    return set(re.findall(CODE, Path(path).read_text(encoding="utf-8")))


def test_the_page_the_hcl_and_the_python_have_the_same_codes() -> None:
    listed = {code for examples in rules_page.SECTIONS.values() for code in examples}
    assert codes(rules.__file__) | codes(origin_rules.__file__) == listed
    assert codes(ROOT / "modules/cors_policy/rules.tf") == listed


def test_the_page_is_fresh() -> None:
    assert rules_page.PAGE.read_text(encoding="utf-8") == rules_page.document(), "make docs writes it anew"


def test_the_page_lists_every_code_of_the_environment_and_the_log() -> None:
    page = rules_page.document()
    for module in (environment, policy, decision, in_force):
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        for code in re.findall(r'"((?:environment|request)\.[a-z_]+)"', source):
            assert f"`{code}`" in page
