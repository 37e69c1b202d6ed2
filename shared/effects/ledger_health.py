"""How endpoints are doing: healthy → degraded → paused, and back (端点健康状况)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from shared.store.port import Query, Row, Store

WINDOW = 300.0
ENOUGH = 10
PROBE = 30.0
PAUSE = 72 * 3_600.0
NOTICES = (3_600.0, 24 * 3_600.0, 66 * 3_600.0)
"""So long without one success, and somebody is told: three warnings before the pause."""
ALARMING = (401, 403, 404)


class Condition(StrEnum):
    """How an endpoint is."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something an endpoint's owner and the operators should hear.

    ``what`` is ``failing`` (with ``seconds`` since it began), ``alarming`` (with ``status``), ``degraded``, ``paused``,
    ``recovered`` or ``closed``.
    """

    endpoint: str
    what: str
    seconds: float | None = None
    status: int | None = None


@dataclass(slots=True)
class Health:
    """What is known about an endpoint that failed lately."""

    endpoint: str
    condition: Condition = Condition.HEALTHY
    since: float | None = None
    noticed: int = 0
    alarmed: bool = False
    held: bool = False
    version: int = 0
    probe: float = 0.0
    recent: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=50))

    def failed(self, now: float, status: int | None) -> Iterator[Notice]:
        """Count a failure; yield what should be heard."""
        self.recent.append((now, False))
        if self.since is None:
            self.since = now
        if status in ALARMING and not self.alarmed:
            self.alarmed = True
            yield Notice(self.endpoint, "alarming", status=status)
        lately = [well for at, well in self.recent if at > now - WINDOW]
        if self.condition is Condition.HEALTHY and len(lately) >= ENOUGH and lately.count(False) * 2 >= len(lately):
            self.condition, self.probe = Condition.DEGRADED, now + PROBE
            yield Notice(self.endpoint, "degraded")

    def succeeded(self, now: float) -> Iterator[Notice]:
        """Count a success; yield what should be heard."""
        self.recent.append((now, True))
        if self.held:
            return
        self.since, self.noticed, self.alarmed = None, 0, False
        if self.condition is not Condition.HEALTHY:
            self.condition = Condition.HEALTHY
            self.recent.clear()
            yield Notice(self.endpoint, "recovered")

    def aged(self, now: float) -> Iterator[Notice]:
        """Look at how long it has failed; yield what should be heard."""
        if self.since is None or self.condition is Condition.PAUSED:
            return
        lasting = now - self.since
        while self.noticed < len(NOTICES) and lasting >= NOTICES[self.noticed]:
            yield Notice(self.endpoint, "failing", seconds=NOTICES[self.noticed])
            self.noticed += 1
        if lasting >= PAUSE:
            self.condition = Condition.PAUSED
            yield Notice(self.endpoint, "paused", seconds=lasting)

    @property
    def forgettable(self) -> bool:
        """Whether nothing is left to remember."""
        return self.since is None and all(well for _, well in self.recent)


class Wards:
    """The endpoints that are not well, kept in rows so that a restart forgets neither how long nor who was told."""

    def __init__(self, store: Store, table: str) -> None:
        self._store = store
        self._table = f"{table}.health"
        self._known: dict[str, Health] = {}

    async def load(self) -> None:
        """Read who was not well when we stopped. Raises ``Unavailable``."""
        after = None
        while True:
            page = await self._store.page(self._table, Query(equal={"sick": 1}, after=after, limit=500))
            for row in page.items:
                condition = Condition(row.data["condition"])
                since, noticed, alarmed = row.data["since"], row.data["noticed"], row.data["alarmed"]
                held = row.data.get("held", False)
                self._known[row.id] = Health(row.id, condition, since, noticed, alarmed, held, row.version)
            after = page.next
            if after is None:
                return

    def condition(self, endpoint: str) -> Condition:
        """Return how an endpoint is."""
        health = self._known.get(endpoint)
        return Condition.HEALTHY if health is None else health.condition

    def unwell(self) -> dict[str, Health]:
        """Return the endpoints that failed lately."""
        return dict(self._known)

    def may_probe(self, endpoint: str, now: float) -> bool:
        """Return whether a degraded endpoint gets an attempt now, and count it as given."""
        health = self._known.get(endpoint)
        if health is None or now < health.probe:
            return health is None
        health.probe = now + PROBE
        return True

    async def count(self, endpoint: str, *, well: bool, now: float, status: int | None = None) -> list[Notice]:
        """Count an attempt; return what should be heard. Raises ``Unavailable``."""
        health = self._known.get(endpoint)
        if health is None:
            if well:
                return []
            health = self._known[endpoint] = Health(endpoint)
        before = health.condition, health.since
        notices = list(health.succeeded(now) if well else health.failed(now, status))
        if notices or before != (health.condition, health.since):
            await self._keep(health, now)
        if health.forgettable:
            del self._known[endpoint]
        return notices

    async def age(self, now: float) -> list[Notice]:
        """Look at all that are not well; return what should be heard. Raises ``Unavailable``."""
        notices = []
        for health in list(self._known.values()):
            if found := list(health.aged(now)):
                notices += found
                await self._keep(health, now)
        return notices

    async def pause(self, endpoint: str, now: float) -> None:
        """Try an endpoint no more until ``resume``, because a person said so. Raises ``Unavailable``."""
        health = self._known.setdefault(endpoint, Health(endpoint))
        health.condition, health.held, health.since = Condition.PAUSED, True, health.since or now
        await self._keep(health, now)

    async def resume(self, endpoint: str, now: float) -> None:
        """Let a paused endpoint be tried again, at once. Raises ``Unavailable``."""
        health = self._known.get(endpoint)
        if health is not None and health.condition is Condition.PAUSED:
            health.condition, health.since, health.noticed, health.probe = Condition.DEGRADED, now, 0, 0.0
            health.held = False
            await self._keep(health, now)

    async def _keep(self, health: Health, now: float) -> None:
        data = {
            "condition": health.condition.value,
            "since": health.since,
            "noticed": health.noticed,
            "alarmed": health.alarmed,
            "held": health.held,
        }
        sick = 1 if health.since is not None else None
        index = {"sick": sick, "condition": health.condition.value}
        health.version = max(health.version + 1, int(now * 1_000_000))  # of several processes the latest news counts
        await self._store.put([Row(self._table, health.endpoint, health.version, data, index)])
