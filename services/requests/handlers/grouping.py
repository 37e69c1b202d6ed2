"""What clerks do to groups of the same information, and what applicants propose: every wish becomes one command."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from services.requests.commands.converting import Join, Part, Suggest
from services.requests.domain import conversion, grouping
from services.requests.domain.demand import Demand
from services.requests.domain.limits import limits_of
from services.requests.domain.review import Review
from services.requests.domain.timing import Doing
from services.requests.handlers.acting import Wanted
from services.requests.handlers.intake import APPLICANT
from services.requests.handlers.people import People
from services.requests.store import DEMAND, REVIEW
from shared.bus.decider import Command, Context, Target
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook


class Grouping:
    """Makes commands of wishes about demand."""

    def __init__(self, law: Lawbook, people: People) -> None:
        self._law, self._people = law, people

    def join(self, demand_id: str, wish: Join, wanted: Wanted) -> Command:
        """Return the command that joins an information to another."""
        other = (DEMAND, f"id:{wish.into}")

        def decide(state: Demand | None, context: Context) -> Sequence[Fact]:
            doing = Doing(context.now, wanted.by, self._law.rules)
            return grouping.join(state, context.other(*other), wish.reason, doing)

        digest = self._digest("join", demand_id, wish)
        return Command(DEMAND, Target(demand_id, reads=(other,)), decide, wanted.cause, digest, wanted.expected)

    def split(self, demand_id: str, place: str, wish: Part, wanted: Wanted) -> Command:
        """Return the command that takes an information out of its group, or requests out of it."""

        def decide(state: Demand | None, context: Context) -> Sequence[Fact]:
            doing = Doing(context.now, wanted.by, self._law.rules)
            limits = limits_of(doing.rules, place, doing.today)
            if wish.requests:
                return grouping.take_out(state, wish.requests, wish.reason, limits, doing)
            return grouping.leave(state, wish.reason, limits, doing)

        digest = self._digest("split", demand_id, wish)
        return Command(DEMAND, Target(demand_id), decide, wanted.cause, digest, wanted.expected)

    async def suggest(self, of: conversion.Suggested, wish: Suggest, cause: str) -> Command:
        """Return the command of an applicant's proposal, its words sealed. Raises ``Refused`` ERASED."""
        sealed = await asyncio.to_thread(self._people.seal, of.request_id, {"suggestion": wish.words})

        def decide(state: Review | None, context: Context) -> Sequence[Fact]:
            return conversion.suggest(state, of, sealed["suggestion"], Doing(context.now, APPLICANT, self._law.rules))

        return Command(REVIEW, Target(of.review_id), decide, cause, self._digest("suggest", of.request_id, wish))

    def _digest(self, name: str, id_: str, wish: Join | Part | Suggest) -> str:
        return self._people.fingerprint([name, id_, wish.model_dump(mode="json")])
