"""Policies around the annual report: reported figures, and the table an opened report asks for."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.domain.figures import Figures, FiguresReport, enter_figures, reject_figures
from services.catalog.domain.state import Rejection
from services.catalog.domain.tabling import Computed, Tabling, rows_of
from services.catalog.handlers.documents import envelope_of
from services.catalog.store import BODY, FIGURES, REJECTION, TABLING
from shared.bus.decider import Command, Context, Heard, Reads, Target, new_id
from shared.contracts.envelope import Envelope
from shared.contracts.facts import feed, publish
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import TableComputed
from shared.law.table_one import TableOne
from shared.store.port import Row

TABLES_DUE = "tables_due"
"""Table of the tables opened reports wait for."""


def _report(envelope: Envelope, fact: feed.FiguresReported, context: Context) -> FiguresReport:
    return FiguresReport(
        receipt=envelope.receipt or f"rc_{envelope.id}",
        source=envelope.source,
        event=envelope.id,
        agency=envelope.agency or "",
        bodies=tuple((envelope.agencybodies or "").split()),
        sent_at=envelope.time,
        now=context.now,
        values=fact,
    )


def _event_key(envelope: Envelope) -> str:
    return f"event:{envelope.source}|{envelope.id}"


def _reads(heard: Heard) -> Reads:
    event = _event_key(heard.envelope)
    return ((BODY, f"id:{heard.fact.body}"), (FIGURES, event), (REJECTION, event))


def figures_of(heard: Heard) -> Target:
    """Return the figures a report is about."""
    return Target(f"fg:{heard.fact.body}:{heard.fact.year}", reads=_reads(heard))


def figures_rejection_of(heard: Heard) -> Target:
    """Return the rejection a report of figures may become."""
    return Target(new_id("rj", heard.envelope.receipt or heard.envelope.id), reads=_reads(heard))


class FigurePolicies:
    """The policies over reported figures; ``table`` is what Table I looks like."""

    def __init__(self, table: TableOne) -> None:
        self._table = table

    def when_figures_reported_enter_figures(
        self, state: Figures | None, fact: feed.FiguresReported, context: Context
    ) -> Sequence[Fact]:
        """Enter figures without defect; a cell reported before is corrected."""
        envelope = envelope_of(context)
        event = _event_key(envelope)
        return enter_figures(
            state,
            _report(envelope, fact, context),
            context.id,
            self._table,
            known_body=context.other(BODY, f"id:{fact.body}") is not None,
            refused=context.other(REJECTION, event) is not None or context.other(FIGURES, event) is not None,
        )

    def when_figures_reported_reject_defective(
        self, state: Rejection | None, fact: feed.FiguresReported, context: Context
    ) -> Sequence[Fact]:
        """A report with a wrong cell, of a foreign body or on a used id is answered and touches nothing."""
        envelope = envelope_of(context)
        event = _event_key(envelope)
        return reject_figures(
            state,
            context.other(FIGURES, event),
            _report(envelope, fact, context),
            self._table,
            known_body=context.other(BODY, f"id:{fact.body}") is not None,
            earlier=context.other(REJECTION, event),
        )


def due_rows(heard: Heard) -> Sequence[Row]:
    """Note down the table an opened report waits for, for the sweep."""
    fact: publish.ReportOpened = heard.fact
    due = {"report_id": fact.report_id, "body": fact.body, "year": fact.year, "edition": fact.edition}
    return [Row(TABLES_DUE, f"{fact.report_id}:{fact.edition}", 1, due)]


def compute_table(due: Row, computed: Computed, positions: dict[str, int]) -> Command:
    """Say the table an edition of a report waits for; a second time changes nothing."""
    body, year = str(due.data["body"]), int(due.data["year"])
    fact = TableComputed(
        report_id=str(due.data["report_id"]),
        body=body,
        year=year,
        edition=int(due.data["edition"]),
        table_one=rows_of(computed),
        unreported=computed.unreported,
        violations=computed.violations,
        positions=positions,
        documents_digest=computed.documents_digest,
    )

    def decide(state: Tabling | None, _: Context) -> Sequence[Fact]:
        return [fact]

    return Command(TABLING, Target(f"ct:{body}:{year}"), decide, f"tabling:{due.id}")
