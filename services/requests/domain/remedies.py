"""Reconsideration and litigation (行政复议、行政诉讼), and the lessons from what they correct (以案促改).

行政复议法 Art. 20, 23, 29; 行政诉讼法 Art. 44–46; 条例 Art. 51.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.requests.domain.folding import evolve_request
from services.requests.domain.parts import Remedy
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed

UNANSWERED = 0
"""The ordinal of no decision at all: what a remedy against not having answered is about."""
LONGEST = timedelta(days=366)
"""No ordered period for a new decision is longer; a later day is a slip."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A remedy as it is filed. ``part`` says what of a partial disclosure it is against."""

    kind: say.RemedyKind
    organ: str
    on: date | None = None
    reference: str = ""
    part: Literal["refused", "disclosed"] = "refused"
    co_defendant: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a remedy ended; ``anew`` says that a corrected decision is to be made again, by ``until`` where ordered."""

    remedy: int
    result: say.RemedyResult
    on: date | None = None
    text: Sealed | None = None
    anew: bool = True
    until: date | None = None
    similar: tuple[str, ...] = ()


def file_remedy(state: Request | None, filing: Filing, doing: Doing) -> list[Fact]:
    """Record a remedy. Raises ``Refused`` RECONSIDERATION_FIRST, REMEDY_ORDER where the law forbids that way now."""
    case = taking("file-remedy", state, doing)
    decision = None if case.open else case.decision
    earliest = decision.made_on if decision else case.due or case.submitted_on
    day = doing.dated("/on", filing.on, earliest)
    about = decision.ordinal if decision else UNANSWERED
    _in_order(case, about, filing, day, doing)
    fact = say.RemedyFiled(
        request_id=case.request_id,
        remedy=len(case.remedies) + 1,
        kind=filing.kind,
        filed_on=day,
        organ=filing.organ,
        decision=about,
        reference=filing.reference,
        co_defendant=filing.co_defendant,
    )
    return [said(case, fact, doing)]


def _in_order(case: Request, about: int, filing: Filing, day: date, doing: Doing) -> None:
    same = [remedy for remedy in case.remedies if remedy.decision == about]
    if filing.kind == "suit" and _reconsideration_first(case, about, filing, doing):
        raise Refused(RequestsCode.RECONSIDERATION_FIRST, pointer="/kind")
    if not _WAYS[filing.kind](same, [remedy for remedy in same if _over(remedy, case, day, doing)]):
        raise Refused(RequestsCode.REMEDY_ORDER, pointer="/kind")


def _reconsiderable(same: Sequence[Remedy], over: Sequence[Remedy]) -> bool:
    """No suit was brought, and every reconsideration is over: others concerned may still apply for one."""
    return all(remedy.kind == "reconsideration" and remedy in over for remedy in same)


def _suable(same: Sequence[Remedy], _: Sequence[Remedy]) -> bool:
    """Nothing was tried yet."""
    return not same


def _suable_after(same: Sequence[Remedy], over: Sequence[Remedy]) -> bool:
    """A reconsideration is over, and no suit was brought."""
    return any(remedy.kind == "reconsideration" for remedy in over) and all(
        remedy.kind == "reconsideration" for remedy in same
    )


_WAYS: Mapping[say.RemedyKind, Callable[[Sequence[Remedy], Sequence[Remedy]], bool]] = {
    "reconsideration": _reconsiderable,
    "suit": _suable,
    "suit_after": _suable_after,
}


def _over(remedy: Remedy, case: Request, day: date, doing: Doing) -> bool:
    """Whether a reconsideration is decided, or its time to be decided has passed."""
    days = doing.rules.profiles.number(case.place, "reconsideration_days_to_decide", remedy.filed_on)
    over = remedy.concluded_on if remedy.concluded_on is not None else remedy.filed_on + timedelta(days=days + 1)
    return day >= over


def _reconsideration_first(case: Request, about: int, filing: Filing, doing: Doing) -> bool:
    """Whether no suit may be brought yet, by the kind and the day of the decision (行政复议法 Art. 23)."""
    if about == UNANSWERED or case.decision is None:
        way = doing.rules.profiles.value(case.place, "overdue_remedy", doing.today)
        return way == "reconsideration_first"
    words = doing.rules.vocabularies
    way = words.remedies.of(words.decisions[case.decision.code], case.decision.made_on).code
    return way == "reconsideration_first" or (way == "withheld_first" and filing.part == "refused")


def conclude_remedy(state: Request | None, end: Conclusion, doing: Doing) -> list[Fact]:
    """Record the result; a corrected decision opens the case again, and a lesson that has to be drawn from it."""
    case = taking("conclude-remedy", state, doing)
    remedy = case.remedy(end.remedy)
    if remedy is None or remedy.result is not None:
        raise Refused(RequestsCode.REMEDY_UNKNOWN, pointer="/remedy")
    day = doing.dated("/on", end.on, remedy.filed_on)
    case_of = {"request_id": case.request_id, "remedy": remedy.remedy}
    concluded = said(case, say.RemedyConcluded(**case_of, concluded_on=day, result=end.result, text=end.text), doing)
    if end.result != "corrected":
        return [concluded]
    after = evolve_request(case, concluded)
    similar = tuple(each for each in end.similar if each != case.request_id)
    lesson = said(after, say.RectificationOpened(**case_of, similar=similar), doing)
    facts: list[Fact] = [concluded, lesson]
    if _annulled(case, remedy, end):
        again = say.CaseReopened(**case_of, reopened_on=day, until=_until(case, end, day, doing))
        facts.append(said(evolve_request(after, lesson), again, doing))
    return facts


def _annulled(case: Request, remedy: Remedy, end: Conclusion) -> bool:
    """Whether the decision in force is gone; an older one, or none, has nothing to be made anew."""
    newest = case.decision.ordinal if case.decision else UNANSWERED
    return end.anew and not case.open and newest == remedy.decision and case.phase != "withdrawn"


def _until(case: Request, end: Conclusion, day: date, doing: Doing) -> date:
    if end.until is None:
        return doing.rules.deadline("C1", day, case.place).date
    if not day < end.until <= day + LONGEST:
        detail = f"重新作出决定的期限应在{day.isoformat()}之后的一年内"
        raise Refused(RequestsCode.DATE_IMPLAUSIBLE, detail, pointer="/until")
    return end.until


def report_remedy(state: Request | None, number: int, to: str, on: date | None, doing: Doing) -> list[Fact]:
    """Report a remedy to the superior body (报备): once when it is filed, once more of its result."""
    case = taking("report-remedy", state, doing)
    remedy = case.remedy(number)
    if remedy is None:
        raise Refused(RequestsCode.REMEDY_UNKNOWN, pointer="/remedy")
    if not remedy.reportable:
        raise Refused(RequestsCode.REMEDY_REPORTED, pointer="/remedy")
    day = doing.dated("/on", on, remedy.filed_on)
    fact = say.RemedyReported(request_id=case.request_id, remedy=number, reported_on=day, to=to)
    return [said(case, fact, doing)]


def close_rectification(
    state: Request | None, number: int, measures: Sealed, evidence: Sealed, doing: Doing
) -> list[Fact]:
    """Say what was changed after a corrected decision, and prove it."""
    case = taking("close-rectification", state, doing)
    remedy = case.remedy(number)
    if remedy is None or not remedy.rectifying:
        raise Refused(RequestsCode.RECTIFICATION_UNKNOWN, pointer="/remedy")
    fact = say.RectificationClosed(request_id=case.request_id, remedy=number, measures=measures, evidence=evidence)
    return [said(case, fact, doing)]
