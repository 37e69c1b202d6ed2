"""What operating the platform says: keys, tombstones at the door, orders to consumers."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Fact


class KeyIssued(Fact):
    """An access key was issued; only its SHA-256 is known here. ``source`` and ``feed_types`` bind an agency's key."""

    type: ClassVar[str] = "ops.key-issued"

    key_id: str
    digest: str
    kind: Literal["agency", "officer", "supervisor", "operator", "enterprise", "partner"]
    id: str
    bodies: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    source: str | None = None
    feed_types: tuple[str, ...] = ()
    expires_at: datetime | None = None
    by: str = ""


class KeyRevoked(Fact):
    """An access key is void from now on."""

    type: ClassVar[str] = "ops.key-revoked"

    key_id: str
    person: str
    reason: str


class FeedTurnedAway(Fact):
    """The door refused a reported document because of its secrecy; nothing of it is kept (涉密不入库)."""

    type: ClassVar[str] = "ops.feed-turned-away"

    agency: str
    code: str
    count: int = 1


class DeadOrdered(Fact):
    """A person ordered what happens to the dead letters of one key of one consumer.

    ``since`` and ``upto`` are the places of the first and the last one that waited when the order was given; by them a
    store that is older than the order knows which records were given up.
    """

    type: ClassVar[str] = "ops.dead-ordered"

    consumer: str
    topic: str
    key: str
    mode: Literal["redrive", "discard"]
    person: str
    reason: str
    since: int | None = None
    upto: int | None = None


class SessionEnded(Fact):
    """Somebody signed out of the console; ``session`` is a digest, ``ends_at`` (wire time) when it would have ended."""

    type: ClassVar[str] = "ops.session-ended"

    session: str
    ends_at: datetime


class ConsumerResumed(Fact):
    """A person lets a stopped consumer go on."""

    type: ClassVar[str] = "ops.consumer-resumed"

    consumer: str
    person: str
    reason: str


class ConsumerPaused(Fact):
    """A person stops a consumer until it is resumed; a restart does not forget it."""

    type: ClassVar[str] = "ops.consumer-paused"

    consumer: str
    person: str
    reason: str


class ReplayExecuted(Fact):
    """A planned replay was carried out; ``sent`` counts effects that were missing and are due now (补发)."""

    type: ClassVar[str] = "ops.replay-executed"

    service: str
    plan: str
    proposer: str
    person: str
    reason: str
    send_missing: bool = False


class CalendarPublished(Fact):
    """A year's arrangement of holidays and make-up working days was published (节假日安排), or amended.

    ``off`` has the rest days by the name of the holiday, ``work`` the weekend days that are worked; ``version`` is
    ``<year>.<how many times arranged>``. From ``published_at`` (business time) on every process counts by it.
    """

    type: ClassVar[str] = "ops.calendar-published"

    year: int
    version: str
    notices: tuple[str, ...]
    off: dict[str, tuple[date, ...]]
    work: tuple[date, ...] = ()
    published_at: datetime
    by: str
    reason: str
