"""What publishing does about annual reports: tables come in, people take steps, a published one becomes an item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.publish.commands import Command as Wish
from services.publish.commands import CorrectReport, OpenReport, ReturnReport, WriteReport
from services.publish.domain.item import Desk, Item
from services.publish.domain.reports import steps
from services.publish.domain.reports.form import before_of, body_id, report_id
from services.publish.domain.reports.showing import item_id, show_report
from services.publish.domain.reports.state import Body, Report
from services.publish.domain.reports.steps import Bureau, Doing, Made
from services.publish.store import BODY, ITEM, REPORT
from shared.bus.decider import Command, Context, Heard, Hears, Policy, Reads, Target
from shared.contracts.canonical import digest
from shared.contracts.facts import catalog, publish, requests
from shared.contracts.facts.base import Fact

Decide = Callable[[Report | None, Report | None, Doing], Sequence[Fact]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants it under which cause; ``expected`` is the version the caller saw."""

    by: str
    cause: str
    expected: int | None = None


def report_hears(desk: Desk, bureau: Bureau) -> Hears:
    """Return what annual reports hear."""

    def note(state: Body | None, fact: catalog.BodyRegistered, _: Context) -> Sequence[Fact]:
        return steps.note_body(state, fact, bureau.form)

    def fill(state: Report | None, fact: catalog.TableComputed | requests.TablesComputed, _: Context) -> Sequence[Fact]:
        return steps.hear_tables(state, fact)

    def show(state: Item | None, fact: publish.ReportPublished, _: Context) -> Sequence[Fact]:
        return show_report(state, fact, desk)

    return {
        catalog.BodyRegistered.type: (Policy("when_body_registered_note_body", BODY, _body, note),),
        catalog.TableComputed.type: (Policy("when_table_computed_fill_report", REPORT, _report, fill),),
        requests.TablesComputed.type: (Policy("when_tables_computed_fill_report", REPORT, _report, fill),),
        publish.ReportPublished.type: (Policy("when_report_published_show_item", ITEM, _item, show),),
    }


class Reporting:
    """Makes commands of what people want of reports."""

    def __init__(self, bureau: Bureau) -> None:
        self._bureau = bureau

    def open(self, wish: OpenReport, wanted: Wanted) -> Command:
        """Begin a report."""
        key = f"id:{body_id(wish.body)}"

        def decide(state: Report | None, context: Context) -> Sequence[Fact]:
            body = context.other(BODY, key)
            return steps.open_report(state, body, wish.year, Doing(wanted.by, context.now), self._bureau)

        target = Target(report_id(wish.body, wish.year), reads=((BODY, key),))
        return Command(REPORT, target, decide, wanted.cause, _digest("open", "", wish), wanted.expected)

    def write(self, id_: str, wish: WriteReport, wanted: Wanted) -> Command:
        """Write sections and work points."""
        points = wish.work_points
        told = None if points is None else tuple(publish.WorkPoint(**each.model_dump()) for each in points)

        def decide(state: Report | None, _: Report | None, doing: Doing) -> Sequence[Fact]:
            return steps.write(state, wish.sections, told, doing, self._bureau)

        return self._command("write", id_, wish, wanted, decide)

    def recount(self, id_: str, wish: Wish, wanted: Wanted) -> Command:
        """Have the tables computed anew."""
        return self._command("recount", id_, wish, wanted, lambda state, _, doing: steps.recount(state, doing))

    def submit(self, id_: str, wish: Wish, wanted: Wanted) -> Command:
        """Hand a report to the superior office."""
        return self._command(
            "submit", id_, wish, wanted, lambda state, before, doing: steps.submit(state, before, doing, self._bureau)
        )

    def give_back(self, id_: str, wish: ReturnReport, wanted: Wanted) -> Command:
        """Send a report back."""
        return self._command(
            "return", id_, wish, wanted, lambda state, _, doing: steps.give_back(state, wish.reason, doing)
        )

    def approve(self, id_: str, wish: Wish, wanted: Wanted) -> Command:
        """Approve a report."""
        return self._command("approve", id_, wish, wanted, lambda state, _, doing: steps.approve(state, doing))

    def publish(self, id_: str, wish: Wish, made: Made, wanted: Wanted) -> Command:
        """Make a report public with the files made of the version the caller saw."""
        return self._command(
            "publish",
            id_,
            wish,
            wanted,
            lambda state, before, doing: steps.publish(state, before, made, doing, self._bureau),
        )

    def correct(self, id_: str, wish: CorrectReport, wanted: Wanted) -> Command:
        """Open a correction of a published report."""
        return self._command(
            "correct", id_, wish, wanted, lambda state, _, doing: steps.correct(state, wish.note, doing)
        )

    def _command(self, name: str, id_: str, wish: Wish, wanted: Wanted, decide: Decide) -> Command:
        before = f"id:{before_of(id_)}"
        reads: Reads = ((REPORT, before),)

        def run(state: Report | None, context: Context) -> Sequence[Fact]:
            return decide(state, context.other(REPORT, before), Doing(wanted.by, context.now))

        target = Target("", keys=(f"id:{id_}",), reads=reads)
        return Command(REPORT, target, run, wanted.cause, _digest(name, id_, wish), wanted.expected)


def _digest(name: str, id_: str, wish: Wish) -> str:
    return digest([name, id_, wish.model_dump(mode="json")])


def _body(heard: Heard) -> Target:
    return Target(body_id(heard.fact.body))


def _report(heard: Heard) -> Target:
    return Target("", keys=(f"id:{heard.fact.report_id}",))


def _item(heard: Heard) -> Target:
    return Target(item_id(heard.fact.report.body, heard.fact.report.year))
