"""Questions about the register of a service zone; nobody is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.requests.domain.visits import PURPOSES, WORDS, Visit
from services.requests.store import VISIT
from services.requests.views.asking import Scope
from shared.store.port import Page, Query, Store


class Visits:
    """Questions to the store about visits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def visit(self, visit_id: str) -> tuple[Visit, int] | None:
        """Return a visit and its version."""
        found = (await self._store.load(VISIT.kind, [visit_id])).get(visit_id)
        return (VISIT.parse(found.state), found.version) if found else None

    async def page(self, scope: Scope, part: Query, *, waiting: bool) -> Page[Visit]:
        """Return a page of visits, the newest first; ``waiting``: only opinions without a reply."""
        asked = scope.asked(**({"waiting": 1} if waiting else {}))
        query = replace(asked, order="on", down=True, after=part.after, limit=part.limit)
        found = await self._store.select(VISIT.kind, query)
        return Page([VISIT.parse(stored.state) for stored in found.items], found.next)


def plain(visit: Visit) -> dict[str, Any]:
    """Return a visit without what people said."""
    labels = {"purpose_label": PURPOSES[visit.purpose], "waiting": visit.waiting}
    return {**visit.model_dump(mode="json", exclude=set(WORDS)), **labels}
