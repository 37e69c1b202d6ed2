"""The steps of a conversion review (转主动公开审查)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from services.requests import commands as ask
from services.requests.domain import conversion
from services.requests.handlers.material import Material, ReviewAct
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused


async def _propose(material: Material, wish: ask.Propose) -> ReviewAct:
    record = await material.record(wish.record)
    if record is None or not (record.document_id or record.number or (record.title and record.text)):
        raise Refused(RequestsCode.INFORMATION_MISSING, pointer="/record")
    return lambda state, doing: conversion.propose(state, record, wish.reason, doing)


async def _approve(_: Material, __: ask.Nothing) -> ReviewAct:
    return conversion.approve


async def _hold(_: Material, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.hold(state, wish.reason, doing)


async def _decline(_: Material, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.decline(state, wish.reason, doing)


async def _exempt(_: Material, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.exempt(state, wish.reason, doing)


async def _lift(_: Material, wish: ask.Reason) -> ReviewAct:
    return lambda state, doing: conversion.lift(state, wish.reason, doing)


REVIEW_ACTS: Mapping[str, tuple[type[ask.Wish], Callable[[Material, Any], Awaitable[ReviewAct]]]] = {
    "propose": (ask.Propose, _propose),
    "approve": (ask.Nothing, _approve),
    "hold": (ask.Reason, _hold),
    "decline": (ask.Reason, _decline),
    "exempt": (ask.Reason, _exempt),
    "lift": (ask.Reason, _lift),
}
