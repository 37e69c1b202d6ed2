"""Which letters a case has given rise to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.requests.domain.parts import Decision
from services.requests.domain.state import Request
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.clocks import FactKind
from shared.law.rules import Rules
from shared.law.workdays import legal_date

Kind = Literal["receipt", "correction", "extension", "consultation", "fee", "reason", "decision", "override"]
_MARKED: tuple[tuple[Kind, FactKind], ...] = (
    ("correction", "correction_notified"),
    ("extension", "extended"),
    ("fee", "fee_notified"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter: its kind, which of its kind, its date, and the name of its words in the law's tables."""

    kind: Kind
    nth: int
    on: date
    letter: str


def notices_of(case: Request) -> Iterator[Notice]:
    """Yield every letter of a case in the order of the procedure; the receipt once the case has its number."""
    if case.number:
        yield Notice("receipt", 1, legal_date(case.entered_at), "receipt")
    for kind, mark in _MARKED:
        found = case.marked(mark)
        if found is not None:
            yield Notice(kind, 1, found.on, kind)
    for each in case.consultations:
        yield Notice("consultation", each.number, each.sent_on, f"consultation-{each.kind}")
    if case.explaining is not None:
        yield Notice("reason", 1, case.explaining.asked_on, "reason")
    for made in case.decisions:
        yield Notice("decision", made.ordinal, made.made_on, "decision")
    if case.decision is not None:
        last = case.decision
        yield from (Notice("override", number, last.made_on, "override") for number in last.overrides)


def find(case: Request, kind: str, nth: int | None) -> Notice:
    """Return a letter of a case, the newest of its kind where none is named. Raises ``Refused`` NOTICE_UNKNOWN."""
    fitting = [each for each in notices_of(case) if each.kind == kind and nth in (None, each.nth)]
    if not fitting:
        raise Refused(RequestsCode.NOTICE_UNKNOWN)
    return fitting[-1]


def decision_of(case: Request, notice: Notice) -> Decision | None:
    """Return the decision a letter tells of."""
    if notice.kind == "decision":
        return next(made for made in case.decisions if made.ordinal == notice.nth)
    return case.decision


def listed(case: Request, rules: Rules) -> list[dict[str, object]]:
    """Return the letters of a case as lists show them."""
    return [
        {
            "kind": each.kind,
            "nth": each.nth,
            "on": each.on.isoformat(),
            "label": rules.letters.of(each.letter, each.on).label,
        }
        for each in notices_of(case)
    ]
