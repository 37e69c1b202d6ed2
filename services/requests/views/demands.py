"""Groups of the same information as people look at them: how many asked, of whom so many count; nobody is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.requests.domain.demand import Demand, count, demand_id_of, review_id_of
from services.requests.domain.limits import limits_of
from services.requests.domain.registers import NATIONAL, Office
from services.requests.store import DEMAND, OFFICE
from services.requests.views.asking import Scope
from shared.law.rules import Rules
from shared.store.port import Page, Query, Store


class Demands:
    """Questions about demand."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def one(self, demand_id: str) -> tuple[Demand, int] | None:
        """Return a group and its version."""
        found = (await self._store.load(DEMAND.kind, [demand_id])).get(demand_id)
        return (DEMAND.parse(found.state), found.version) if found else None

    async def many(self, scope: Scope, part: Query) -> Page[Demand]:
        """Return a page of the groups in which more than one request counts, the newest first."""
        asked = replace(scope.asked(many=1), order="newest", down=True, after=part.after, limit=part.limit)
        page = await self._store.select(DEMAND.kind, asked)
        return Page([DEMAND.parse(stored.state) for stored in page.items], page.next)

    async def newest(self, scope: Scope, limit: int) -> list[Demand]:
        """Return the groups that were asked for last, those of one request included."""
        query = replace(scope.asked(), order="newest", down=True, limit=limit)
        page = await self._store.select(DEMAND.kind, query)
        return [DEMAND.parse(stored.state) for stored in page.items]

    async def review_of(self, body: str, information: str) -> tuple[str, str]:
        """Return the id of the review that stands for an information, and the information it is of."""
        found = await self.one(demand_id_of(body, information))
        stands = found[0].into if found and found[0].into else information
        return review_id_of(body, stands), stands

    async def place(self, body: str) -> str:
        """Return the profile that holds for a body."""
        found = (await self._store.load(OFFICE.kind, [body])).get(body)
        office: Office | None = OFFICE.parse(found.state) if found else None
        return office.place if office else NATIONAL

    async def shown(self, demand: Demand, rules: Rules, today: date) -> dict[str, Any]:
        """Return a group with what of it counts today, and what would be needed."""
        limits = limits_of(rules, await self.place(demand.body), today)
        found = count(demand.counting, today, limits)
        return {
            "demand_id": demand_id_of(demand.body, demand.information),
            "body": demand.body,
            "information": demand.information,
            "document_id": demand.document_id,
            "number": demand.number,
            "applicants": found.applicants,
            "requests": found.requests,
            "limits": limits.model_dump(),
            "met": found.meets(limits),
            "reached_on": demand.reached_on.isoformat() if demand.reached_on else None,
            "into": demand_id_of(demand.body, demand.into) if demand.into else None,
            "members": [demand_id_of(demand.body, member) for member in demand.members],
            "review_id": review_id_of(demand.body, demand.information),
            "asks": [
                {
                    "request_id": ask.request_id,
                    "on": ask.on.isoformat(),
                    "verified": ask.verified,
                    "member": demand_id_of(demand.body, ask.member) if ask.member else None,
                }
                for ask in demand.counting
            ],
        }
