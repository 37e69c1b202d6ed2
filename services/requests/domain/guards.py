"""What else must hold before a step, besides the phase the case is in; each names the rule that forbids it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.law.clocks import FactKind

Guard = Callable[[Request, Doing], RequestsCode | None]


def expired(state: Request, doing: Doing) -> bool:
    """Whether the applicant's own time to correct or to pay has run out."""
    return state.turn_until is not None and doing.today > state.turn_until


def overdue(state: Request, doing: Doing) -> bool:
    """Whether the answer's deadline has passed (逾期); never while outsiders are asked."""
    asked = any(c.ended_on is None for c in state.consultations)
    return not asked and state.due is not None and doing.today > state.due


def begun_on(state: Request) -> date:
    """Return the newest day from which a full answer period runs; nothing is asked of the applicant before it."""
    starts = {"received", "paid", "reopened"} | (set() if state.correction_late else {"corrected"})
    return max((mark.on for mark in state.marks if mark.kind in starts), default=state.submitted_on)


def approvals(state: Request, doing: Doing) -> int:
    """Return how many persons have to approve a decision of the case's place."""
    return doing.rules.profiles.number(state.place, "approvals", doing.today)


def registered(state: Request, _: Doing) -> RequestsCode | None:
    """The case has its number."""
    return None if state.number else RequestsCode.NOT_REGISTERED


def nobody_asked(state: Request, _: Doing) -> RequestsCode | None:
    """No consultation is out."""
    out = any(c.ended_on is None for c in state.consultations)
    return RequestsCode.CONSULTATION_OPEN if out else None


def somebody_asked(state: Request, doing: Doing) -> RequestsCode | None:
    """A consultation is out."""
    return None if nobody_asked(state, doing) else RequestsCode.CONSULTATION_UNKNOWN


def applicants_turn_over(state: Request, doing: Doing) -> RequestsCode | None:
    """The applicant need not correct or pay any more."""
    if state.turn_until is None or (state.phase == "correcting" and state.correction_late):
        return None
    return None if expired(state, doing) else RequestsCode.PERIOD_RUNNING


def never(kind: FactKind, code: RequestsCode) -> Guard:
    """Return a guard: nothing of a kind has happened yet."""
    return lambda state, _: code if state.marked(kind) else None


def in_time(code: RequestsCode) -> Guard:
    """Return a guard: the answer's deadline has not passed."""
    return lambda state, doing: code if overdue(state, doing) else None


def not_accepted(state: Request, _: Doing) -> RequestsCode | None:
    """The formal check is not done yet."""
    return RequestsCode.STEP_DONE if state.accepted_on else None


def never_asked_why(state: Request, _: Doing) -> RequestsCode | None:
    """The applicant was not asked yet why there are so many applications."""
    return RequestsCode.STEP_DONE if state.explaining else None


def asked_why(state: Request, _: Doing) -> RequestsCode | None:
    """The applicant was asked why, and the reason is not judged yet."""
    if state.explaining is None:
        return RequestsCode.REASON_NOT_ASKED
    return RequestsCode.REASON_JUDGED if state.explaining.reasonable is not None else None


def no_draft(state: Request, _: Doing) -> RequestsCode | None:
    """No draft waits for approval."""
    return RequestsCode.DRAFT_PENDING if state.draft else None


def a_draft(state: Request, _: Doing) -> RequestsCode | None:
    """A draft waits for approval."""
    return None if state.draft else RequestsCode.DRAFT_MISSING


def others_draft(state: Request, doing: Doing) -> RequestsCode | None:
    """Who acts neither wrote the draft nor approved it before: four eyes at least."""
    if state.draft is None:
        return RequestsCode.DRAFT_MISSING
    return RequestsCode.SAME_PERSON if doing.by in (state.draft.by, *state.draft.approved_by) else None


def decided_directly(state: Request, doing: Doing) -> RequestsCode | None:
    """Decisions of the place need no approval."""
    return RequestsCode.APPROVAL_NEEDED if approvals(state, doing) else None


def decided_by_approval(state: Request, doing: Doing) -> RequestsCode | None:
    """Decisions of the place need approval."""
    return None if approvals(state, doing) else RequestsCode.APPROVAL_NOT_NEEDED


def undecided(state: Request, _: Doing) -> RequestsCode | None:
    """Nothing was ever decided: a decision annulled by a remedy still was one."""
    return RequestsCode.WITHDRAWAL_LATE if state.decisions else None


def untouched(state: Request) -> bool:
    """Whether nothing has happened to a case but that it came in."""
    counted = all(mark.kind == "received" for mark in state.marks)
    return counted and not (state.draft or state.decisions or state.explaining or state.remedies)


def from_zone(state: Request, _: Doing) -> RequestsCode | None:
    """A service zone took the case in, and nobody has handled it yet."""
    return None if state.channel == "zone" and untouched(state) else RequestsCode.TRANSFER_UNLAWFUL


def splittable(state: Request, _: Doing) -> RequestsCode | None:
    """Nothing has happened that would have to be shared out among the parts."""
    return None if untouched(state) else RequestsCode.SPLIT_TOO_LATE


def third_parties_told(state: Request, _: Doing) -> RequestsCode | None:
    """Every third party that was overridden knows it."""
    untold = state.decision.untold if state.decision else ()
    return RequestsCode.THIRD_PARTY_UNTOLD if untold else None


def third_parties_untold(state: Request, doing: Doing) -> RequestsCode | None:
    """A third party has to be told."""
    return None if third_parties_told(state, doing) else RequestsCode.THIRD_PARTY_TOLD


def answer_or_overdue(state: Request, doing: Doing) -> RequestsCode | None:
    """There is something to seek a remedy against: a decision, or that none was made in time."""
    if not state.open:
        return None
    # While the applicant has to correct, no answer is owed, unless the notice came too late.
    owed = state.phase != "correcting" or state.correction_late
    return None if owed and overdue(state, doing) else RequestsCode.REMEDY_TOO_EARLY


def remedy_pending(state: Request, _: Doing) -> RequestsCode | None:
    """A remedy is not concluded yet."""
    return None if any(r.result is None for r in state.remedies) else RequestsCode.REMEDY_UNKNOWN


def remedy_unreported(state: Request, _: Doing) -> RequestsCode | None:
    """A remedy, or its result, is not reported yet."""
    if not state.remedies:
        return RequestsCode.REMEDY_UNKNOWN
    return None if any(r.reportable for r in state.remedies) else RequestsCode.REMEDY_REPORTED


def rectifying(state: Request, _: Doing) -> RequestsCode | None:
    """A lesson is still to be drawn."""
    return None if any(r.rectifying for r in state.remedies) else RequestsCode.RECTIFICATION_UNKNOWN
