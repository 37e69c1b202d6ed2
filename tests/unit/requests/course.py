"""What a lawful step makes of a case, in the model the service is held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from tests.unit.requests.oracle import OPEN, Asked, Dispute, Draft, Known, workdays_after
from tests.unit.requests.wishes import Wish, limit_of, overridden


class Done(NamedTuple):
    """A step as it was taken."""

    wish: Wish
    on: date
    today: date
    by: str
    limit: date | None

    def day(self, name: str) -> date | None:
        """A date of the wish."""
        text = self.wish.get(name)
        return date.fromisoformat(text) if text else None


Effect = Callable[[Known, Done], None]


def _to(phase: str, *, noting: str = "") -> Effect:
    """An effect that changes the phase, and notes the day under a name."""

    def effect(case: Known, done: Done) -> None:
        case.phase = phase
        if noting:
            setattr(case, noting, done.on)

    return effect


def _confirm(case: Known, done: Done) -> None:
    case.phase, case.received = "processing", done.on


def _ask_correction(case: Known, done: Done) -> None:
    case.phase, case.notice, case.turn = "correcting", done.on, done.limit


def _ask_fee(case: Known, done: Done) -> None:
    case.phase, case.fee, case.turn = "paying", done.on, workdays_after(done.on, 20)


def _applicant(field: str) -> Effect:
    """The applicant acted: the turn is over, a draft that holds it against him is overtaken."""

    def effect(case: Known, done: Done) -> None:
        setattr(case, field, done.on)
        case.phase, case.turn, case.draft = "processing", None, None

    return effect


def _consult(case: Known, done: Done) -> None:
    case.asked.append(Asked(done.wish["kind"], done.day("sent_on") or done.today, done.limit))


def _end(case: Known, done: Done) -> None:
    asked = case.asked[done.wish["consultation"] - 1]
    asked.outcome = done.wish["outcome"]
    asked.ended = (asked.until or done.today) if asked.outcome == "silent" else (done.day("ended_on") or done.today)


def _judge(case: Known, done: Done) -> None:
    case.reason = "reasonable" if done.wish["reasonable"] else "unreasonable"
    until = done.day("until")
    case.delayed = (done.today, until) if until else None


def _decide(case: Known, done: Done) -> None:
    _decided(case, done.wish["code"], overridden(case, done.wish), done.today)


def _approve(case: Known, done: Done) -> None:
    assert case.draft is not None
    _decided(case, case.draft.code, set(case.draft.overrides), done.today)


def _decided(case: Known, code: str, overrides: set[int], today: date) -> None:
    case.decisions.append((code, today))
    case.phase, case.untold, case.draft, case.turn = "decided", overrides, None, None


def _draft(case: Known, done: Done) -> None:
    case.draft = Draft(done.by, done.wish["code"], frozenset(overridden(case, done.wish)))


def _undraft(case: Known, _: Done) -> None:
    case.draft = None


def _withdraw(case: Known, done: Done) -> None:
    case.phase, case.withdrawn, case.draft, case.turn = "withdrawn", done.on, None, None


def _file(case: Known, done: Done) -> None:
    about = 0 if case.phase in OPEN else len(case.decisions)
    case.remedies.append(Dispute(about, done.wish["kind"], done.on, ours=not done.wish["co_defendant"]))


def _conclude(case: Known, done: Done) -> None:
    remedy = case.remedies[done.wish["remedy"] - 1]
    remedy.result, remedy.concluded = done.wish["result"], done.on
    remedy.rectifying = remedy.result == "corrected"
    over = case.phase not in OPEN | {"withdrawn"}
    if remedy.rectifying and done.wish["anew"] and over and remedy.decision == len(case.decisions):
        case.reopened.append((done.on, workdays_after(done.on, 20)))
        case.phase = "processing"


def _noted(field: str) -> Effect:
    return lambda case, done: setattr(case, field, True)


def _asked_why(case: Known, done: Done) -> None:
    case.reason, case.reason_on = "asked", done.on


def _inquired(case: Known, _: Done) -> None:
    case.documents += 1


def _reported(case: Known, done: Done) -> None:
    case.remedies[done.wish["remedy"] - 1].reports += 1


def _rectified(case: Known, done: Done) -> None:
    case.remedies[done.wish["remedy"] - 1].rectifying = False


def _extend(case: Known, done: Done) -> None:
    case.extended = (done.today, done.wish["days"])


def _told(case: Known, done: Done) -> None:
    case.untold.discard(done.wish["consultation"])


EFFECTS: Mapping[str, Effect] = {
    "confirm": _confirm,
    "accept": _noted("accepted"),
    "transfer": _to("transferred"),
    "split": _to("split"),
    "notify-correction": _ask_correction,
    "correct": _applicant("corrected"),
    "inquire-attribute": _inquired,
    "consult": _consult,
    "end-consultation": _end,
    "ask-reason": _asked_why,
    "judge-reason": _judge,
    "extend": _extend,
    "notify-fee": _ask_fee,
    "pay": _applicant("paid"),
    "draft": _draft,
    "approve": _approve,
    "return-draft": _undraft,
    "withdraw-draft": _undraft,
    "decide": _decide,
    "tell-third-party": _told,
    "send": _to("sent", noting="sent"),
    "sign": _to("served"),
    "return-mail": _to("decided"),
    "serve": _to("served"),
    "withdraw": _withdraw,
    "close": _to("closed"),
    "file-remedy": _file,
    "conclude-remedy": _conclude,
    "report-remedy": _reported,
    "close-rectification": _rectified,
}


def take(case: Known, name: str, wish: Wish, today: date, by: str) -> None:
    """Take a lawful step in the model."""
    before, owed = case.phase, _owed(case)
    on: Any = wish.get("on")
    done = Done(wish, date.fromisoformat(on) if on else today, today, by, limit_of(name, wish, today))
    if name in EFFECTS:
        EFFECTS[name](case, done)
    if case.phase in OPEN:
        case.count(today)
    elif before in OPEN:
        case.due = case.answer_due(today) if owed else None


def _owed(case: Known) -> bool:
    """An answer is owed: it is not the applicant's turn."""
    return case.phase == "processing" or (case.phase == "correcting" and case.late_notice)


def begin(case: Known, today: date, *ids: str, body: str = "") -> list[Known]:
    """The cases that one goes on as, at another body or in parts."""
    approvals = 1 if (body or case.body).startswith("cz-") else 0
    made = [
        Known(id_, body or case.body, case.channel, case.category, case.submitted, case.received, approvals, case.phase)
        for id_ in ids
    ]
    for each in made:
        each.phase = "processing" if each.received else "confirming"
        each.numbered = True
        each.count(today)
    return made
