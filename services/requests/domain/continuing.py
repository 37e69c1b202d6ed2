"""Cases that go on as others: handed on to the right body (转送), or split, one for each thing asked (一事一申请)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.requests.domain.folding import evolve_request
from services.requests.domain.registers import Office
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Carried:
    """What a new case takes with it, everything personal sealed under its own key."""

    request_id: str
    name: Sealed
    identity: Sealed | None
    contact: Sealed
    description: Sealed
    information: str
    document_id: str | None = None
    number_key: str | None = None


def transfer(state: Request | None, to: Office | None, carried: Carried, reason: str, doing: Doing) -> list[Fact]:
    """Hand on what a zone took in for the wrong body; the day at the counter stays the received date (条例 Art. 31)."""
    case = taking("transfer", state, doing)
    if to is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/to")
    if to.body == case.body:
        raise Refused(RequestsCode.TRANSFER_TO_SELF, pointer="/to")
    ended = say.Transferred(
        request_id=case.request_id,
        to=to.body,
        to_request=carried.request_id,
        transferred_on=doing.today,
        reason=reason,
    )
    return _ended(case, ended, [(carried, to.body, to.place)], doing)


def split(state: Request | None, parts: Sequence[Carried], doing: Doing) -> list[Fact]:
    """Split an application for several things: every part is a case with the same received date and one decision."""
    case = taking("split", state, doing)
    ended = say.CaseSplit(
        request_id=case.request_id, split_on=doing.today, parts=tuple(part.request_id for part in parts)
    )
    return _ended(case, ended, [(part, case.body, case.place) for part in parts], doing)


def _ended(case: Request, ended: say.CaseFact, others: Sequence[tuple[Carried, str, str]], doing: Doing) -> list[Fact]:
    facts: list[Fact] = []
    for fact in (ended, *(_continued(case, *other, doing) for other in others)):
        told = said(case, fact, doing)
        case = evolve_request(case, told)
        facts.append(told)
    return facts


def _continued(case: Request, carried: Carried, body: str, place: str, doing: Doing) -> say.CaseContinued:
    same = {"channel", "category", "applicant", "form", "delivery", "submitted_on", "received_on", "subject"}
    entry = {"entry_due", "entered_late", "contact_key"}
    begun = say.RequestReceived(
        request_id=carried.request_id,
        body=body,
        place=place,
        information=carried.information,
        document_id=carried.document_id,
        number_key=carried.number_key,
        name=carried.name,
        identity=carried.identity,
        contact=carried.contact,
        description=carried.description,
        entered_at=doing.now,
        origin=case.request_id,
        verified=case.identified,
        **case.model_dump(include=same | entry),
    )
    return say.CaseContinued(request_id=case.request_id, continued=begun)


def begin(state: Request | None, fact: say.CaseContinued, doing: Doing) -> list[Fact]:
    """Open the case that another goes on as, once."""
    return [] if state is not None else [said(None, fact.continued, doing)]
