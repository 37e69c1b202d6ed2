"""What is asked about annual reports: one, many, those that are late, a district added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from services.publish.domain.reports.checks import Finding, findings, tables_findings
from services.publish.domain.reports.comparing import added, changes
from services.publish.domain.reports.form import Form, before_of, body_id, due_on, format_of, report_id
from services.publish.domain.reports.state import Body, Report
from services.publish.store import BODY, REPORT
from shared.contracts.facts.publish import CellChange, ReportFormat, ReportView, Table, TableName
from shared.law.rules import Rules
from shared.store.port import Page, Query, Scalar, Store

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Late:
    """A body whose report is not public: since when it should be, and how far it is."""

    body: Body
    year: int
    due_on: dt.date
    overdue: bool
    status: str | None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A district added up (汇总): the units counted, those missing, what does not hold.

    ``own`` is the district's own published report, ``differences`` where it says another figure than the sum.
    """

    body: Body
    year: int
    format: ReportFormat
    units: tuple[ReportView, ...]
    missing: tuple[Body, ...]
    tables: dict[TableName, Table]
    findings: tuple[Finding, ...]
    own: ReportView | None
    differences: tuple[CellChange, ...]


class Reports:
    """Questions to the store; they decide nothing."""

    def __init__(self, store: Store, rules: Rules, form: Form, place: str) -> None:
        self._store, self.rules, self.form, self._place = store, rules, form, place

    async def report(self, id_: str) -> tuple[Report, int] | None:
        """Return a report and its version."""
        found = (await self._store.load(REPORT.kind, [id_])).get(id_)
        return (REPORT.parse(found.state), found.version) if found is not None else None

    async def body(self, body: str) -> Body | None:
        """Return a body of the register."""
        id_ = body_id(body)
        found = (await self._store.load(BODY.kind, [id_])).get(id_)
        return BODY.parse(found.state) if found is not None else None

    async def listed(self, equal: Mapping[str, Scalar], after: str | None, limit: int) -> Page[Report]:
        """Return a page of reports."""
        page = await self._store.select(REPORT.kind, Query(equal=equal, after=after, limit=limit))
        return Page([REPORT.parse(each.state) for each in page.items], page.next)

    async def findings(self, report: Report) -> list[Finding]:
        """Return what the checks say about a draft now."""
        before = await self.report(before_of(report.report_id))
        return findings(report, before[0].shown if before is not None else None, self.form, self.rules)

    async def late(self, year: int, today: dt.date) -> list[Late]:
        """Return every body whose report on a year is not public, the ones due first first (逾期清单)."""
        known = {each.body: each for each in await self._of_year(year)}
        found = []
        for body in await self.bodies():
            report = known.get(body.body)
            if report is not None and report.published:
                continue
            due = due_on(year, self.rules, self._place, government=body.government)
            found.append(Late(body, year, due, today > due, report.status if report is not None else None))
        return sorted(found, key=lambda each: (each.due_on, each.body.body))

    async def rollup(self, body: Body, year: int) -> Rollup:
        """Add up the newest publications of a district's units.

        A body other than a government is a unit of its own district. A government below counts by its own report,
        which is a sum already: its units are not added again.
        """
        known = {each.body: each.shown for each in await self._of_year(year)}
        wanted = self._units(body, await self.bodies())
        units = tuple(view for each in wanted if (view := known.get(each.body)) is not None)
        tables = added([each.tables for each in units])
        own = known.get(body.body) if body.government else None
        format_ = format_of(year)
        return Rollup(
            body=body,
            year=year,
            format=format_,
            units=units,
            missing=tuple(each for each in wanted if known.get(each.body) is None),
            tables=tables,
            findings=tuple(tables_findings(tables, year, format_, None, self.rules)),
            own=own,
            differences=changes(tables, own.tables) if own is not None else (),
        )

    async def bodies(self) -> list[Body]:
        """Return every body, by name."""
        found: list[Body] = []
        after: str | None = None
        while True:
            page = await self._store.select(BODY.kind, Query(order="name", after=after, limit=CHUNK))
            found += [BODY.parse(each.state) for each in page.items]
            if page.next is None:
                return found
            after = page.next

    @staticmethod
    def _units(top: Body, bodies: list[Body]) -> list[Body]:
        below: dict[str | None, list[Body]] = {}
        for each in bodies:
            below.setdefault(each.parent, []).append(each)
        units = [] if top.government else [top]
        waiting, seen = list(below.get(top.body, ())), {top.body}
        while waiting:
            each = waiting.pop(0)
            if each.body in seen:
                continue
            seen.add(each.body)
            units.append(each)
            if not each.government:
                waiting += below.get(each.body, ())
        return units

    async def _of_year(self, year: int) -> list[Report]:
        found: list[Report] = []
        after: str | None = None
        while True:
            page = await self.listed({"year": year}, after, CHUNK)
            found += page.items
            if page.next is None:
                return found
            after = page.next

    async def of_body(self, body: str, year: int) -> tuple[Report, int] | None:
        """Return the report of a body on a year, and its version."""
        return await self.report(report_id(body, year))
