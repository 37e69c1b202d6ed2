"""The dispatcher: one way from news or a command to state, whether it is one HTTP call or five hundred records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError

from shared.bus.decider import Command, Context, Heard, Hears, Outcome, Plan, Policy, Target
from shared.bus.port import Poison, Record
from shared.bus.unit import Cause, Held, Unit
from shared.clock import ZONE, Clock
from shared.contracts.codes import WebCode
from shared.contracts.envelope import Envelope, decode, type_of
from shared.contracts.facts import FACTS
from shared.contracts.facts.feed import DocumentIssued
from shared.contracts.problems import Refused, Unavailable, Undecodable
from shared.contracts.topics import FEED, Topics
from shared.store.port import Conflict, KeyTaken, Row, Store

_TRIES = 5
_REMEMBERED = 10_000
_log = structlog.get_logger(__name__)

Step = tuple[int, Heard, Policy, Target]
Planned = list[tuple[Heard, Plan, Sequence[Row]]]
_NOTHING: tuple[Any, Sequence[Policy | Plan]] = (None, ())


class Dispatcher:
    """Settles units of work of one service: loads what they touch, decides in order, saves once.

    A conflict means load and decide again, which costs nothing because deciders are pure.
    """

    def __init__(self, store: Store, clock: Clock, topics: Topics, hears: Hears) -> None:
        self._store = store
        self._clock = clock
        self._topics = topics
        self.hears = hears
        self._planned: dict[tuple[str, str], None] = {}  # (event, plan): saved with the decision, the last of them

    async def settle(self, records: Sequence[Record]) -> None:
        """Settle the records of one partition in order, as one unit of work. Raises ``Poison`` or ``Unavailable``."""
        steps, plans = self._steps(records)
        if not steps and not plans:
            return
        taken: KeyTaken | None = None
        for _ in range(_TRIES):
            try:
                await self._attempt(steps, plans)
                return
            except Conflict:
                continue
            except KeyTaken as error:
                taken = error
        if taken is None:
            raise Unavailable("too many writers at the same aggregates")
        if len(records) == 1:
            raise Poison(0, taken)
        await self._one_by_one(records)

    async def _one_by_one(self, records: Sequence[Record]) -> None:
        """Find out which record cannot be saved."""
        for index, record in enumerate(records):
            try:
                await self.settle([record])
            except Poison as poison:
                raise Poison(index, poison.error) from poison

    def _steps(self, records: Sequence[Record]) -> tuple[list[Step], list[tuple[Heard, Plan]]]:
        steps: list[Step] = []
        plans: list[tuple[Heard, Plan]] = []
        for index, record in enumerate(records):
            try:
                heard, listeners = self._read(record)
                for listener in listeners:
                    if isinstance(listener, Plan):
                        if self._planned.pop((heard.envelope.id, listener.name), False) is False:
                            plans.append((heard, listener))
                        continue
                    target = listener.target(heard)
                    if target is not None:
                        steps.append((index, heard, listener, target))
            except Exception as error:
                raise Poison(index, error) from error
        return steps, plans

    def _read(self, record: Record) -> tuple[Heard, Sequence[Policy | Plan]]:
        """Return what is in a record and who hears it. Raises ``Undecodable`` where its burial is up to us."""
        try:
            event = decode(record.value)
            listeners = self.hears.get(event.type)
            return (_heard(event), listeners) if listeners is not None else _NOTHING
        except Undecodable:
            if self._answers_for(record):
                raise
            return _NOTHING

    def _answers_for(self, record: Record) -> bool:
        """Return whether burying an unreadable record is up to this service.

        On ``feed``, which several services hear, it is up to the judge of its type; of what has no type that anybody
        judges, to the judge of documents: one mistake is one dead letter.
        """
        if self._topics.owner(record.topic) != FEED:
            return True
        type_ = type_of(record.value)
        return (type_ if type_ in FACTS else DocumentIssued.type) in self.hears

    async def _attempt(self, steps: Sequence[Step], plans: Sequence[tuple[Heard, Plan]]) -> None:
        unit = Unit(self._store, self._topics)
        await unit.load([(policy.aggregate, target) for _, _, policy, target in steps])
        for index, heard, policy, target in steps:
            try:
                self._decide(unit, heard, policy, target)
            except Exception as error:
                raise Poison(index, error) from error
        planned = [(heard, plan, plan.rows(heard)) for heard, plan in plans]
        await self._save(unit, planned)

    async def _save(self, unit: Unit, planned: Planned) -> None:
        """Save a unit with what is planned for it, then wake who works on that."""
        ahead = list(self._ahead(unit))
        for _, _, rows in (*planned, *ahead):
            unit.rows.extend(rows)
        await unit.save()
        for _, plan, rows in (*planned, *ahead):
            if rows:
                plan.wake(rows)
        self._planned.update(((heard.envelope.id, plan.name), None) for heard, plan, _ in ahead)
        while len(self._planned) > _REMEMBERED:
            del self._planned[next(iter(self._planned))]

    def _ahead(self, unit: Unit) -> Iterator[tuple[Heard, Plan, Sequence[Row]]]:
        """Plan what follows from the decisions of a unit; a plan that fails is left to the log, which buries it."""
        for heard in unit.said:
            for plan in self.hears.get(heard.envelope.type, ()):
                if isinstance(plan, Plan) and plan.at_once:
                    try:
                        yield heard, plan, plan.rows(heard)
                    except Exception:  # noqa: BLE001 - whatever it is, the decision stands
                        _log.exception("a plan failed", plan=plan.name, event_id=heard.envelope.id)

    def _decide(self, unit: Unit, heard: Heard, policy: Policy, target: Target) -> None:
        held, known = unit.resolve(policy.aggregate, target)
        event = heard.envelope
        if held is None or _handled(held, policy, event):
            return
        now = time_of(event)
        context = Context(now, held.id, event.id, event, unit.others(target), known)
        facts = policy.decide(held.state, heard.fact, context)
        if facts and policy.aggregate.remembers:
            name, value = _memory(policy, event)
            held.causes[name] = value
        cause = Cause(event.id, now, event.correlationid or event.id, event.agency, event.traceparent)
        unit.apply(held, facts, cause)

    async def execute(self, command: Command) -> Outcome:
        """Carry out a command. Raises ``Refused``, ``Unavailable``; the same cause twice changes nothing."""
        for _ in range(_TRIES):
            unit = Unit(self._store, self._topics)
            await unit.load([(command.aggregate, command.target)])
            outcome = self._carry_out(unit, command)
            try:
                await self._save(unit, [])
            except (Conflict, KeyTaken):
                continue
            return outcome
        if command.expected is not None:
            raise Refused(WebCode.VERSION_STALE)
        raise Unavailable("too many writers at one aggregate")

    def _carry_out(self, unit: Unit, command: Command) -> Outcome:
        held, known = unit.resolve(command.aggregate, command.target)
        if held is None:
            raise Refused(WebCode.NOT_FOUND)
        if command.cause in held.causes:
            if held.causes[command.cause] != command.digest:
                raise Refused(WebCode.IDEMPOTENCY_KEY_REUSED)
            return Outcome(held.id, held.version, held.state, repeated=True)
        if command.expected is not None and command.expected != held.version:
            raise Refused(WebCode.VERSION_STALE, f"现在的版本是 {held.version}")
        now = self._clock.business()
        context = Context(now, held.id, command.cause, None, unit.others(command.target), known)
        facts = command.decide(held.state, context)
        if not facts:
            return Outcome(held.id, held.version, held.state)
        held.causes[command.cause] = command.digest
        events = unit.apply(held, facts, Cause(command.cause, now, None, command.agency))
        return Outcome(held.id, held.version + 1, held.state, tuple(events))


def time_of(event: Envelope) -> datetime:
    """Return the business time an event is judged by: its acceptance at the door, else when it was decided.

    Not the clock: so a lagging consumer shifts no legal date, and a replay decides as the first run did.
    """
    if event.receivedat is not None:
        return datetime.fromisoformat(event.receivedat)
    return event.time.astimezone(ZONE)


def _heard(event: Envelope) -> Heard:
    model = FACTS.get(event.type)
    if model is None:
        return Heard(event, None)
    try:
        return Heard(event, model.model_validate(event.data))
    except ValidationError as error:
        raise Undecodable(f"{event.type}: {error.error_count()} fields do not fit the contract") from error


def _memory(policy: Policy, event: Envelope) -> tuple[str, Any]:
    if event.sequence is None:
        return f"{policy.name}|{event.receipt or event.id}", ""
    return f"{policy.name}|{event.subject}", event.sequence


def _handled(held: Held, policy: Policy, event: Envelope) -> bool:
    name, value = _memory(policy, event)
    seen = held.causes.get(name)
    if seen is None:
        return False
    return not isinstance(seen, int) or seen >= value
