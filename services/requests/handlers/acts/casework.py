"""The steps between the intake of a case and its filing away, but for the decision."""

from __future__ import annotations

from collections.abc import Mapping

from services.requests import commands as ask
from services.requests.domain import casework
from services.requests.domain.consulting import consult, end_consultation
from services.requests.domain.steps import StepName
from services.requests.handlers.material import CaseAct, Material, Prepared


async def _confirm(_: Material, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.confirm(state, wish.on, doing)


async def _notify_correction(material: Material, request_id: str, wish: ask.NotifyCorrection) -> CaseAct:
    sealed = await material.sealed(request_id, correction=wish.text)
    return lambda state, doing: casework.notify_correction(state, wish.on, wish.days, sealed["correction"], doing)


async def _correct(material: Material, request_id: str, wish: ask.Correct) -> CaseAct:
    texts = {"description": wish.description} if wish.description else {}
    sealed = await material.sealed(request_id, **texts)
    return lambda state, doing: casework.correct(state, wish.on, sealed.get("description"), doing)


async def _consult(material: Material, request_id: str, wish: ask.Consult) -> CaseAct:
    sealed = await material.sealed(request_id, party=wish.party)
    return lambda state, doing: consult(state, wish.kind, wish.sent_on, wish.arrived_on, sealed["party"], doing)


async def _end_consultation(_: Material, __: str, wish: ask.EndConsultation) -> CaseAct:
    return lambda state, doing: end_consultation(
        state, wish.consultation, wish.ended_on, wish.arrived_on, wish.outcome, doing
    )


async def _extend(_: Material, __: str, wish: ask.Extend) -> CaseAct:
    return lambda state, doing: casework.extend(state, wish.days, wish.approved_by, wish.reason, wish.told_on, doing)


async def _notify_fee(_: Material, __: str, wish: ask.NotifyFee) -> CaseAct:
    return lambda state, doing: casework.notify_fee(state, wish.on, wish.yuan, doing)


async def _pay(_: Material, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.pay(state, wish.on, doing)


async def _withdraw(_: Material, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.withdraw(state, wish.on, doing)


async def _close(_: Material, __: str, ___: ask.Nothing) -> CaseAct:
    return casework.close


CASEWORK: Mapping[StepName, tuple[type[ask.Wish], Prepared]] = {
    "confirm": (ask.Dated, _confirm),
    "notify-correction": (ask.NotifyCorrection, _notify_correction),
    "correct": (ask.Correct, _correct),
    "consult": (ask.Consult, _consult),
    "end-consultation": (ask.EndConsultation, _end_consultation),
    "extend": (ask.Extend, _extend),
    "notify-fee": (ask.NotifyFee, _notify_fee),
    "pay": (ask.Dated, _pay),
    "withdraw": (ask.Dated, _withdraw),
    "close": (ask.Nothing, _close),
}
