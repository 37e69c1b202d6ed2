"""The figures of the benchmarks are what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.figures import Result, alternate, compared, percentile, rounded, spread


async def test_rounds_alternate_and_so_does_who_goes_first() -> None:
    turns: list[str] = []

    async def subject() -> float:
        turns.append("s")
        return 1.0

    async def peer() -> float:
        turns.append("p")
        return 2.0

    assert await alternate(3, subject, peer) == ([1.0] * 3, [2.0] * 3)
    assert "".join(turns) == "sppssp"


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.99) == 99.0
    assert percentile(values, 0.5) == 50.0
    assert percentile([7.0], 0.99) == 7.0


def test_spread_is_measured_in_medians() -> None:
    assert spread([8.0, 10.0, 14.0]) == pytest.approx(0.6)


@pytest.mark.parametrize(("value", "kept"), [(0.0, 0.0), (0.123456, 0.123), (1234567.8, 1234568.0), (12.345, 12.3)])
def test_three_digits_are_kept(value: float, kept: float) -> None:
    assert rounded(value) == kept


@pytest.mark.parametrize(("least", "ratio", "met"), [(True, 0.3, True), (True, 0.2, False), (False, 0.2, True)])
def test_a_goal_is_a_bound_on_the_ratio(least: bool, ratio: float, met: bool) -> None:
    assert Result("b", ratio * 8, "u", "peer", 8.0, 0.25, least=least).met is met


def test_a_result_has_the_keys_everybody_relies_on() -> None:
    line = json.loads(json.dumps(compared("feed", "events/s", "peer", 0.25, ([3.0, 1.0, 2.0], [8.0, 4.0, 6.0])).wire()))
    assert {"bench", "value", "unit", "against", "against_value", "ratio"} <= line.keys()
    assert (line["value"], line["against_value"], line["ratio"], line["goal"]) == (2.0, 6.0, 0.333, ">= 0.25")


def test_the_page_is_made_from_the_kept_results_alone(tmp_path: Path) -> None:
    known = {"quick": False, "load": 0.4, "cores": 2, "python": "3.11.7", "on": "2026-03-02"}
    kept, page = tmp_path / "kept.jsonl", tmp_path / "page.md"
    report.keep(kept, [Result("feed", 2.0, "events/s", "peer", 8.0, 0.25, more=known).wire()])
    report.keep(kept, [Result("feed", 4.0, "events/s", "peer", 8.0, 0.25, more=known).wire()])
    report.keep(kept, [Result("search", 3.0, "ms", "goal", 2.0, 1.0, least=False, more={**known, "p50_ms": 1}).wire()])
    report.write(kept, page)
    text = page.read_text(encoding="utf-8")
    assert "| feed | 4.0 events/s | peer: 8.0 events/s | 0.5 | ≥ 0.25 | yes |" in text
    assert "| search | 3.0 ms | goal: 2.0 ms | 1.5 | ≤ 1 | **no** |" in text
    assert "p50 ms 1" in text
    assert "load 0.4" in text
    assert "2.0 events/s" not in text
