"""The steps beside the clock: checked, explained, inquired about, talked over, handed on, split."""

from __future__ import annotations

from collections.abc import Mapping

from services.requests import commands as ask
from services.requests.domain import continuing, handling, severing
from services.requests.domain.steps import StepName
from services.requests.handlers.material import CaseAct, Material, Prepared
from shared.contracts.facts.requests import Segment


async def _accept(_: Material, __: str, wish: ask.Accept) -> CaseAct:
    return lambda state, doing: handling.accept(state, wish.on, wish.identity_seen, wish.missing, doing)


async def _ask_reason(_: Material, __: str, wish: ask.AskReason) -> CaseAct:
    return lambda state, doing: handling.ask_reason(state, wish.on, wish.count, doing)


async def _give_reason(material: Material, request_id: str, wish: ask.GiveReason) -> CaseAct:
    sealed = await material.sealed(request_id, reason=wish.text)
    return lambda state, doing: handling.give_reason(state, wish.on, sealed["reason"], doing)


async def _judge_reason(material: Material, request_id: str, wish: ask.JudgeReason) -> CaseAct:
    sealed = await material.sealed(request_id, why=wish.why)
    return lambda state, doing: handling.judge_reason(state, wish.reasonable, sealed["why"], wish.until, doing)


async def _inquire(_: Material, __: str, wish: ask.InquireAttribute) -> CaseAct:
    return lambda state, doing: handling.inquire(state, wish.unit, wish.document_id, wish.on, doing)


async def _sever(material: Material, request_id: str, wish: ask.Sever) -> CaseAct:
    names = {f"segment:{n}": each.name for n, each in enumerate(wish.segments, 1)}
    sealed = (await material.sealed(request_id, **names)).values()
    segments = tuple(Segment(name=name, grounds=each.grounds) for name, each in zip(sealed, wish.segments, strict=True))
    return lambda state, doing: severing.sever(state, segments, doing)


async def _note_contact(material: Material, request_id: str, wish: ask.NoteContact) -> CaseAct:
    sealed = await material.sealed(request_id, summary=wish.summary)
    return lambda state, doing: handling.note_contact(state, wish.means, wish.on, sealed["summary"], doing)


async def _tag(material: Material, request_id: str, wish: ask.TagCase) -> CaseAct:
    sealed = await material.sealed(request_id, note=wish.note)
    return lambda state, doing: handling.tag(state, wish.tag, sealed["note"], doing)


async def _transfer(material: Material, request_id: str, wish: ask.Transfer) -> CaseAct:
    to = await material.office(wish.to)
    carried = await material.carried(request_id, "transfer")
    return lambda state, doing: continuing.transfer(state, to, carried, wish.reason, doing)


async def _split(material: Material, request_id: str, wish: ask.Split) -> CaseAct:
    parts = [await material.carried(request_id, f"split:{n}", part) for n, part in enumerate(wish.parts, 1)]
    return lambda state, doing: continuing.split(state, parts, doing)


HANDLING: Mapping[StepName, tuple[type[ask.Wish], Prepared]] = {
    "accept": (ask.Accept, _accept),
    "ask-reason": (ask.AskReason, _ask_reason),
    "give-reason": (ask.GiveReason, _give_reason),
    "judge-reason": (ask.JudgeReason, _judge_reason),
    "inquire-attribute": (ask.InquireAttribute, _inquire),
    "sever": (ask.Sever, _sever),
    "note-contact": (ask.NoteContact, _note_contact),
    "tag-case": (ask.TagCase, _tag),
    "transfer": (ask.Transfer, _transfer),
    "split": (ask.Split, _split),
}
