"""The chain of causes (因果链): from any id to the events that led to it and all that followed, across services.

Every event names its cause, so the tree is already in the log; only the way from a cause to its consequences needs an
index. The index is made in memory from zero at the first question and moved on to the end of the topics at each later
one: nothing runs while nobody asks. It holds no contents, only ids and places: some
0.9 kB an event, and 45 µs the first time it is met.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from shared.bus.port import Log, Record, Slot
from shared.clock import ZONE
from shared.contracts.envelope import Envelope, decode
from shared.contracts.problems import Undecodable
from shared.contracts.topics import OWNERS, Topics

MOST = 2_000
"""Nodes in one answer; what is beyond is counted in ``left_out``."""
DEEPEST = 100
"""Levels in one answer."""


@dataclass(slots=True)
class Node:
    """One event: what it is, where it lies, and why it came about."""

    number: int
    id: str
    type: str
    subject: str
    time: str
    cause: str | None
    correlation: str | None
    agency: str | None
    topic: str
    partition: int
    offset: int

    def shown(self) -> dict[str, Any]:
        """Return it as people and programs read it."""
        names = ("id", "type", "subject", "time", "topic", "partition", "offset")
        return {name: getattr(self, name) for name in names} | {"cause": self.cause, "correlation": self.correlation}


class Trace:
    """Answers what led where. One per process is enough: it reads every topic."""

    def __init__(self, log: Log, topics: Topics) -> None:
        self._log = log
        self._topics = [topics.of(owner) for owner in OWNERS]
        self._at: dict[Slot, int] = {}
        self._nodes: list[Node] = []
        self._named: dict[str, list[int]] = defaultdict(list)
        self._caused: dict[str, list[int]] = defaultdict(list)
        self._turn = asyncio.Lock()

    async def of(self, name: str) -> dict[str, Any]:
        """Return the trees an event id, subject (document, request), receipt or correlation id belongs to.

        ``roots`` are events or causes outside the log (a command, a sweep), each with ``effects`` caused by it below;
        ``matched`` are the ids that were asked for.
        """
        async with self._turn:
            await self._move_on()
            found = [self._nodes[number] for number in self._named.get(name, ())] + [
                self._nodes[number] for number in self._caused.get(name, ())
            ]
            roots: dict[tuple[str, int], tuple[Node | None, str]] = {}
            for node in found:
                root, outside = self._root(node)
                roots[(outside, root.number if root is not None else -1)] = (root, outside)
            walk = _Walk(self, {node.number for node in found})
            trees = [walk.outside(outside) if root is None else walk.first(root) for root, outside in roots.values()]
            return {
                "asked": name,
                "roots": [tree for tree in trees if tree is not None],
                "events": walk.count,
                "left_out": walk.left_out,
            }

    async def _move_on(self) -> None:
        ends: dict[Slot, int] = {}
        for topic in self._topics:
            for slot, (first, end) in (await self._log.bounds(topic)).items():
                ends[slot] = end
                self._at.setdefault(slot, first)
        behind = {slot: at for slot, at in self._at.items() if at < ends[slot]}
        if not behind:
            return
        async with aclosing(self._log.read(behind, {slot: ends[slot] for slot in behind}, most=100)) as batches:
            async for batch in batches:
                for record in batch:
                    self._take(record)
                self._at[Slot(batch[-1].topic, batch[-1].partition)] = batch[-1].offset + 1
                await asyncio.sleep(0)  # the live service comes first

    def _take(self, record: Record) -> None:
        try:
            event = decode(record.value)
        except Undecodable:
            return
        if any(self._same(self._nodes[number], event, record) for number in self._named.get(event.id, ())):
            return  # the relay sent it twice
        node = _node(len(self._nodes), event, record)
        self._nodes.append(node)
        for name in {event.id, event.subject, event.receipt, event.data.get("receipt")}:
            if isinstance(name, str):
                self._named[name].append(node.number)
        if node.cause is not None:
            self._caused[node.cause].append(node.number)

    @staticmethod
    def _same(known: Node, event: Envelope, record: Record) -> bool:
        return (known.id, known.topic, known.agency) == (event.id, record.topic, event.agency)

    def children(self, node: Node) -> Iterable[Node]:
        """Return the events that name this one as their cause; ids of two agencies may be equal, so both must fit."""
        for number in self._caused.get(node.id, ()):
            child = self._nodes[number]
            if child.number != node.number and self._fits(node, child):
                yield child
        following = self._beside(node, 1)
        if following is not None and not self._is_event(following.cause):
            yield following

    def caused(self, cause: str) -> Iterable[Node]:
        """Return the events a cause outside the log led to."""
        return (self._nodes[number] for number in self._caused.get(cause, ()))

    def _fits(self, cause: Node, node: Node) -> bool:
        return cause.agency is None or node.agency is None or cause.agency == node.agency

    def _is_event(self, cause: str | None) -> bool:
        return any(self._nodes[number].id == cause for number in self._named.get(cause or "", ()))

    def _beside(self, node: Node, step: int) -> Node | None:
        """Return the event before or after this one of the same aggregate."""
        subject, _, sequence = node.id.rpartition(":")
        if subject != node.subject or not sequence.isdigit():
            return None
        name = f"{subject}:{int(sequence) + step}"
        return next((self._nodes[n] for n in self._named.get(name, ()) if self._nodes[n].id == name), None)

    def _parent(self, node: Node) -> Node | None:
        """Return the event that caused this one; for a command's, what it went on from: the aggregate's last event."""
        known = (self._nodes[number] for number in self._named.get(node.cause or "", ()))
        cause = next((each for each in known if each.id == node.cause and self._fits(each, node)), None)
        return cause or self._beside(node, -1)

    def _root(self, node: Node) -> tuple[Node | None, str]:
        seen = {node.number}
        while (parent := self._parent(node)) is not None and parent.number not in seen:
            seen.add(parent.number)
            node = parent
        if node.cause is not None and not self._is_event(node.cause):
            return None, node.cause
        return node, ""


class _Walk:
    """One answer being put together."""

    def __init__(self, trace: Trace, matched: set[int]) -> None:
        self._trace, self._matched = trace, matched
        self._seen: set[int] = set()
        self.count = self.left_out = 0

    def outside(self, cause: str) -> dict[str, Any] | None:
        """Return the tree under a cause that is no event; None where all of it is in a tree before."""
        nodes = sorted(self._trace.caused(cause), key=lambda each: (each.time, each.number))
        trees = [tree for node in nodes if (tree := self.first(node)) is not None]
        return {"id": cause, "type": kind_of(cause), "children": trees} if trees else None

    def first(self, node: Node) -> dict[str, Any] | None:
        """Return the tree under an event; None where it is in a tree before: an event is shown once."""
        return None if node.number in self._seen else self._tree(node)

    def _tree(self, node: Node) -> dict[str, Any]:
        """Return the tree under an event; depth is bounded by the number of events, so it is walked with a stack."""
        top = self._shown(node)
        waiting = [(node, top, 1)]
        while waiting:
            parent, shown, depth = waiting.pop()
            for child in sorted(self._trace.children(parent), key=lambda each: (each.time, each.number)):
                if child.number in self._seen:
                    continue
                if self.count >= MOST or depth >= DEEPEST:
                    self.left_out += 1
                    continue
                shown["children"].append(self._shown(child))
                waiting.append((child, shown["children"][-1], depth + 1))
        return top

    def _shown(self, node: Node) -> dict[str, Any]:
        self._seen.add(node.number)
        self.count += 1
        return {**node.shown(), "matched": node.number in self._matched, "children": []}


def kind_of(cause: str) -> str:
    """Return what a cause outside the log is: a command over HTTP, a sweep, or something unknown."""
    return {"http": "command", "sweep": "sweep", "job": "job"}.get(cause.partition(":")[0], "unknown")


def subjects_in(tree: dict[str, Any]) -> set[str]:
    """Return the aggregates a tree is about, to look for their effects."""
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if "subject" in node:
            found.add(str(node["subject"]))
        waiting += node["children"]
    return found


def _node(number: int, event: Envelope, record: Record) -> Node:
    return Node(
        number, event.id, event.type, event.subject, event.time.astimezone(ZONE).isoformat(), event.causationid,
        event.correlationid, event.agency, record.topic, record.partition, record.offset,
    )  # fmt: skip
