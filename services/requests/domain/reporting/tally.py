"""What counting needs of a case (计件): one narrow value, folded from the case's facts; nobody is named in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from services.requests.domain.state import WITHDRAWN_ROW, Phase
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact

NEVER = "9999-12-31"
"""Until when a case matters to reports while its end is open."""


class Ruling(NamedTuple):
    """One decision of a case: its day, its code, and whether it came late (逾期)."""

    made_on: str
    code: str
    late: bool


class Remedied(NamedTuple):
    """One remedy against a case (行政复议、行政诉讼) and its number; ``result`` is empty until it is concluded."""

    remedy: int
    kind: str
    filed_on: str
    result: str = ""
    concluded_on: str = ""


class Tally(NamedTuple):
    """A case as it is counted; days are ISO dates, empty where there is none, so that they compare as text.

    ``rulings`` are all decisions, the oldest first: a corrected one stays. ``left`` says why a case is not counted in
    its body at all: it went to another body or was split into cases of their own. ``due`` and ``asked`` (how many
    consultations are out) say whether the answer is overdue; ``touched_on`` is the last day a person did something.
    """

    request_id: str
    body: str
    category: str
    channel: str
    submitted_on: str
    received_on: str = ""
    entered_on: str = ""
    entered_late: bool = False
    subject: str = ""
    number: str = ""
    phase: Phase = "confirming"
    due: str = ""
    asked: int = 0
    rulings: tuple[Ruling, ...] = ()
    withdrawn_on: str = ""
    left: str = ""
    touched_on: str = ""
    remedies: tuple[Remedied, ...] = ()

    @property
    def ended_on(self) -> str:
        """The day of the first decision or of the withdrawal: with it the case leaves the open ones for good."""
        return self.rulings[0].made_on if self.rulings else self.withdrawn_on

    @property
    def counts(self) -> bool:
        """Whether the case is counted at all: received, and neither handed on nor split."""
        return bool(self.received_on) and not self.left

    @property
    def matters_until(self) -> str:
        """The last day on which something counted happened; ``NEVER`` while that day is still to come."""
        ends = [self.ended_on or (NEVER if not self.left else self.touched_on or self.received_on)]
        return max([*ends, *(remedy.concluded_on or NEVER for remedy in self.remedies)])

    def code_by(self, day: str) -> str:
        """Return the code of the newest decision up to a day, the row of a withdrawn case, empty while it is open."""
        made = [ruling.code for ruling in self.rulings if ruling.made_on <= day]
        if made:
            return made[-1]
        return WITHDRAWN_ROW if self.withdrawn_on and self.withdrawn_on <= day else ""

    def wire(self) -> dict[str, Any]:
        """Return the row's content; what is empty stays out."""
        plain: dict[str, Any] = {name: value for name, value in self._asdict().items() if value}
        for name in ("rulings", "remedies"):
            if name in plain:
                plain[name] = [list(each) for each in plain[name]]
        return plain

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Tally:
        """Return the tally in a row's content."""
        rulings = tuple(Ruling(*each) for each in data.get("rulings", ()))
        remedies = tuple(Remedied(*each) for each in data.get("remedies", ()))
        return cls(**{**data, "rulings": rulings, "remedies": remedies})


def fold(tally: Tally | None, fact: Fact) -> Tally | None:
    """Fold a fact of a case into its tally; None where the case's beginning was never heard of."""
    if isinstance(fact, say.RequestReceived):
        tally = _received(fact)
    if tally is None or not isinstance(fact, say.CaseFact):
        return tally
    change = _FOLDS.get(type(fact))
    changes: dict[str, Any] = {"due": _iso(fact.due), **(change(tally, fact) if change is not None else {})}
    if type(fact) not in _UNMANNED and fact.at is not None:
        changes["touched_on"] = fact.at.date().isoformat()
    return tally._replace(**changes)


def _received(fact: say.RequestReceived) -> Tally:
    return Tally(
        request_id=fact.request_id,
        body=fact.body,
        category=fact.category,
        channel=fact.channel,
        submitted_on=fact.submitted_on.isoformat(),
        received_on=_iso(fact.received_on),
        entered_on=fact.entered_at.date().isoformat(),
        entered_late=fact.entered_late,
        subject=fact.subject,
        phase="processing" if fact.received_on else "confirming",
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _decided(tally: Tally, fact: say.DecisionMade) -> dict[str, Any]:
    ruling = Ruling(fact.made_on.isoformat(), fact.code, fact.overdue)
    return {"rulings": (*tally.rulings, ruling), "phase": "decided"}


def _remedy_filed(tally: Tally, fact: say.RemedyFiled) -> dict[str, Any]:
    """A suit in which the body is only a co-defendant is the other body's to count (国办公开办函〔2016〕201号)."""
    if fact.co_defendant:
        return {}
    return {"remedies": (*tally.remedies, Remedied(fact.remedy, fact.kind, fact.filed_on.isoformat()))}


def _remedy_concluded(tally: Tally, fact: say.RemedyConcluded) -> dict[str, Any]:
    day = fact.concluded_on.isoformat()
    remedies = (
        each._replace(result=fact.result, concluded_on=day) if each.remedy == fact.remedy else each
        for each in tally.remedies
    )
    return {"remedies": tuple(remedies)}


_UNMANNED = frozenset(
    (say.RequestReceived, say.RequestRegistered, say.DeadlineNeared, say.DeadlinePassed, say.DeadlineRecomputed)
)
"""What nobody of the body does: the application comes in, the register and the sweep act by themselves."""
_FOLDS: Mapping[type[Fact], Callable[[Tally, Any], dict[str, Any]]] = {
    say.ReceiptConfirmed: lambda _, fact: {"received_on": fact.confirmed_on.isoformat(), "phase": "processing"},
    say.RequestRegistered: lambda _, fact: {"number": fact.number},
    say.CorrectionNotified: lambda _, __: {"phase": "correcting"},
    say.Corrected: lambda _, __: {"phase": "processing"},
    say.ConsultationStarted: lambda tally, _: {"asked": tally.asked + 1, "phase": "processing"},
    say.ConsultationEnded: lambda tally, _: {"asked": tally.asked - 1},
    say.DeadlineExtended: lambda _, __: {"phase": "processing"},
    say.FeeNotified: lambda _, __: {"phase": "paying"},
    say.FeePaid: lambda _, __: {"phase": "processing"},
    say.DecisionMade: _decided,
    say.Served: lambda _, __: {"phase": "served"},
    say.NoticeSent: lambda _, __: {"phase": "sent"},
    say.NoticeReturned: lambda _, __: {"phase": "decided"},
    say.Transferred: lambda _, __: {"left": "transferred", "phase": "transferred"},
    say.CaseSplit: lambda _, __: {"left": "split", "phase": "split"},
    say.RemedyFiled: _remedy_filed,
    say.RemedyConcluded: _remedy_concluded,
    say.CaseReopened: lambda _, __: {"phase": "processing"},
    say.Withdrawn: lambda _, fact: {"withdrawn_on": fact.withdrawn_on.isoformat(), "phase": "withdrawn"},
    say.Closed: lambda _, __: {"phase": "closed"},
}
