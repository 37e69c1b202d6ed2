"""What people do to cases and reviews: every wish becomes one command; what is personal is sealed before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.requests import commands as ask
from services.requests.domain import casework
from services.requests.domain.steps import StepName
from services.requests.domain.timing import Doing
from services.requests.handlers.acts import REVIEW_ACTS, STEP_ACTS
from services.requests.handlers.material import Material
from services.requests.handlers.plain import OPEN_WORDS, keep_unnamed
from services.requests.store import REQUEST, REVIEW
from shared.bus.decider import Command, Context, Target
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants it under which cause; ``expected`` is the version the caller saw."""

    by: str
    cause: str
    expected: int | None = None


class Acting:
    """Makes commands of wishes."""

    def __init__(self, law: Lawbook, material: Material) -> None:
        self._law, self._material = law, material

    async def step(self, name: StepName, request_id: str, wish: Any, wanted: Wanted) -> Command:
        """Return the command of a step of a case. Raises ``Refused`` ERASED where its key is destroyed."""
        if name in OPEN_WORDS:
            await keep_unnamed(self._material.people, await self._material.case(request_id), name, wish)
        act = await STEP_ACTS[name][1](self._material, request_id, wish)
        return self._command(REQUEST, request_id, act, wish, wanted, name)

    async def erase(self, request_id: str, wish: ask.Reason, wanted: Wanted) -> Command:
        """Destroy the key of a case, then return the command that says so; the caller has checked that it may."""
        await keep_unnamed(self._material.people, await self._material.case(request_id), "erasure", wish)
        await asyncio.to_thread(self._material.people.destroy, request_id)
        return self._command(
            REQUEST, request_id, lambda state, doing: casework.erase(state, wish.reason, doing), wish, wanted, "erasure"
        )

    async def review(self, name: str, review_id: str, wish: Any, wanted: Wanted) -> Command:
        """Return the command of a step of a conversion review."""
        act = await REVIEW_ACTS[name][1](self._material, wish)
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
            return act(state, Doing(context.now, wanted.by, self._law.rules))

        # The digest tells a reused key; a plain one of personal words would outlive their erasure.
        digest = self._material.people.fingerprint([name, id_, wish.model_dump(mode="json")])
        return Command(aggregate, Target(id_), run, wanted.cause, digest, wanted.expected)
