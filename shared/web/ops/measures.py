"""What ``/metrics`` says of a service beyond its requests: lag, debts, parked keys, dead letters, effects, projections.

Read when somebody asks, so a number is never older than the question; only the dead letters, which cost a read of
their topics, may be ``PATIENCE`` seconds old.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge

from shared.contracts.problems import Unavailable
from shared.replay.follower import HistoryGone
from shared.replay.operations import Operations
from shared.store.port import Query

PATIENCE = 30.0


class Gauges:
    """The gauges of one service."""

    def __init__(self, registry: CollectorRegistry, ops: Operations, elapsed: Callable[[], float]) -> None:
        """``elapsed`` is a monotonic clock in seconds."""

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"gongkai_{name}", text, labels, registry=registry)

        self._ops, self._elapsed = ops, elapsed
        self._turn = asyncio.Lock()
        self._dead_at = float("-inf")
        self._ready = gauge("consumer_ready", "1 while the consumer is in its group and not stopped")
        self._held = gauge("consumer_held", "Partitions that wait for a store or broker that is away")
        self._lag = gauge("consumer_lag", "Records not settled yet", "topic", "partition")
        self._parked = gauge("parked_keys", "Keys that wait behind a dead letter")
        self._owed = gauge("events_owed", "Events decided and not yet in the log")
        self._stuck = gauge("events_stuck", "Documents whose events no broker takes")
        self._reachable = gauge("store_reachable", "1 while store and log answer")
        self._dead = gauge("dead_letters", "Dead letters nothing was done about")
        self._effects = gauge("effects", "Effects of the ledger by state", "state")
        self._behind = gauge("projection_lag", "Records the live projection has not read", "projection")
        self._faults = gauge("projection_faults", "Records the live projection could not apply", "projection")

    async def refresh(self) -> None:
        """Read everything anew; what is away leaves its last numbers and is told by ``gongkai_store_reachable``."""
        async with self._turn:
            self._consumer()
            try:
                await self._stored()
                self._reachable.set(1)
            except (Unavailable, HistoryGone):
                self._reachable.set(0)

    def _consumer(self) -> None:
        health, relay = self._ops.consumer.health, self._ops.relay
        self._ready.set(health.ready)
        self._held.set(len(health.held))
        self._parked.set(health.parked)
        self._lag.clear()
        for slot, lag in health.lag.items():
            self._lag.labels(slot.topic, slot.partition).set(lag)
        self._owed.set(relay.owed_count)
        self._stuck.set(relay.stuck_count)

    async def _stored(self) -> None:
        counted = await self._ops.store.count(self._ops.ledger, Query(), by="state")
        for state in ("due", "claimed", "accepted", "uncertain", "closed"):
            self._effects.labels(state).set(counted.get(state, 0))
        for name, projector in self._ops.projectors.items():
            live = await projector.live()
            self._behind.labels(name).set(await live.lag())
            self._faults.labels(name).set(live.faults)
        if self._elapsed() - self._dead_at >= PATIENCE:
            self._dead.set(sum(fate == "waiting" for _, fate in await self._ops.dead.all()))
            self._dead_at = self._elapsed()


def gauges(registry: CollectorRegistry, ops: Operations) -> Gauges:
    """Return the gauges of a service, on the machine's clock."""
    return Gauges(registry, ops, time.monotonic)
