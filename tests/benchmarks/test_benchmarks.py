"""The benchmarks work, and count right; what they measure is no matter of a test."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import bill, imports, report, warm
from benchmarks.cases import CASES
from benchmarks.results import Results
from benchmarks.stacks import STACKS
from benchmarks.statistics import figure, interleave
from benchmarks.targets import targets
from benchmarks.terraform import hand_written_root
from benchmarks.worker import WrongAnswerError, check

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"


@pytest.fixture(scope="module")
def short() -> subprocess.CompletedProcess[str]:
    """One run in the short form."""
    command_line = [sys.executable, "-m", "benchmarks", "--short"]
    return subprocess.run(command_line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_short_form_measures_everything(short: subprocess.CompletedProcess[str]) -> None:
    assert short.returncode == 0, short.stderr
    assert short.stderr.splitlines() == [f"measuring: {part}" for part in command.PARTS]
    for title in ("preflight, allowed", "GET, `def` route", "8 KB of Origin", "above the floor", "REST API"):
        assert title in short.stdout
    assert short.stdout.count(" | yes |") + short.stdout.count(" | **no** |") == 11


def test_importing_the_kit_loads_nothing_that_only_the_app_needs() -> None:
    assert imports.too_early() == []
    assert "lambda_cors_kit.handler" in imports.run("kit")[1]
    assert "starlette.middleware.cors" in imports.run("starlette")[1]


def test_the_page_has_a_place_for_every_table_and_no_other() -> None:
    places = re.findall(r"<!-- measured: (\w+) -->\n.*?<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert sorted(places) == sorted(report.sections(made_up()))


def made_up() -> Results:
    """Results in which everything takes one microsecond, but for the stack that is named after its slowness."""
    slow = {"starlette": 50e-6, "fastapi": 50e-6}
    return Results(
        warm={
            group: {f"{stack} {case}": [slow.get(stack, 1e-6)] * 3 for stack, case in pairs}
            for group, pairs in warm.GROUPS.items()
        },
        cold={"floor": [0.1, 0.2], "kit": [0.3, 0.3], "kit-again": [0.3, 0.3]},
        imports={"kit": [1e-3], "kit-again": [1e-3]},
        scale={"kit": {"1": [1e-6], "100000": [3e-6]}},
        machine={"processors": "2 x test", "python": "CPython", "packages": {"mangum": "0.22.0"}},
    )


def test_promises_are_judged() -> None:
    kept = {target.promise: (target.measured, target.kept) for target in targets(made_up())}
    assert kept["preflight: CORSMiddleware + Mangum ÷ kit"] == ("50", True)
    assert kept["GET ÷ Starlette + CORSMiddleware + Mangum"] == ("0.02", True)
    assert kept["CORS part of a GET"] == ("0.0 µs, 0.0%", True)
    assert kept["import of the kit"] == ("1.0 ms", True)
    assert kept["origin check, exact origins: 100,000 ÷ 1"] == ("3.00", False)


def test_tables_are_put_in_their_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- measured: cold -->\nprevious\n<!-- end -->\nb\n", encoding="utf-8")
    made = report.sections(made_up())
    report.insert(page, {"cold": made["cold"]})
    text = page.read_text(encoding="utf-8")
    assert text.startswith("a\n<!-- measured: cold -->\n| cold start | ms |")
    assert "| **lambda-cors-kit, Starlette** | 300 | +200 |" in text
    assert "previous" not in text
    with pytest.raises(ValueError, match="0 places for the table 'warm'"):
        report.insert(page, {"warm": made["warm"]})


def test_results_are_kept(tmp_path: Path) -> None:
    results = made_up()
    results.save(tmp_path / "kept" / "results.json")
    assert Results.load(tmp_path / "kept" / "results.json") == results
    assert Results.load(tmp_path / "nothing.json") == Results()


def test_the_plot_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib (the extra bench)")
    report.plot(tmp_path / "plot.png", made_up())
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_ratios_are_taken_round_by_round() -> None:
    # The machine is ten times slower in the second round.
    assert figure([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == (2.0, 2.0, 2.0, 2.0)


def test_everything_has_its_turn_in_every_round() -> None:
    turns: list[str] = []

    def measure(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    taken = interleave(["a", "b", "c"], measure, 4)
    assert [len(values) for values in taken.values()] == [4, 4, 4]
    rounds = ["".join(turns[start : start + 3]) for start in range(0, 12, 3)]
    assert {"".join(sorted(turn)) for turn in rounds} == {"abc"}
    assert len(set(rounds)) > 1


def test_a_stack_with_a_wrong_answer_is_not_measured() -> None:
    def deaf(event: Any, context: Any) -> dict[str, Any]:
        return {"statusCode": 200, "headers": {}}

    def generous(event: Any, context: Any) -> dict[str, Any]:
        return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}

    check("mangum-off", deaf, CASES["get"])
    check("fastapi", generous, CASES["refused"])
    with pytest.raises(WrongAnswerError, match="starlette answers preflight, allowed with"):
        check("starlette", deaf, CASES["preflight"])
    with pytest.raises(WrongAnswerError, match="kit answers preflight, refused with"):
        check("kit", generous, CASES["refused"])


def test_the_bill_adds_up() -> None:
    traffic = bill.Traffic(requests=1_000_000, preflight_share=0.5, memory=1024, request_ms=100, preflight_ms=2)
    inside = bill.bill(traffic, 3.5e-6, at_the_gateway=False)
    assert inside.gateway == pytest.approx(5.25)
    assert inside.invocations == pytest.approx(0.30)
    assert inside.duration == pytest.approx((100_000 + 1_000) * 0.0000166667)
    outside = bill.bill(traffic, 3.5e-6, at_the_gateway=True)
    assert outside.gateway == inside.gateway
    assert outside.invocations == pytest.approx(0.20)
    assert outside.total == pytest.approx(5.25 + 0.20 + 100_000 * 0.0000166667)


@pytest.mark.parametrize(
    ("seconds", "memory", "billed"), [(0.0, 128, 1), (1e-6, 1769, 2), (1e-3, 1769, 2), (1e-3, 512, 5)]
)
def test_whole_milliseconds_are_billed(seconds: float, memory: int, billed: int) -> None:
    assert bill.billed_ms(seconds, memory) == billed


def test_hand_written_resources_are_as_many() -> None:
    root = hand_written_root(Counter({"aws_iam_role": 1, "aws_api_gateway_method": 4}))
    assert {kind: len(made) for kind, made in root["resource"].items()} == {
        "aws_iam_role": 1,
        "aws_api_gateway_method": 4,
    }
    with pytest.raises(KeyError, match="BY_HAND has no aws_new_kind"):
        hand_written_root(Counter({"aws_new_kind": 1}))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(command.NEEDED, "not_there_at_all", "not-there")
    assert command.main(["--only", "scale"]) == 2
    assert "not-there; pip install -e '.[bench]'" in capsys.readouterr().err


def test_every_stack_takes_part() -> None:
    assert {stack for pairs in warm.GROUPS.values() for stack, _ in pairs} == set(STACKS)
    assert {case for pairs in warm.GROUPS.values() for _, case in pairs} == set(CASES)
