"""The inputs and outputs in the modules' READMEs are what their HCL says."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded import ROOT
from tools.module_docs import BEGIN, END, DocsError, Entry, document, generated, modules, read_entries

HCL = """\
# variable "commented" {
variable "vpc" {
  description = "A VPC: \\"id\\" | <b> and `a*b`, $${not} a template, Access-Control-*."
  type = object({
    id = string # the ) of a comment, and its "quote
    names = optional(list(string), ["a}", "b\\"]"])
  })
  default  = null
  nullable = false

  validation {
    condition     = var.vpc == null
    error_message = "description = nothing"
  }
}

variable "name" {
  description = "A name."
  type        = string
}

output "url" {
  description = "An address."
  value       = "${var.name}.example.com"
}
"""


def test_every_module_has_a_page() -> None:
    assert {module.name for module in modules()} >= {"cors_policy", "lambda_api", "public_function_url"}


@pytest.mark.parametrize("module", modules(), ids=lambda module: str(module.relative_to(ROOT)))
def test_the_page_of_a_module_is_fresh(module: Path) -> None:
    page = (module / "README.md").read_text(encoding="utf-8")
    assert page == document(module), "make docs writes it anew"


def test_what_hcl_says_is_read() -> None:
    vpc, name, url = read_entries(HCL, "main.tf")
    assert vpc.description == 'A VPC: "id" | <b> and `a*b`, ${not} a template, Access-Control-*.'
    assert vpc.type is not None
    assert vpc.type.splitlines() == [
        "object({",
        '  id = string # the ) of a comment, and its "quote',
        '  names = optional(list(string), ["a}", "b\\"]"])',
        "})",
    ]
    assert vpc.default == "null"
    assert name == Entry("variable", "name", "A name.", "string", None)
    assert url == Entry("output", "url", "An address.", None, None)


OBJECT = """\
variable "authorizer" {
  description = <<-EOT
    Whom to ask, ${"$"}{not} a template. null: nobody. An object:
    - `jwt` (object): tokens
      - `issuer` (string, required): who made them
      - `scopes` (list of strings, default []): one of "a|b"
    - `iam` (bool, default false): signed
  EOT
  type    = any
  default = null
}
""".replace('${"$"}', "$$")


def test_the_keys_of_an_object_are_a_table_of_their_own() -> None:
    text = generated(read_entries(OBJECT, "main.tf"))
    row = "| `authorizer` | object | `null` | Whom to ask, ${not} a template. null: nobody. |"
    assert row in text.splitlines()
    assert text.partition("The keys of `authorizer`:\n\n")[2].splitlines()[:6] == [
        "| key | type | default | what |",
        "|---|---|---|---|",
        "| `jwt` | object | `null` | tokens |",
        "| `jwt.issuer` | string | required | who made them |",
        '| `jwt.scopes` | list of strings | `[]` | one of "a\\|b" |',
        "| `iam` | bool | `false` | signed |",
    ]


def test_a_line_that_is_no_key_is_refused() -> None:
    with pytest.raises(DocsError, match=r'variable "authorizer": cannot read `- issuer'):
        generated(read_entries(OBJECT.replace("- `issuer` (string, required)", "- issuer"), "main.tf"))


def test_tables_show_text_literally_and_objects_below() -> None:
    text = generated(read_entries(HCL, "main.tf"))
    assert text.startswith(BEGIN)
    assert text.endswith(END)
    assert (
        '| `vpc` | `object({…})` | `null` | A VPC: "id" \\| \\<b> and `a*b`, ${not} a template, '
        "Access-Control-\\*. |" in text.splitlines()
    )
    assert "| `name` | `string` | required | A name. |" in text.splitlines()
    assert "| `url` | An address. |" in text.splitlines()
    assert "The type of `vpc`:\n\n```hcl\nobject({\n  id = string" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('variable "name" { type = string }\n', 'variable "name" { type = string }'),
        ('variable "name" {\n  type = string\n}\n', 'variable "name" has no description'),
        ('output "url" {\n  description = local.words\n}\n', 'output "url" has no description'),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, told: str) -> None:
    with pytest.raises(DocsError) as refused:
        read_entries(text, "main.tf")
    assert told in str(refused.value)


def test_a_page_without_a_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocsError, match=r"README\.md is missing"):
        document(tmp_path)
    (tmp_path / "README.md").write_text(f"# page\n{BEGIN}\n")
    with pytest.raises(DocsError, match="has no place"):
        document(tmp_path)


def test_what_is_written_by_hand_stays(tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text(HCL)
    (tmp_path / "README.md").write_text(f"# By hand\n\n{BEGIN}\nold\n{END}\n\nAlso by hand.\n")
    page = document(tmp_path)
    assert page.startswith(f"# By hand\n\n{BEGIN}\n")
    assert page.endswith(f"{END}\n\nAlso by hand.\n")
    assert "old" not in page
