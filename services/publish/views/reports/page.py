"""A report as the part of a page that shows it (HTML): texts escaped, tables, charts without script."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.publish.domain.reports.checks import unreported_labels
from services.publish.domain.reports.form import Form
from services.publish.views.reports.charts import charts_of
from services.publish.views.reports.tables import change_lines, printed
from shared.contracts.facts.publish import ReportView
from shared.law.rules import Rules


def html_of(report: ReportView, form: Form, rules: Rules) -> bytes:
    """Return the report below its title; it is made here alone, so the portal shows it as it is."""
    told = _environment().get_template("annual.html")
    html = told.render(
        report=report,
        sections=form.sections,
        tables=printed(report.tables, report.year, report.format, rules),
        unreported=unreported_labels(report.unreported, report.year, rules),
        changes=change_lines(report.changes, report.year, report.format, rules),
        charts=charts_of(report.tables, report.format, rules),
    )
    return html.encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("services.publish.views.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["cndate"] = _day
    return made


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
