"""Which records a replay is about: topics, append times or event times, one key; as offsets, never as a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.bus.port import Log, Record, Slot, partition_of
from shared.clock import ZONE
from shared.contracts.codes import OpsCode
from shared.contracts.envelope import decode
from shared.contracts.problems import Refused, Undecodable


class Scope(BaseModel):
    """What was asked for. Times without an offset are Beijing time; ``by`` says whose time is meant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str | None = None
    begin: str | None = None
    end: str | None = None
    key: str | None = None
    by: Literal["append", "event"] = "append"


@dataclass(frozen=True, slots=True)
class Range:
    """The offsets of a scope, and the times that records must still be looked at for."""

    start: Mapping[Slot, int]
    until: Mapping[Slot, int]
    key: str | None
    low: datetime | None
    high: datetime | None

    @property
    def total(self) -> int:
        """How many records will be read."""
        return sum(self.until[slot] - at for slot, at in self.start.items())

    def wants(self, record: Record) -> bool:
        """Return whether a record that was read belongs to the scope."""
        if self.key is not None and record.key != self.key:
            return False
        if self.low is None and self.high is None:
            return True
        try:
            time = decode(record.value).time
        except Undecodable:
            return False
        return (self.low is None or time >= self.low) and (self.high is None or time < self.high)


async def resolve(log: Log, topics: Sequence[str], scope: Scope, settled: Mapping[Slot, int]) -> Range:
    """Return the offsets of a scope, at most up to where the service has settled.

    Raises ``Refused`` TOPIC_UNKNOWN, TIME_INVALID, or HISTORY_GONE where the beginning is no longer in the log.
    """
    if scope.topic is not None and scope.topic not in topics:
        raise Refused(OpsCode.TOPIC_UNKNOWN, f"本服务读取的主题有：{'、'.join(topics)}")
    low, high = moment_of(scope.begin), moment_of(scope.end)
    by_event = scope.by == "event"
    start: dict[Slot, int] = {}
    until: dict[Slot, int] = {}
    for topic in [scope.topic] if scope.topic is not None else topics:
        bounds = await log.bounds(topic)
        begins = await log.offsets_at(topic, _ms(low)) if low is not None and not by_event else {}
        ends = await log.offsets_at(topic, _ms(high)) if high is not None and not by_event else {}
        for slot, (first, end) in bounds.items():
            if scope.key is not None and slot.partition != partition_of(scope.key, len(bounds)):
                continue
            at = begins.get(slot, 0)
            if first > 0 and at <= first:
                raise Refused(OpsCode.HISTORY_GONE, f"主题 {topic} 分区 {slot.partition} 现在从 {first} 号记录开始")
            start[slot] = at
            until[slot] = max(at, min(ends.get(slot, end), settled.get(slot, end)))
    return Range(start, until, scope.key, low if by_event else None, high if by_event else None)


def moment_of(text: str | None) -> datetime | None:
    """Return the time a person wrote. Raises ``Refused`` TIME_INVALID."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(OpsCode.TIME_INVALID, f"读不懂的时间：{text[:40]}") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=ZONE)


def appended(record: Record) -> str:
    """Return when a record was appended, in Beijing time with its offset."""
    return datetime.fromtimestamp(record.timestamp / 1000, ZONE).isoformat()


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
