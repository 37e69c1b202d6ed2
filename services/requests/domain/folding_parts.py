"""How drafts, notices, remedies and the other parts of a case follow from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.requests.domain.parts import (
    Archive,
    Contact,
    Decision,
    Delivery,
    Draft,
    Explaining,
    Inquiry,
    Remedy,
    Tag,
)
from services.requests.domain.state import Mark, Request
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact

Changes = dict[str, Any]
Fold = Callable[[Request, Any], Changes]


def _drafted(_: Request, fact: say.DecisionDrafted) -> Changes:
    draft = Draft(**fact.model_dump(include=set(Draft.model_fields)))
    return {"draft": draft, "drafts": fact.draft, "draft_returned": None}


def _approved(state: Request, fact: say.DraftApproved) -> Changes:
    if state.draft is None:
        return {}
    return {"draft": state.draft.model_copy(update={"approved_by": (*state.draft.approved_by, fact.by)})}


def _decided(state: Request, fact: say.DecisionMade) -> Changes:
    values = fact.model_dump(include=set(Decision.model_fields))
    return {
        "decisions": (*state.decisions, Decision(**values, untold=fact.overrides)),
        "draft": None,
        "draft_returned": None,
        "phase": "decided",
        "information": fact.information,
        "turn_until": None,
    }


def _third_party_told(state: Request, fact: say.ThirdPartyTold) -> Changes:
    untold = tuple(n for n in state.decisions[-1].untold if n != fact.consultation)
    return {"decisions": (*state.decisions[:-1], state.decisions[-1].model_copy(update={"untold": untold}))}


def _sent(state: Request, fact: say.NoticeSent) -> Changes:
    delivery = Delivery(**fact.model_dump(include=set(Delivery.model_fields)))
    return {"deliveries": (*state.deliveries, delivery), "phase": "sent", "again_by": None}


def _delivery(state: Request, number: int, **changes: Any) -> tuple[Delivery, ...]:
    return tuple(each.model_copy(update=changes) if each.delivery == number else each for each in state.deliveries)


def _returned(state: Request, fact: say.NoticeReturned) -> Changes:
    deliveries = _delivery(state, fact.delivery, returned_on=fact.returned_on, reason=fact.reason)
    return {"deliveries": deliveries, "phase": "decided", "again_by": fact.again_by}


def _served(state: Request, fact: say.Served) -> Changes:
    changes = {"phase": "served", "served_on": fact.served_on, "served_late": fact.late, "again_by": None}
    return {**changes, "deliveries": _delivery(state, fact.delivery, arrived_on=fact.served_on)}


def _filed(state: Request, fact: say.RemedyFiled) -> Changes:
    return {"remedies": (*state.remedies, Remedy(**fact.model_dump(include=set(Remedy.model_fields))))}


def _remedy(state: Request, number: int, **changes: Any) -> Changes:
    remedies = (each.model_copy(update=changes) if each.remedy == number else each for each in state.remedies)
    return {"remedies": tuple(remedies)}


def _concluded(state: Request, fact: say.RemedyConcluded) -> Changes:
    return _remedy(state, fact.remedy, **fact.model_dump(include={"result", "concluded_on"}), text=fact.text)


def _reported(state: Request, fact: say.RemedyReported) -> Changes:
    remedy = state.remedy(fact.remedy)
    return _remedy(state, fact.remedy, reports=(*remedy.reports, fact.reported_on)) if remedy else {}


def _reopened(state: Request, fact: say.CaseReopened) -> Changes:
    mark = Mark(on=fact.reopened_on, kind="reopened", until=fact.until)
    fresh = {"served_on": None, "served_late": False, "overdue": False, "again_by": None}
    return {**fresh, "phase": "processing", "marks": (*state.marks, mark)}


def _rectifying(state: Request, fact: say.RectificationOpened) -> Changes:
    return _remedy(state, fact.remedy, rectifying=True, similar=fact.similar)


def _rectified(state: Request, fact: say.RectificationClosed) -> Changes:
    return _remedy(state, fact.remedy, rectifying=False, measures=fact.measures, evidence=fact.evidence)


def _reason_asked(_: Request, fact: say.ReasonAsked) -> Changes:
    return {"explaining": Explaining(asked_on=fact.asked_on, count=fact.count)}


def _reason_given(state: Request, fact: say.ReasonGiven) -> Changes:
    if state.explaining is None:
        return {}
    return {"explaining": state.explaining.model_copy(update={"given_on": fact.given_on, "text": fact.text})}


def _reason_judged(state: Request, fact: say.ReasonJudged) -> Changes:
    if state.explaining is None:
        return {}
    changes: Changes = {
        "explaining": state.explaining.model_copy(update={"reasonable": fact.reasonable, "why": fact.why})
    }
    if fact.until is not None:
        changes["marks"] = (*state.marks, Mark(on=fact.judged_on, kind="delayed", until=fact.until))
    return changes


def _inquired(state: Request, fact: say.AttributeInquired) -> Changes:
    asked = Inquiry(**fact.model_dump(include={"document_id", "unit", "inquired_on"}))
    return {"inquiries": (*state.inquiries, asked)}


def _attribute_noted(state: Request, fact: say.AttributeNoted) -> Changes:
    found = {"attribute": fact.attribute, "basis": fact.basis}
    known = (i.model_copy(update=found) if i.document_id == fact.document_id else i for i in state.inquiries)
    return {"inquiries": tuple(known)}


def _contacted(state: Request, fact: say.ContactNoted) -> Changes:
    return {"contacts": (*state.contacts, Contact(**fact.model_dump(include=set(Contact.model_fields))))}


def _tagged(state: Request, fact: say.CaseTagged) -> Changes:
    others = tuple(tag for tag in state.tags if tag.tag != fact.tag)
    return {"tags": (*others, Tag(tag=fact.tag, note=fact.note, by=fact.by))}


def _transferred(_: Request, fact: say.Transferred) -> Changes:
    return {"phase": "transferred", "transferred_to": fact.to, "turn_until": None}


def _continued(state: Request, fact: say.CaseContinued) -> Changes:
    return {"continued": (*state.continued, fact.continued.request_id)}


def _archived(state: Request, fact: say.CaseArchived) -> Changes:
    archive = Archive(**fact.model_dump(include=set(Archive.model_fields)))
    return {"archives": (*state.archives, archive), "archiving": False}


FOLDS: Mapping[type[Fact], Fold] = {
    say.ApplicationAccepted: lambda _, fact: {"accepted_on": fact.accepted_on},
    say.ReasonAsked: _reason_asked,
    say.ReasonGiven: _reason_given,
    say.ReasonJudged: _reason_judged,
    say.AttributeInquired: _inquired,
    say.InformationSevered: lambda _, fact: {"segments": fact.segments},
    say.AttributeNoted: _attribute_noted,
    say.ContactNoted: _contacted,
    say.CaseTagged: _tagged,
    say.Transferred: _transferred,
    say.CaseSplit: lambda _, __: {"phase": "split", "turn_until": None},
    say.CaseContinued: _continued,
    say.DecisionDrafted: _drafted,
    say.DraftApproved: _approved,
    say.DraftReturned: lambda _, fact: {"draft": None, "draft_returned": fact.reason},
    say.DraftWithdrawn: lambda _, __: {"draft": None},
    say.DecisionMade: _decided,
    say.ThirdPartyTold: _third_party_told,
    say.NoticeSent: _sent,
    say.NoticeReturned: _returned,
    say.Served: _served,
    say.RemedyFiled: _filed,
    say.RemedyConcluded: _concluded,
    say.RemedyReported: _reported,
    say.CaseReopened: _reopened,
    say.RectificationOpened: _rectifying,
    say.RectificationClosed: _rectified,
    say.CaseArchived: _archived,
}
