"""Risks of a decision (风险提示), looked at before it is approved; the rows are data, what raises them is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.requests.domain.guards import overdue
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing, days_left
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Fault, Refused
from shared.contracts.sealed import Sealed
from shared.law.risks import Risk

THIRD_PARTY = "X15"
_SILENT = "EF"
"""First letters of decisions that say nothing about whether the information can be disclosed."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision of the same body about the same information; ``same`` applicant or another."""

    request_id: str
    notice: str
    code: str
    made_on: date
    same: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the case: earlier decisions, the applicant's disputes, whether the notice says to sue.

    ``disputes`` are the applicant's other cases with a remedy; ``sues`` says that the words of the notice name the
    court as a first way.
    """

    earlier: tuple[Earlier, ...] = ()
    disputes: tuple[str, ...] = ()
    sues: bool = False


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Look:
    """What a flag is looked for in; without a ruling only what the case itself shows."""

    case: Request
    ruling: Ruling | None
    known: Known
    doing: Doing


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag that is up, with what it is about and the cases it points to."""

    risk: Risk
    detail: str = ""
    cases: tuple[str, ...] = ()


Found = tuple[str, tuple[str, ...]] | None


def raised(look: Look) -> tuple[Raised, ...]:
    """Return the flags that are up, in the order of the table."""
    found = ((risk, _LOOKS[risk.code](look)) for risk in look.doing.rules.risks)
    return tuple(Raised(risk, *each) for risk, each in found if each is not None)


def weighed(case: Request, ruling: Ruling, known: Known, despite: Sealed | None, doing: Doing) -> Ruling:
    """Return a ruling with the flags it is made in knowledge of. Raises ``Refused`` FLAGGED for want of a reason."""
    flags = raised(Look(case, ruling, known, doing))
    stops = [each for each in flags if each.risk.severity == "stop"]
    if stops and despite is None:
        faults = tuple(Fault(each.risk.code, "/despite", told(each)) for each in stops)
        words = "；".join(told(each) for each in stops)
        raise Refused(RequestsCode.FLAGGED, f"须说明仍然作出决定的理由：{words}", pointer="/despite", faults=faults)
    return replace(ruling, flags=tuple(each.risk.code for each in flags), despite=despite if stops else None)


def told(each: Raised) -> str:
    """Return a flag in words."""
    detail = f"：{each.detail}" if each.detail else ""
    return f"{each.risk.text}（{each.risk.article}）{detail}"


def differing(code: str, earlier: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Return the earlier decisions that answered the same information otherwise than a code does.

    Giving it out and pointing to where it is public are one answer; not handling an application is none.
    """
    if code[0] in _SILENT:
        return ()
    return tuple(each for each in earlier if each.code[0] not in _SILENT and _answer(each.code) != _answer(code))


def _answer(code: str) -> str:
    return code[0] if code[0] in "AB" else code


def _overdue(look: Look) -> Found:
    return ("", ()) if look.case.open and overdue(look.case, look.doing) else None


def _near(look: Look) -> Found:
    left = days_left(look.case, look.doing.rules, look.doing.now)
    warned = look.doing.rules.profiles.series(look.case.place, "reminders", look.doing.today)
    most = max((day for day in warned if isinstance(day, int)), default=0)
    return (f"剩{left}个工作日", ()) if left is not None and 0 <= left <= most else None


def _late_correction(look: Look) -> Found:
    return ("", ()) if look.case.correction_late else None


def _skipped(look: Look) -> Found:
    asked = any(each.kind == "third_party" for each in look.case.consultations)
    return ("", ()) if look.ruling and THIRD_PARTY in look.ruling.grounds and not asked else None


def _sues(look: Look) -> Found:
    words = look.doing.rules.vocabularies
    if look.ruling is None:
        return None
    way = words.remedies.of(words.decisions[look.ruling.code], look.doing.today).code
    return ("", ()) if way == "reconsideration_first" and look.known.sues else None


def _differently(look: Look) -> Found:
    others = differing(look.ruling.code, look.known.earlier) if look.ruling else ()
    if not others:
        return None
    names = "、".join(f"{each.notice}（{each.code}，{each.made_on.isoformat()}）" for each in others)
    return names, tuple(each.request_id for each in others)


def _wholly(look: Look) -> Found:
    ruling = look.ruling
    refuses = ruling is not None and bool(ruling.grounds) and ruling.code != "B"
    open_ = [str(n) for n, each in enumerate(look.case.segments, 1) if not each.grounds]
    return (f"可以公开的是第{'、'.join(open_)}部分", ()) if refuses and open_ else None


def _form(look: Look) -> Found:
    ruling = look.ruling
    changed = ruling is not None and ruling.form not in ("", look.case.form) and ruling.form_reason is None
    return ("", ()) if changed else None


def _already(look: Look) -> Found:
    own = tuple(each for each in look.known.earlier if each.same and each.code[0] not in _SILENT)
    repeats = look.ruling is not None and look.ruling.code == "E2"
    return ("、".join(each.notice for each in own), tuple(e.request_id for e in own)) if own and not repeats else None


def _litigant(look: Look) -> Found:
    return (f"{len(look.known.disputes)}件", look.known.disputes) if look.known.disputes else None


def _silent(look: Look) -> Found:
    adverse = look.ruling is not None and look.ruling.code[0] in "BCDE"
    return ("", ()) if adverse and not look.case.contacts else None


_LOOKS: Mapping[str, Callable[[Look], Found]] = {
    "OVERDUE": _overdue,
    "NEAR_DEADLINE": _near,
    "LATE_CORRECTION": _late_correction,
    "THIRD_PARTY_SKIPPED": _skipped,
    "RECONSIDERATION_FIRST": _sues,
    "ANSWERED_DIFFERENTLY": _differently,
    "WHOLLY_REFUSED": _wholly,
    "FORM_CHANGED": _form,
    "ANSWERED_ALREADY": _already,
    "REPEATED_LITIGANT": _litigant,
    "NO_CONTACT": _silent,
}
