"""One life cycle under the names of each place (办理环节): five stages, seven nodes or eight steps, as profile data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.requests.domain.state import Request
from shared.contracts.facts import requests as say
from shared.law.rules import Rules

MILESTONES: Mapping[str, str] = {
    say.RequestReceived.type: "received",
    say.ReceiptConfirmed.type: "received",
    say.RequestRegistered.type: "registered",
    say.ApplicationAccepted.type: "accepted",
    say.CorrectionNotified.type: "corrected",
    say.Corrected.type: "corrected",
    say.ConsultationStarted.type: "consulted",
    say.ConsultationEnded.type: "consulted",
    say.AttributeInquired.type: "consulted",
    say.DeadlineExtended.type: "handled",
    say.ReasonAsked.type: "handled",
    say.FeeNotified.type: "handled",
    say.FeePaid.type: "handled",
    say.CaseReopened.type: "handled",
    say.DecisionDrafted.type: "drafted",
    say.DraftApproved.type: "approved",
    say.DecisionMade.type: "decided",
    say.NoticeSent.type: "sent",
    say.Served.type: "served",
    say.Closed.type: "closed",
    say.RemedyFiled.type: "remedied",
    say.RemedyConcluded.type: "remedied",
    say.RemedyReported.type: "remedied",
}
"""Which event passes which milestone; a place's stages (profile number ``stages``) are made of milestones."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as a place calls it; ``at`` is when the case first reached it, ``current`` that it is there now."""

    label: str
    at: datetime | None
    current: bool


def stages(case: Request, rules: Rules, on: date) -> list[Stage]:
    """Return the stages of the case's place, in their order."""
    named = rules.profiles.series(case.place, "stages", on)
    of = {part: n for n, names in enumerate(named) if isinstance(names, tuple) for part in names[1:]}
    passed = [(of[MILESTONES[e.type]], e.at) for e in case.timeline if MILESTONES.get(e.type) in of]
    first: dict[int, datetime | None] = {}
    for number, at in passed:
        first.setdefault(number, at)
    now = passed[-1][0] if passed else 0
    labels = [str(names[0]) for names in named if isinstance(names, tuple)]
    return [Stage(label, first.get(number), number == now) for number, label in enumerate(labels)]
