"""How visits and replies become commands; what people said there is sealed before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from services.requests.commands.base import Wish
from services.requests.commands.visiting import AnswerOpinion, NoteVisit
from services.requests.domain.timing import Doing
from services.requests.domain.visits import WORDS, Noting, Visit, answer_opinion, note_visit
from services.requests.handlers.acting import Wanted
from services.requests.handlers.people import People
from services.requests.store import VISIT
from shared.bus.decider import Command, Context, Target, new_id
from shared.contracts.facts.base import Fact
from shared.law.book import Lawbook
from shared.security.vault import Vault


class Visiting:
    """Makes commands of what is noted at a zone."""

    def __init__(self, law: Lawbook, people: People, vault: Vault) -> None:
        self._law, self._people, self._vault = law, people, vault

    async def note(self, wish: NoteVisit, wanted: Wanted) -> Command:
        """Return the command that notes a visit."""
        visit_id = new_id("vs", wanted.cause)
        words = {name: text for name, text in (("visitor", wish.visitor), ("opinion", wish.opinion)) if text}
        sealed = await asyncio.to_thread(self._people.seal, visit_id, words)
        plain = wish.model_dump(exclude={"visitor", "opinion"})
        noting = Noting(**plain, visitor=sealed.get("visitor"), opinion=sealed.get("opinion"))
        return self._command(visit_id, lambda state, doing: note_visit(state, visit_id, noting, doing), wish, wanted)

    async def answer(self, visit_id: str, wish: AnswerOpinion, wanted: Wanted) -> Command:
        """Return the command that replies to an opinion."""
        sealed = await asyncio.to_thread(self._people.seal, visit_id, {"reply": wish.reply})
        return self._command(visit_id, lambda state, doing: answer_opinion(state, sealed["reply"], doing), wish, wanted)

    def _command(
        self, visit_id: str, act: Callable[[Visit | None, Doing], list[Fact]], wish: Wish, wanted: Wanted
    ) -> Command:
        def run(state: Visit | None, context: Context) -> Sequence[Fact]:
            return act(state, Doing(context.now, wanted.by, self._law.rules))

        digest = self._people.fingerprint([visit_id, wish.model_dump(mode="json")])
        return Command(VISIT, Target(visit_id), run, wanted.cause, digest, wanted.expected)

    def words(self, visit: Visit) -> dict[str, Any]:
        """Return what was said, in the open, for officers of the zone's body."""
        sealed = {name: getattr(visit, name) for name in WORDS}
        return {n: self._vault.open_(box, visit.visit_id, n) if box else None for n, box in sealed.items()}
