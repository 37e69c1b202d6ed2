"""What is done with a case while it is open, besides its clock: checked, explained, inquired about, talked over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from services.requests.domain.demand import reached_at
from services.requests.domain.guards import overdue
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, noted, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Fault, Refused
from shared.contracts.sealed import Sealed

Need = Literal["name", "identity", "contact", "description", "form"]
NEEDS: dict[Need, str] = {
    "name": "姓名或者名称",
    "identity": "身份证明",
    "contact": "联系方式",
    "description": "申请公开的信息的名称、文号或者便于查询的描述",
    "form": "申请公开的形式要求",
}
"""What an application has to contain (条例 Art. 29); a purpose is not part of it."""
LONGEST_DELAY = timedelta(days=366)
"""No reasonable period of Art. 35 is longer; a later day is a slip."""


def accept(
    state: Request | None, on: date | None, identity_seen: bool, missing: tuple[Need, ...], doing: Doing
) -> list[Fact]:
    """Check an application formally (受理审查). What is missing has to be asked for, it is no ground to refuse.

    ``identity_seen``: the identity was proven in another way than by a stated number. Raises ``Refused``
    APPLICATION_INCOMPLETE with a fault for each thing missing.
    """
    case = taking("accept", state, doing)
    lacking = {*missing, *(() if case.identity or identity_seen else ("identity",))}
    if lacking:
        named = [need for need in NEEDS if need in lacking]
        code = RequestsCode.APPLICATION_INCOMPLETE
        faults = tuple(Fault(code.name, "/missing", f"缺少{NEEDS[need]}") for need in named)
        words = "、".join(NEEDS[need] for need in named)
        raise Refused(code, f"缺少{words}，应当一次性告知补正，不能不予受理（条例第29条、第30条）", faults=faults)
    day = doing.dated("/on", on, case.received_on or case.submitted_on)
    return [said(case, say.ApplicationAccepted(accepted_on=day, **_asking(case)), doing)]


def _asking(case: Request) -> dict[str, Any]:
    return case.model_dump(include={"request_id", "body", "information", "applicant", "contact_key"})


def answering(case: Request) -> dict[str, Any]:
    """Return of whom, and for what, a confirmed request counts: of its contact, where no identity is stated."""
    nameless = case.identity is None and case.contact_key
    return _asking(case) | ({"applicant": reached_at(case.contact_key)} if nameless else {})


def ask_reason(state: Request | None, on: date | None, count: int, doing: Doing) -> list[Fact]:
    """Ask why somebody asks so much (条例 Art. 35); the clock runs on."""
    case = taking("ask-reason", state, doing)
    day = doing.dated("/on", on, case.received_on or case.submitted_on)
    return [said(case, say.ReasonAsked(request_id=case.request_id, asked_on=day, count=count), doing)]


def give_reason(state: Request | None, on: date | None, text: Sealed, doing: Doing) -> list[Fact]:
    """The applicant says why."""
    case = taking("give-reason", state, doing)
    asked = case.explaining
    day = doing.dated("/on", on, asked.asked_on if asked else case.submitted_on)
    return [said(case, say.ReasonGiven(request_id=case.request_id, given_on=day, text=text), doing)]


def judge_reason(state: Request | None, reasonable: bool, why: Sealed, until: date | None, doing: Doing) -> list[Fact]:
    """Find the reason reasonable or not. A reasonable one may put the answer off to a day that is told (C9).

    Raises ``Refused`` DELAY_LATE, DELAY_TOO_SHORT, DATE_IMPLAUSIBLE; STEP_UNLAWFUL for a delay without a reason.
    """
    case = taking("judge-reason", state, doing)
    if until is not None:
        _delay(case, reasonable, until, doing)
    fact = say.ReasonJudged(
        request_id=case.request_id, judged_on=doing.today, reasonable=reasonable, until=until, why=why
    )
    return [said(case, fact, doing)]


def _delay(case: Request, reasonable: bool, until: date, doing: Doing) -> None:
    if not reasonable:
        raise Refused(RequestsCode.STEP_UNLAWFUL, "理由不合理的，不能延迟答复（条例第35条）", pointer="/until")
    if overdue(case, doing):
        raise Refused(RequestsCode.DELAY_LATE, pointer="/until")
    if case.due is not None and until <= case.due:
        raise Refused(RequestsCode.DELAY_TOO_SHORT, pointer="/until")
    if until > doing.today + LONGEST_DELAY:
        raise Refused(RequestsCode.DATE_IMPLAUSIBLE, "延迟答复的期限应在一年内", pointer="/until")


def inquire(state: Request | None, unit: str, document_id: str | None, on: date | None, doing: Doing) -> list[Fact]:
    """Ask the own unit that drafted a document for its attribute; asking one's own never stops the clock."""
    case = taking("inquire-attribute", state, doing)
    document = document_id or case.document_id
    if document is None:
        raise Refused(RequestsCode.DOCUMENT_MISSING, pointer="/document_id")
    known = next((each for each in case.inquiries if each.document_id == document), None)
    if known is not None:
        code = RequestsCode.STEP_DONE if known.attribute else RequestsCode.INQUIRY_OPEN
        raise Refused(code, pointer="/document_id")
    fact = say.AttributeInquired(
        request_id=case.request_id,
        body=case.body,
        document_id=document,
        unit=unit,
        inquired_on=doing.dated("/on", on, case.received_on or case.submitted_on),
    )
    return [said(case, fact, doing)]


def note_attribute(state: Request | None, answer: say.InquiryAnswered, doing: Doing) -> list[Fact]:
    """The attribute is known; the case that asked notes it, once."""
    waiting = state and any(i.document_id == answer.document_id and not i.attribute for i in state.inquiries)
    if state is None or not waiting:
        return []
    told = answer.model_dump(include={"request_id", "document_id", "attribute", "basis"})
    return [noted(state, say.AttributeNoted(**told), doing)]


def note_contact(
    state: Request | None, means: say.ContactMeans, on: date | None, summary: Sealed, doing: Doing
) -> list[Fact]:
    """Note a contact with the applicant, as long as the case is not filed away."""
    case = taking("note-contact", state, doing)
    fact = say.ContactNoted(
        request_id=case.request_id,
        contact=len(case.contacts) + 1,
        means=means,
        contacted_on=doing.dated("/on", on, case.submitted_on),
        summary=summary,
    )
    return [said(case, fact, doing)]


def tag(state: Request | None, name: say.CaseTag, note: Sealed, doing: Doing) -> list[Fact]:
    """Put a case into the library of cases, with what is worth knowing about it."""
    case = taking("tag-case", state, doing)
    return [said(case, say.CaseTagged(request_id=case.request_id, tag=name, note=note), doing)]
