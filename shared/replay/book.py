"""The rows replay plans are kept in: the plan, its progress and result, and every single finding."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.clock import Clock
from shared.contracts.codes import OpsCode
from shared.contracts.problems import Refused
from shared.replay.shadow import Finding
from shared.store.port import Page, Query, Row, Store

PLANS, FINDINGS = "replay_plans", "replay_findings"
_UNFINISHED = ("planning", "running")
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as stored; ``data`` is what the API shows."""

    id: str
    version: int
    data: Mapping[str, Any]

    @property
    def state(self) -> str:
        """planning, planned, running, paused, done, cancelled or failed."""
        return str(self.data["state"])

    def shown(self) -> dict[str, Any]:
        """Return it as people and programs read it."""
        return {"id": self.id, **self.data}


class Book:
    """Plans and findings of one service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def get(self, id_: str) -> Plan:
        """Return a plan. Raises ``Refused`` PLAN_UNKNOWN."""
        row = (await self._store.rows(PLANS, [id_])).get(id_)
        if row is None:
            raise Refused(OpsCode.PLAN_UNKNOWN)
        return Plan(row.id, row.version, row.data)

    async def all(self, query: Query) -> Page[Plan]:
        """Return a page of plans, the newest first."""
        page = await self._store.page(PLANS, Query(order="at", down=True, after=query.after, limit=query.limit))
        return Page([Plan(row.id, row.version, row.data) for row in page.items], page.next)

    async def unfinished(self) -> list[Plan]:
        """Return the plans that were under way."""
        found: list[Plan] = []
        for state in _UNFINISHED:
            page = await self._store.page(PLANS, Query(equal={"state": state}, limit=_PAGE))
            found += [Plan(row.id, row.version, row.data) for row in page.items]
        return found

    async def new(self, id_: str, scope: Mapping[str, Any], person: str, total: int) -> Plan:
        """Note a new plan."""
        at = self._clock.wire()
        data = {"scope": dict(scope), "person": person, "at": at, "read": 0, "total": total, "touched": 0, "was": ""}
        return await self._put(Plan(id_, 0, data), "planning")

    async def write(self, plan: Plan, state: str, **changes: Any) -> Plan:
        """Note what has changed about a plan."""
        return await self._put(Plan(plan.id, plan.version, {**plan.data, **changes}), state)

    async def _put(self, plan: Plan, state: str) -> Plan:
        data = {**plan.data, "state": state}
        after = Plan(plan.id, plan.version + 1, data)
        await self._store.put([Row(PLANS, plan.id, after.version, data, {"state": state, "at": data["at"]})])
        return after

    async def note(self, plan: str, finding: Finding) -> int:
        """Keep a finding; returns 1, or 0 where it was kept before (one thing counts once)."""
        data: dict[str, Any] = {"kind": finding.kind, "what": finding.what, "id": finding.id, **finding.detail}
        if finding.row is not None:
            row = finding.row
            data["row"] = [row.table, row.id, row.version, dict(row.data), dict(row.index)]
            data["expected"] = finding.expected
        name = f"{plan}|{finding.kind}|{finding.id}"
        index = {"plan": plan, "kind": finding.kind, "what": finding.what}
        return len(await self._store.insert([Row(FINDINGS, name, 1, data, index)]))

    async def findings(self, plan: str, kind: str | None, query: Query) -> Page[dict[str, Any]]:
        """Return a page of findings, without what would be written."""
        equal = {"plan": plan} | ({"kind": kind} if kind else {})
        page = await self._store.page(FINDINGS, Query(equal=equal, after=query.after, limit=query.limit))
        hidden = ("row", "expected")
        return Page([{n: v for n, v in row.data.items() if n not in hidden} for row in page.items], page.next)

    async def effects(self, plan: str) -> dict[str, int]:
        """Count a plan's effects that are missing or different."""
        found = await self._store.count(FINDINGS, Query(equal={"plan": plan, "kind": "effect"}), by="what")
        return {"missing": found.get("missing", 0), "different": found.get("different", 0)}

    async def changes(self, plan: str) -> AsyncGenerator[tuple[str, Row, int | None], None]:
        """Yield what a plan would write: (kind, row, the version it stands on)."""
        for kind in ("row", "effect"):
            after: str | None = None
            while True:
                query = Query(equal={"plan": plan, "kind": kind}, after=after, limit=_PAGE)
                page = await self._store.page(FINDINGS, query)
                for found in page.items:
                    if "row" in found.data:
                        yield kind, Row(*found.data["row"]), found.data["expected"]
                after = page.next
                if after is None:
                    break

    async def forget(self, plan: str) -> None:
        """Remove a plan's findings."""
        while page := (await self._store.page(FINDINGS, Query(equal={"plan": plan}, limit=_PAGE))).items:
            await self._store.delete(FINDINGS, [row.id for row in page])
