"""A published report as an item of the portal (年报上网): its address stays, a correction is its next edition."""

from __future__ import annotations

from collections.abc import Sequence

from services.publish.domain.item import Desk, Item, path_of
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.publish import ItemPublished, ReportPublished, ReportView

COLUMN = "annual-report"


def item_id(body: str, year: int) -> str:
    """Return the id of the item that shows the report of a body on a year."""
    return f"rp-{body}-{year}"


def title_of(report: ReportView) -> str:
    """Return the title of a report."""
    return f"{report.name}{report.year}年政府信息公开工作年度报告"


def show_report(state: Item | None, fact: ReportPublished, desk: Desk) -> Sequence[Fact]:
    """Show a publication of a report, unless a newer one is shown."""
    report = fact.report
    if state is not None and state.edition >= report.number:
        return ()
    id_ = item_id(report.body, report.year)
    document = DocumentView(
        document_id=id_,
        edition=report.number,
        title=title_of(report),
        body=report.body,
        issuer=report.name,
        written_on=report.first_published_on,
        published_on=report.first_published_on,
        attribute="主动公开",
        column=COLUMN,
        summary=f"{report.published_on.isoformat()}更正：{report.note}" if report.number > 1 else None,
        text=report.text,
        files=report.files,
    )
    column = desk.columns.by_code[COLUMN]
    item = ItemPublished(
        item_id=id_,
        edition=report.number,
        path=path_of(id_),
        column=column.code,
        column_name=column.name,
        validity="未标注",
        document=document,
        first_published_at=state.shown.first_published_at if state and state.shown else fact.published_at,
        report=report,
    )
    return (item,)
