"""How tables, figures and what is watched are shown: plain values with Chinese labels, for API and pages alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.requests.domain.orders import MEASURES, STAGES, Order
from services.requests.domain.reporting import Broken, Figures, Rate, Report, Tally
from services.requests.domain.reporting.figures import OPEN_STAGE, REMEDY, ROW_OF
from services.requests.domain.reporting.tabling import told
from services.requests.domain.state import PHASES
from services.requests.views.yearbook import Watched
from shared.law.rules import Rules
from shared.law.table_three import TableThree
from shared.law.table_two import TableTwo

FIGURES: Mapping[str, str] = {
    "r1": "本年新收",
    "r2": "上年结转",
    "r3": "已办结",
    "r4": "正在办理",
    "overdue": "逾期未答复",
    "on_time": "按期作出决定",
    "late": "逾期作出决定",
    "unconfirmed": "待确认收到",
    "reopened": "纠正后重新办理",
    "entered_late": "逾期录入",
    "window": "现场申请",
    "on_spot": "现场办结",
}
RATES: Mapping[str, str] = {
    "on_time": "按时办结率",
    "correction": "复议纠错率",
    "loss": "诉讼败诉率",
    "on_spot": "现场办结比例",
}


def label(figure: str, year: int, rules: Rules) -> str | None:
    """Return the label of a counter; None for a name that is none."""
    kind, _, code = figure.partition(":")
    if f"{kind}:" == OPEN_STAGE:
        return next((text for phase, text in PHASES.items() if phase == code), None)
    if f"{kind}:" == ROW_OF:
        return _cell_two(code, rules.table_two.formatted(rules.table_two.format_of(year)))
    return _cell_three(code, rules.table_three) if f"{kind}:" == REMEDY else FIGURES.get(figure)


def _cell_two(code: str, shape: TableTwo) -> str | None:
    row, _, column = code.partition(".")
    if row not in shape.rows or (column and column not in shape.columns):
        return None
    return shape.rows[row].label + (f"·{shape.columns[column].label}" if column else "")


def _cell_three(code: str, shape: TableThree) -> str | None:
    group, _, column = code.partition(".")
    if group not in shape.groups or column not in shape.columns:
        return None
    return f"{shape.groups[group].label}·{shape.columns[column].label}"


def table_two(found: Report, body: str, name: str, rules: Rules) -> dict[str, Any]:
    """Return Table II as rows and columns, with every identity that does not hold named."""
    shape = rules.table_two.formatted(found.format)
    return {
        **_head(found, body, name),
        "title": "收到和处理政府信息公开申请情况",
        "note": shape.note,
        "columns": [column.model_dump() for column in shape.columns],
        "rows": [
            {
                "code": row.code,
                "label": row.label,
                "group": row.group,
                "cells": {column: found.two.cells[row.code, column] for column in shape.columns.codes},
            }
            for row in shape.rows
        ],
        **_holding(found.two.violations, rules),
    }


def table_three(found: Report, body: str, name: str, rules: Rules) -> dict[str, Any]:
    """Return Table III as groups and columns, with every identity that does not hold named."""
    shape = rules.table_three
    return {
        **_head(found, body, name),
        "title": shape.title,
        "columns": [column.model_dump(include={"code", "label"}) for column in shape.columns],
        "groups": [
            {
                "code": group.code,
                "label": group.label,
                "group": group.group,
                "cells": {column: found.three.cells[group.code, column] for column in shape.columns.codes},
            }
            for group in shape.groups
        ],
        **_holding(found.three.violations, rules),
    }


def _head(found: Report, body: str, name: str) -> dict[str, Any]:
    return {"body": body, "name": name, "year": found.year, "as_of": found.period.end, "format": found.format}


def _holding(violations: Sequence[Broken], rules: Rules) -> dict[str, Any]:
    return {"holds": not violations, "violations": [_broken(each, rules) for each in violations]}


def _broken(each: Broken, rules: Rules) -> dict[str, Any]:
    sides = {"left": each.left, "right": each.right}
    named = {"text": each.text, "cases": list(each.cases), "told": told(each, rules)}
    return {"identity": each.identity, "where": each.where, **sides, **named}


def tally(each: Tally, rules: Rules) -> dict[str, Any]:
    """Return a case as it is counted: nobody is named."""
    words = rules.vocabularies
    return {
        "request_id": each.request_id,
        "number": each.number or None,
        "body": each.body,
        "channel": words.channels[each.channel].label if each.channel in words.channels else each.channel,
        "category": words.applicants[each.category].label if each.category in words.applicants else each.category,
        "phase": each.phase,
        "phase_label": PHASES[each.phase],
        "received_on": each.received_on or None,
        "ended_on": each.ended_on or None,
        "due": each.due or None,
        "code": each.rulings[-1].code if each.rulings else None,
    }


def figures(found: Figures, report: Report, rules: Rules) -> dict[str, Any]:
    """Return counters and rates; every counter's name opens its cases."""
    year, shape = report.year, rules.table_two.formatted(report.format)
    return {
        "counters": {name: found.count(name) for name in FIGURES},
        "stages": _named(found, [OPEN_STAGE + phase for phase in PHASES], year, rules),
        "types": _named(found, [ROW_OF + row.code for row in shape.rows], year, rules),
        "remedies": _named(found, [f"{REMEDY}{group}.{column}" for group, column in report.three.cells], year, rules),
        "rates": {name: _rate(getattr(found, name), text) for name, text in RATES.items()},
        "average_days": found.average_days,
        "idle_days": found.idle_days,
        "holds": not report.violations,
    }


def _named(found: Figures, names: Sequence[str], year: int, rules: Rules) -> list[dict[str, Any]]:
    counted = [(name, found.count(name)) for name in names]
    return [{"figure": name, "label": label(name, year, rules), "count": count} for name, count in counted if count]


def _rate(rate: Rate, text: str) -> dict[str, Any]:
    return {"label": text, "part": rate.part, "whole": rate.whole, "value": rate.value}


def watched(found: Watched, name: str, rules: Rules) -> dict[str, Any]:
    """Return what is wrong with a body's year, in words."""
    numbers = found.numbers
    return {
        "body": found.body,
        "name": name,
        "sound": found.sound,
        "violations": [_broken(each, rules) for each in found.report.violations],
        "numbers": {"highest": numbers.highest, "missing": list(numbers.missing), "doubled": list(numbers.doubled)},
    }


def order(found: Order) -> dict[str, Any]:
    """Return an order of supervision."""
    labels = {"measure_label": MEASURES[found.measure], "stage_label": STAGES[found.stage]}
    return {**found.model_dump(mode="json"), **labels}
