"""What people do to cases and reviews: every wish becomes one command; what is personal is sealed before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.requests import commands as ask
from services.requests.domain import casework, conversion
from services.requests.domain.consulting import consult, end_consultation
from services.requests.domain.conversion import Review
from services.requests.domain.deciding import Ruling, decide
from services.requests.domain.state import Request
from services.requests.domain.steps import StepName
from services.requests.domain.timing import Doing
from services.requests.handlers.people import People
from services.requests.store import REQUEST, REVIEW
from shared.bus.decider import Command, Context, Target
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.facts.requests import Record
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed
from shared.law.book import Lawbook
from shared.store.blobs import Blobs

CaseAct = Callable[[Request | None, Doing], list[Fact]]
ReviewAct = Callable[[Review | None, Doing], list[Fact]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants it under which cause; ``expected`` is the version the caller saw."""

    by: str
    cause: str
    expected: int | None = None


class Acting:
    """Makes commands of wishes."""

    def __init__(self, law: Lawbook, people: People, blobs: Blobs) -> None:
        self.law, self.people, self.blobs = law, people, blobs

    async def step(self, name: StepName, request_id: str, wish: Any, wanted: Wanted) -> Command:
        """Return the command of a step of a case. Raises ``Refused`` ERASED where its key is destroyed."""
        act = await STEP_ACTS[name][1](self, request_id, wish)
        return self._command(REQUEST, request_id, act, wish, wanted, name)

    async def erase(self, request_id: str, wish: ask.Reason, wanted: Wanted) -> Command:
        """Destroy the key of a case, then return the command that says so; the caller has checked that it may."""
        await asyncio.to_thread(self.people.destroy, request_id)
        return self._command(
            REQUEST, request_id, lambda state, doing: casework.erase(state, wish.reason, doing), wish, wanted, "erasure"
        )

    async def review(self, name: str, review_id: str, wish: Any, wanted: Wanted) -> Command:
        """Return the command of a step of a conversion review."""
        act = await REVIEW_ACTS[name][1](self, wish)
        return self._command(REVIEW, review_id, act, wish, wanted, name)

    def _command(
        self,
        aggregate: Any,
        id_: str,
        act: Callable[[Any, Doing], list[Fact]],
        wish: BaseModel,
        wanted: Wanted,
        name: str,
    ) -> Command:
        def run(state: Any, context: Context) -> Sequence[Fact]:
            return act(state, Doing(context.now, wanted.by, self.law.rules))

        # The digest tells a reused key; a plain one of personal words would outlive their erasure.
        digest = self.people.fingerprint([name, id_, wish.model_dump(mode="json")])
        return Command(aggregate, Target(id_), run, wanted.cause, digest, wanted.expected)

    async def sealed(self, request_id: str, **texts: str) -> dict[str, Sealed]:
        """Seal texts of a case."""
        return await asyncio.to_thread(self.people.seal, request_id, texts)

    async def record(self, given: ask.Recorded | None) -> Record | None:
        """Move the text of a new record out to a blob."""
        if given is None or not any((given.document_id, given.number, given.title, given.text)):
            return None
        text = None
        if given.text:
            data = given.text.encode()
            text = Blob(sha256=await self.blobs.put(data), size=len(data), mediatype="text/plain")
        return Record(**given.model_dump(exclude={"text"}), text=text)


async def _confirm(_: Acting, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.confirm(state, wish.on, doing)


async def _notify_correction(acting: Acting, request_id: str, wish: ask.NotifyCorrection) -> CaseAct:
    sealed = await acting.sealed(request_id, correction=wish.text)
    return lambda state, doing: casework.notify_correction(state, wish.on, wish.days, sealed["correction"], doing)


async def _correct(acting: Acting, request_id: str, wish: ask.Correct) -> CaseAct:
    texts = {"description": wish.description} if wish.description else {}
    sealed = await acting.sealed(request_id, **texts)
    return lambda state, doing: casework.correct(state, wish.on, sealed.get("description"), doing)


async def _consult(acting: Acting, request_id: str, wish: ask.Consult) -> CaseAct:
    sealed = await acting.sealed(request_id, party=wish.party)
    return lambda state, doing: consult(state, wish.kind, wish.sent_on, wish.arrived_on, sealed["party"], doing)


async def _end_consultation(_: Acting, __: str, wish: ask.EndConsultation) -> CaseAct:
    return lambda state, doing: end_consultation(
        state, wish.consultation, wish.ended_on, wish.arrived_on, wish.outcome, doing
    )


async def _extend(_: Acting, __: str, wish: ask.Extend) -> CaseAct:
    return lambda state, doing: casework.extend(state, wish.days, wish.approved_by, wish.reason, doing)


async def _notify_fee(_: Acting, __: str, wish: ask.NotifyFee) -> CaseAct:
    return lambda state, doing: casework.notify_fee(state, wish.on, wish.yuan, doing)


async def _pay(_: Acting, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.pay(state, wish.on, doing)


async def _decide(acting: Acting, request_id: str, wish: ask.Decide) -> CaseAct:
    parts = await acting.sealed(request_id, **{f"part:{part}": text for part, text in wish.parts.items()})
    ruling = Ruling(
        code=wish.code,
        grounds=wish.grounds,
        article=wish.article,
        record=await acting.record(wish.record),
        parts={field.removeprefix("part:"): sealed for field, sealed in parts.items()},
        reason=wish.reason,
    )
    return lambda state, doing: decide(state, ruling, doing)


async def _serve(_: Acting, __: str, wish: ask.Serve) -> CaseAct:
    return lambda state, doing: casework.serve(state, wish.on, wish.way, doing)


async def _withdraw(_: Acting, __: str, wish: ask.Dated) -> CaseAct:
    return lambda state, doing: casework.withdraw(state, wish.on, doing)


async def _close(_: Acting, __: str, ___: ask.Nothing) -> CaseAct:
    return casework.close


async def _propose(acting: Acting, wish: ask.Propose) -> ReviewAct:
    record = await acting.record(wish.record)
    if record is None or not (record.document_id or record.number or (record.title and record.text)):
        raise Refused(RequestsCode.INFORMATION_MISSING, pointer="/record")
    return lambda state, doing: conversion.propose(state, record, wish.reason, doing)


async def _approve(_: Acting, __: ask.Nothing) -> ReviewAct:
    return conversion.approve


async def _hold(_: Acting, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.hold(state, wish.reason, doing)


async def _decline(_: Acting, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.decline(state, wish.reason, doing)


STEP_ACTS: Mapping[StepName, tuple[type[ask.Wish], Callable[[Acting, str, Any], Awaitable[CaseAct]]]] = {
    "confirm": (ask.Dated, _confirm),
    "notify-correction": (ask.NotifyCorrection, _notify_correction),
    "correct": (ask.Correct, _correct),
    "consult": (ask.Consult, _consult),
    "end-consultation": (ask.EndConsultation, _end_consultation),
    "extend": (ask.Extend, _extend),
    "notify-fee": (ask.NotifyFee, _notify_fee),
    "pay": (ask.Dated, _pay),
    "decide": (ask.Decide, _decide),
    "serve": (ask.Serve, _serve),
    "withdraw": (ask.Dated, _withdraw),
    "close": (ask.Nothing, _close),
}
REVIEW_ACTS: Mapping[str, tuple[type[ask.Wish], Callable[[Acting, Any], Awaitable[ReviewAct]]]] = {
    "propose": (ask.Propose, _propose),
    "approve": (ask.Nothing, _approve),
    "hold": (ask.Reason, _hold),
    "decline": (ask.Reason, _decline),
}
