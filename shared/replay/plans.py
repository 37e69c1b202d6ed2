"""Replays as operators see them: planned, looked at, and only then carried out (回放计划).

A plan and its findings are rows of the service's store, so they outlive the process. The work is a task that holds the
log, the store and the policies, and nothing that could send. Planning writes nothing but findings; a restart plans
again from the beginning, which comes to the same. Carrying out writes the differing rows, each where the stored one is
still the one that was looked at, and can be repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import structlog

from shared.bus.deadletters import discarded, place_of
from shared.bus.decider import Hears, new_id
from shared.bus.port import Log, Record, Slot
from shared.clock import Clock
from shared.contracts.codes import OpsCode
from shared.contracts.envelope import decode
from shared.contracts.problems import Refused, Unavailable, Undecodable
from shared.contracts.topics import Topics
from shared.replay.book import Book, Plan
from shared.replay.rebuild import Projector
from shared.replay.scope import Range, Scope, appended, resolve
from shared.replay.shadow import KINDS, Shadow
from shared.store.port import Store

_log = structlog.get_logger(__name__)
_CHUNK = 100


class Plans:
    """The replays of one service.

    Args:
        log: where the records are.
        store: the service's own.
        topics: names of the topics.
        clock: of the platform.
        owners: whose topics the service hears.
        hears: its policies.
        projectors: its projections.
        ledger: the table of its effects.
        settled: up to where the service has settled, so that mere lag is no finding.
    """

    def __init__(
        self,
        log: Log,
        store: Store,
        topics: Topics,
        clock: Clock,
        owners: Sequence[str],
        hears: Hears,
        projectors: Mapping[str, Projector],
        ledger: str = "effects",
        settled: Callable[[], Mapping[Slot, int]] = dict,
    ) -> None:
        self.book = Book(store, clock)
        self._log, self._store, self._topics, self._clock = log, store, topics, clock
        self._names = [topics.of(owner) for owner in owners]
        self._hears, self._projectors, self._ledger, self._settled = hears, projectors, ledger, settled
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def propose(self, scope: Scope, person: str, cause: str) -> Plan:
        """Note a plan and begin to work it out; the same cause again is the same plan.

        Raises ``Refused`` where the scope cannot be replayed.
        """
        id_ = new_id("rp", cause)
        try:
            return await self.book.get(id_)
        except Refused:
            span = await self._range(scope)
        plan = await self.book.new(id_, scope.model_dump(exclude_none=True), person, span.total)
        self._start(id_)
        return plan

    async def run(self, id_: str, person: str, *, send_missing: bool = False) -> Plan:
        """Carry a plan out; sending what is missing takes another person than the one who planned.

        Raises ``Refused`` PLAN_STATE or SAME_PERSON.
        """
        plan = await self.book.get(id_)
        if plan.state not in ("planned", "done"):
            raise Refused(OpsCode.PLAN_STATE, f"现在的状态是 {plan.state}")
        if send_missing and person == plan.data["person"]:
            raise Refused(OpsCode.SAME_PERSON)
        changes = {"runner": person, "send_missing": send_missing, "written": 0, "overtaken": 0, "sent": 0}
        plan = await self.book.write(plan, "running", **changes)
        self._start(id_)
        return plan

    async def pause(self, id_: str) -> Plan:
        """Stop at the next record; a restart leaves it paused. Raises ``Refused`` PLAN_STATE."""
        plan = await self.book.get(id_)
        if plan.state not in ("planning", "running"):
            raise Refused(OpsCode.PLAN_STATE, f"现在的状态是 {plan.state}")
        await self._stop(id_)
        return await self.book.write(await self.book.get(id_), "paused", was=plan.state)

    async def resume(self, id_: str) -> Plan:
        """Go on with a paused or failed plan. Raises ``Refused`` PLAN_STATE."""
        plan = await self.book.get(id_)
        if plan.state not in ("paused", "failed"):
            raise Refused(OpsCode.PLAN_STATE, f"现在的状态是 {plan.state}")
        plan = await self.book.write(plan, plan.data["was"], error=None)
        self._start(id_)
        return plan

    async def cancel(self, id_: str) -> Plan:
        """Give a plan up; what it has written stays. Raises ``Refused`` PLAN_STATE."""
        plan = await self.book.get(id_)
        if plan.state in ("done", "cancelled"):
            raise Refused(OpsCode.PLAN_STATE, f"现在的状态是 {plan.state}")
        await self._stop(id_)
        return await self.book.write(await self.book.get(id_), "cancelled")

    async def resume_all(self) -> None:
        """Go on with what was under way when the process ended."""
        for plan in await self.book.unfinished():
            self._start(plan.id)

    async def close(self) -> None:
        """Let go; what was under way goes on after the next start."""
        for id_ in list(self._tasks):
            await self._stop(id_)

    def _start(self, id_: str) -> None:
        task = self._tasks[id_] = asyncio.create_task(self._work(id_), name=f"replay {id_}")
        task.add_done_callback(lambda _: self._tasks.pop(id_, None) if self._tasks.get(id_) is task else None)

    async def _stop(self, id_: str) -> None:
        if (task := self._tasks.pop(id_, None)) is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _work(self, id_: str) -> None:
        while True:
            plan = await self.book.get(id_)
            try:
                await (self._plan(plan) if plan.state == "planning" else self._carry_out(plan))
                return
            except Unavailable:
                await asyncio.sleep(0.5)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the person who planned has to read it
                _log.exception("replay failed", plan=id_)
                plan = await self.book.get(id_)
                await self.book.write(plan, "failed", was=plan.state, error=str(error) or repr(error))
                return

    async def _plan(self, plan: Plan) -> None:
        await self.book.forget(plan.id)
        span = await self._range(Scope(**plan.data["scope"]))
        projections = [(await each.live()).projection for each in self._projectors.values()]
        shadow = Shadow(self._store, self._clock, self._topics, self._hears, projections, self._ledger)
        gone = await discarded(self._store)
        counts = dict.fromkeys(KINDS, 0)
        read, touched, first = 0, 0, None
        async with aclosing(self._log.read(span.start, span.until, most=_CHUNK)) as batches:
            async for batch in batches:
                records = [record for record in batch if span.wants(record) and place_of(record) not in gone]
                first = _earlier(first, records)
                for finding in await shadow.chunk(records) if records else ():
                    counts[finding.kind] += await self.book.note(plan.id, finding)
                read, touched = read + len(batch), touched + len(records)
                plan = await self.book.write(plan, "planning", read=read, total=span.total, touched=touched)
                await asyncio.sleep(0)  # the live service comes first
        for finding in await shadow.aggregates():
            counts["aggregate"] += await self.book.note(plan.id, finding)
        effects = {"done": shadow.done, **await self.book.effects(plan.id)}
        shown = _shown(first) if first is not None else None
        await self.book.write(plan, "planned", counts=counts, effects=effects, first=shown)

    async def _carry_out(self, plan: Plan) -> None:
        """Write what differs; nothing here depends on how far an earlier attempt came."""
        written = overtaken = sent = 0
        async for kind, row, expected in self.book.changes(plan.id):
            if kind == "row":
                ours = await self._store.swap(row, expected)
                written, overtaken = written + ours, overtaken + (not ours)
            elif plan.data["send_missing"]:
                sent += len(await self._store.insert([row]))
            await asyncio.sleep(0)
        tally = {"written": written, "overtaken": overtaken, "sent": sent}
        await self.book.write(await self.book.get(plan.id), "done", **tally)

    async def _range(self, scope: Scope) -> Range:
        return await resolve(self._log, self._names, scope, self._settled())


def _earlier(first: Record | None, records: Sequence[Record]) -> Record | None:
    found = [each for each in (first, *records[:1]) if each is not None]
    return min(found, key=lambda each: each.timestamp, default=None)


def _shown(record: Record) -> dict[str, Any]:
    """Return the first event a replay touches, as people check a time by."""
    shown: dict[str, Any] = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
    shown |= {"appended": appended(record), "key": record.key}
    try:
        event = decode(record.value)
    except Undecodable:
        return shown
    return shown | {"id": event.id, "type": event.type, "time": event.time.isoformat()}
