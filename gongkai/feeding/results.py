"""What became of every file: refusals at the door, receipts, verdicts; as a table for people, as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gongkai.feeding.following import Verdict
from gongkai.feeding.sending import Outcome
from shared.documents.filling import COLUMNS
from shared.documents.tables import RowError

STATES = {
    "admitted": ("已入库", "green"),
    "returned": ("退回", "yellow"),
    "rejected": ("拒收", "red"),
    "duplicate": ("重复", "cyan"),
    "accepted": ("已受理待审", "blue"),
}
_MOST_SHOWN = 50
_MOST_ERRORS = 200


@dataclass
class FileResult:
    """One file: what was sent of it and what is wrong with it."""

    file: str
    outcomes: list[Outcome] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def take(self, outcomes: list[Outcome]) -> None:
        """Add what the door said; what it refused becomes errors by line and column."""
        self.outcomes += [each for each in outcomes if each.receipt]
        self.errors += [_row_error(each, error) for each in outcomes for error in each.errors]

    def plain(self, verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
        """Return the file as JSON."""
        return {
            "file": self.file,
            "events": [_event(each, verdicts.get(each.receipt, {})) for each in self.outcomes],
            "errors": [asdict(each) for each in self.errors],
        }


def print_results(console: Console, results: list[FileResult], verdicts: Mapping[str, Verdict]) -> None:
    """Print errors first, then the events; of many only those that somebody must look at, and the sums."""
    for result in results:
        _print_errors(console, result)
    events = [(result, event) for result in results for event in result.plain(verdicts)["events"]]
    if len(events) > _MOST_SHOWN:
        shown = [pair for pair in events if pair[1]["state"] in ("returned", "rejected")][:_MOST_ERRORS]
    else:
        shown = events
    if shown:
        _print_events(console, shown)
    counts = Counter(event["state"] for _, event in events)
    parts = [f"{STATES[state][0]} {counts[state]}" for state in STATES if counts[state]]
    refused = sum(len(result.errors) for result in results)
    parts += [f"错误 {refused}"] if refused else []
    console.print(f"合计 {len(events)} 件：{'，'.join(parts) or '没有可报送的内容'}", markup=False)


def _print_errors(console: Console, result: FileResult) -> None:
    for error in result.errors[:_MOST_ERRORS]:
        place = f"第 {error.line} 行" if error.line else ""
        column = f"“{error.column}”" if error.column else ""
        console.print(f"{result.file} {place}{column} {error.code}：{error.detail}", style="red", markup=False)
    if len(result.errors) > _MOST_ERRORS:
        console.print(f"{result.file} 另有 {len(result.errors) - _MOST_ERRORS} 处错误未列出，用 --json 查看全部")


def _print_events(console: Console, shown: list[tuple[FileResult, dict[str, Any]]]) -> None:
    table = Table()
    for header in ("文件", "行", "结果", "公文", "问题"):
        table.add_column(header, overflow="fold")
    for result, event in shown:
        word, colour = STATES[event["state"]]
        defects = "；".join(f"{d['detail'] or d['code']}（{d['code']}）" for d in event["defects"])
        line = str(event["line"] or "")
        table.add_row(Text(result.file), line, Text(word, colour), event["document"] or "", Text(defects))
    console.print(table)


def _event(outcome: Outcome, verdict: Verdict) -> dict[str, Any]:
    return {
        "line": outcome.line,
        "id": outcome.id,
        "receipt": outcome.receipt,
        "state": verdict.get("state", "accepted"),
        "defects": list(verdict.get("defects", ())),
        "document": verdict.get("aggregate"),
    }


def _row_error(outcome: Outcome, error: Mapping[str, str]) -> RowError:
    name = error.get("pointer", "").removeprefix("/data").lstrip("/").partition("/")[0]
    column = COLUMNS[name].header if name in COLUMNS else name
    return RowError(outcome.line or 0, column, error["code"], error.get("detail", ""))
