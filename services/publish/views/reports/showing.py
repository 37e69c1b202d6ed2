"""Reports as JSON: what staff see of a draft, what everybody sees of a publication."""

from __future__ import annotations

from typing import Any

from services.publish.domain.item import path_of
from services.publish.domain.reports.checks import Finding
from services.publish.domain.reports.showing import item_id, title_of
from services.publish.domain.reports.state import STATUSES, Report
from services.publish.views.reports.questions import Late, Rollup
from services.publish.views.reports.tables import Printed, change_lines, printed
from shared.contracts.facts.publish import ReportView
from shared.law.rules import Rules


def card(report: Report) -> dict[str, Any]:
    """Return a report as a line of a list."""
    return {
        **report.model_dump(mode="json", include={"report_id", "body", "name", "year", "format", "edition", "status"}),
        "status_label": STATUSES[report.status],
        "due_on": report.due_on.isoformat(),
        "published_on": report.shown.published_on.isoformat() if report.shown is not None else None,
        "publications": len(report.published),
        "path": f"/{path_of(item_id(report.body, report.year))}" if report.published else None,
    }


def draft(report: Report, found: list[Finding], rules: Rules) -> dict[str, Any]:
    """Return everything staff see of a report."""
    return {
        **card(report),
        "note": report.note,
        "sections": report.sections,
        "work_points": [point.model_dump() for point in report.work_points],
        "tables": report.tables,
        "printed": _printed(printed(report.tables, report.year, report.format, rules)),
        "unreported": list(report.unreported),
        "positions": report.positions,
        "digests": report.digests,
        "findings": [_finding(each) for each in found],
        "sound": not any(each.stops for each in found),
        "history": [done.model_dump(mode="json") for done in report.history],
        "publications": [publication(each, rules) for each in report.published],
    }


def publication(view: ReportView, rules: Rules) -> dict[str, Any]:
    """Return a publication, its changes in words beside their codes."""
    told = change_lines(view.changes, view.year, view.format, rules)
    plain = view.model_dump(mode="json", exclude={"text", "changes"})
    changed = [
        {**change.model_dump(), "label": label} for change, (label, _, _) in zip(view.changes, told, strict=True)
    ]
    return {**plain, "title": title_of(view), "changes": changed}


def late(each: Late) -> dict[str, Any]:
    """Return a body whose report is not public."""
    return {
        "body": each.body.body,
        "name": each.body.name,
        "year": each.year,
        "due_on": each.due_on.isoformat(),
        "overdue": each.overdue,
        "status": each.status,
    }


def rollup(found: Rollup, rules: Rules) -> dict[str, Any]:
    """Return a district added up, with the way down to every unit."""
    units = [
        {"body": each.body, "name": each.name, "report_id": each.report_id, "number": each.number}
        for each in found.units
    ]
    told = change_lines(found.differences, found.year, found.format, rules)
    return {
        "body": found.body.body,
        "name": found.body.name,
        "year": found.year,
        "format": found.format,
        "units": units,
        "missing": [{"body": each.body, "name": each.name} for each in found.missing],
        "tables": found.tables,
        "printed": _printed(printed(found.tables, found.year, found.format, rules)),
        "findings": [_finding(each) for each in found.findings],
        "own": found.own.report_id if found.own is not None else None,
        "differences": [{"label": label, "sum": summed, "own": own} for label, summed, own in told],
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {"code": each.code, "where": each.where, "text": each.text, "stops": each.stops}


def _printed(tables: dict[Any, list[Printed]]) -> dict[str, Any]:
    return {
        name: [
            {
                "heads": [[{"text": h.text, "across": h.across, "down": h.down} for h in line] for line in part.heads],
                "rows": [{"code": row.code, "label": row.label, "cells": dict(row.cells)} for row in part.lines],
            }
            for part in parts
        ]
        for name, parts in tables.items()
    }
