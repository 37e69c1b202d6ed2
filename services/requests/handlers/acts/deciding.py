"""The steps of the decision: drafted, approved, made, served."""

from __future__ import annotations

from collections.abc import Mapping

from services.requests import commands as ask
from services.requests.domain import drafting, serving
from services.requests.domain.deciding import decide
from services.requests.domain.steps import StepName
from services.requests.handlers.material import CaseAct, Material, Prepared


async def _draft(material: Material, request_id: str, wish: ask.Decide) -> CaseAct:
    ruling = await material.ruling(request_id, wish)
    return lambda state, doing: drafting.draft(state, ruling, doing)


async def _approve(material: Material, request_id: str, wish: ask.Approve) -> CaseAct:
    case = await material.case(request_id)
    despite = await material.despite(request_id, wish.despite)
    known = await material.knowing.known(case, drafting.ruling_of(case.draft) if case.draft else None)
    return lambda state, doing: drafting.approve(state, doing, known, despite)


async def _return_draft(material: Material, request_id: str, wish: ask.Explain) -> CaseAct:
    sealed = await material.sealed(request_id, reason=wish.reason)
    return lambda state, doing: drafting.return_draft(state, sealed["reason"], doing)


async def _withdraw_draft(material: Material, request_id: str, wish: ask.Explain) -> CaseAct:
    sealed = await material.sealed(request_id, reason=wish.reason)
    return lambda state, doing: drafting.withdraw_draft(state, sealed["reason"], doing)


async def _decide(material: Material, request_id: str, wish: ask.Decide) -> CaseAct:
    ruling = await material.ruling(request_id, wish)
    known = await material.knowing.known(await material.case(request_id), ruling)
    despite = await material.despite(request_id, wish.despite)
    return lambda state, doing: decide(state, ruling, doing, known, despite)


async def _tell_third_party(_: Material, __: str, wish: ask.TellThirdParty) -> CaseAct:
    return lambda state, doing: serving.tell_third_party(state, wish.consultation, wish.on, doing)


async def _send(material: Material, request_id: str, wish: ask.Send) -> CaseAct:
    texts = {"address": wish.address} if wish.address else {}
    sealed = await material.sealed(request_id, **texts)
    plain = wish.model_dump(include={"way", "on", "carrier", "channel"})
    sending = serving.Sending(**plain, tracking=wish.tracking.upper().replace(" ", ""), address=sealed.get("address"))
    return lambda state, doing: serving.send(state, sending, doing)


async def _sign(_: Material, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: serving.sign(state, wish.on, doing)


async def _return_mail(material: Material, request_id: str, wish: ask.Return) -> CaseAct:
    sealed = await material.sealed(request_id, reason=wish.reason)
    return lambda state, doing: serving.return_mail(state, wish.on, sealed["reason"], doing)


async def _serve(_: Material, __: str, wish: ask.Serve) -> CaseAct:
    return lambda state, doing: serving.serve(state, wish.on, wish.way, doing)


DECIDING: Mapping[StepName, tuple[type[ask.Wish], Prepared]] = {
    "draft": (ask.Decide, _draft),
    "approve": (ask.Approve, _approve),
    "return-draft": (ask.Explain, _return_draft),
    "withdraw-draft": (ask.Explain, _withdraw_draft),
    "decide": (ask.Decide, _decide),
    "tell-third-party": (ask.TellThirdParty, _tell_third_party),
    "send": (ask.Send, _send),
    "sign": (ask.Dated, _sign),
    "return-mail": (ask.Return, _return_mail),
    "serve": (ask.Serve, _serve),
}
