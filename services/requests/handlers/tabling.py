"""What requests does about annual reports: tables are wanted, and a published one carries over into the next year."""

from __future__ import annotations

from collections.abc import Sequence

from services.requests.domain.reporting.tables import LEFT_OVER
from services.requests.domain.reporting.tabling import Tabling, ask_tables, note_carry_over, tabling_id
from services.requests.store import TABLING
from shared.bus.decider import Context, Heard, Hears, Policy, Target
from shared.contracts.facts import publish
from shared.contracts.facts.base import Fact
from shared.law.workdays import legal_date


def when_report_opened_ask_tables(state: Tabling | None, fact: publish.ReportOpened, _: Context) -> Sequence[Fact]:
    """An edition of a report was opened: its tables are wanted."""
    opened_on = legal_date(fact.opened_at)
    return ask_tables(state, fact.report_id, fact.body, fact.year, fact.format, fact.edition, opened_on)


def when_report_published_note_carry_over(
    state: Tabling | None, fact: publish.ReportPublished, _: Context
) -> Sequence[Fact]:
    """A report is public: what it carries over is what the next year has to begin with."""
    shown = fact.report
    left_over = shown.tables.get("II", {}).get(LEFT_OVER, {})
    cells = {column: count for column, count in left_over.items() if isinstance(count, int)}
    return note_carry_over(state, shown.body, shown.year, fact.edition, cells)


def _opened(heard: Heard) -> Target:
    return Target(tabling_id(heard.fact.body, heard.fact.year))


def _published(heard: Heard) -> Target:
    return Target(tabling_id(heard.fact.report.body, heard.fact.report.year))


def report_hears() -> Hears:
    """Say which news of annual reports goes to which policy."""
    opened = Policy("when_report_opened_ask_tables", TABLING, _opened, when_report_opened_ask_tables)
    note = when_report_published_note_carry_over
    published = Policy("when_report_published_note_carry_over", TABLING, _published, note)
    return {publish.ReportOpened.type: (opened,), publish.ReportPublished.type: (published,)}
