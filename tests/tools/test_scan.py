"""What `make scan` makes of the scanners' answers; and that every suppression in the repository says why."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tools.scan import (
    ROOT,
    Finding,
    ScanError,
    checkov_findings,
    documents,
    examples,
    hadolint_findings,
    missing_reasons,
    run,
    sources,
    trivy_findings,
)

FAILED = {
    "check_id": "CKV_AWS_18",
    "check_name": "Ensure the S3 bucket has access logging enabled",
    "file_abs_path": str(ROOT / "examples/quickstart/main.tf"),
    "file_line_range": [3, 5],
    "resource": "aws_s3_bucket.uploads",
}


def test_every_example_is_scanned() -> None:
    known = {"quickstart", "http_api", "function_url", "s3_and_cloudfront"}
    assert {folder.name for folder in examples()} >= known


def test_every_suppression_says_why() -> None:
    assert list(missing_reasons(sources())) == []


@pytest.mark.parametrize(
    "line",
    [
        "# checkov:skip=CKV_AWS_18",
        "# checkov:skip=CKV_AWS_18: no",
        "# trivy:ignore:AVD-AWS-0010",
        "# hadolint ignore=DL3008",
    ],
)
def test_a_suppression_without_a_reason_is_a_finding(tmp_path: Path, line: str) -> None:
    file = tmp_path / "main.tf"
    file.write_text(f"\n  {line}\n")
    [finding] = missing_reasons([file])
    assert finding.place.endswith("main.tf:2")
    assert finding.rule in line
    file.write_text(f"  {line} because of that\n")
    assert list(missing_reasons([file])) == []


def test_checkov_has_one_report_or_a_list() -> None:
    report = {"results": {"failed_checks": [FAILED]}}
    finding = Finding(
        "examples/quickstart/main.tf:3 aws_s3_bucket.uploads", "CKV_AWS_18", str(FAILED["check_name"])
    )
    assert list(checkov_findings(report)) == [finding]
    assert list(checkov_findings([report, report])) == [finding, finding]


def test_a_scan_of_nothing_is_no_success() -> None:
    with pytest.raises(ScanError, match="scanned nothing"):
        list(checkov_findings({"passed": 0, "failed": 0}))
    with pytest.raises(ScanError, match=r"cannot read main\.tf"):
        list(checkov_findings({"results": {"failed_checks": [], "parsing_errors": ["main.tf"]}}))


def test_trivy_names_files_from_the_folder() -> None:
    cause = {"StartLine": 58, "Resource": "module.api"}
    found = {"ID": "AVD-AWS-0066", "Title": "Tracing", "CauseMetadata": cause}
    target = "../../modules/lambda_api/function.tf"
    report = {"Results": [{"Target": "main.tf"}, {"Target": target, "Misconfigurations": [found]}]}
    assert list(trivy_findings(report, ROOT / "examples/quickstart")) == [
        Finding("modules/lambda_api/function.tf:58 module.api", "AVD-AWS-0066", "Tracing")
    ]
    assert list(trivy_findings({}, ROOT)) == []


def test_hadolint() -> None:
    report = [{"file": "Dockerfile", "line": 4, "code": "DL3006", "message": "Tag the image"}]
    assert list(hadolint_findings(report)) == [Finding("Dockerfile:4", "DL3006", "Tag the image")]


def test_documents_follow_each_other() -> None:
    assert list(documents('\n{"a": 1}\n[2]\n')) == [{"a": 1}, [2]]
    for text in ("", "no JSON", "{} trailing"):
        with pytest.raises(ValueError, match="Expecting value"):
            list(documents(text))


def test_a_scanner_that_is_missing_or_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="make scan installs it"):
        run(tmp_path / "checkov")
    with pytest.raises(ScanError, match=r"(?s)status 3.*out of order"):
        run(sys.executable, "-c", "import sys; print('out of order', file=sys.stderr); sys.exit(3)")
    # A scanner that found something exits with a status of its own.
    assert run(sys.executable, "-c", f"import sys; print({json.dumps('[1]')}); sys.exit(1)") == [[1]]
