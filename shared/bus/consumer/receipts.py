"""Which receipts wait (搁置): those of events that lie among the dead letters of a parked key."""

from __future__ import annotations

from shared.bus.port import Record
from shared.contracts.envelope import decode
from shared.contracts.problems import Undecodable
from shared.store.port import Row, Store

WAITING = "parked_receipts"
"""One row per receipt; a receipt does not name its key, so nothing else finds the parked key by it."""


async def held(store: Store, receipt: str) -> bool:
    """Return whether the event of a receipt waits behind a dead letter in the service with this store."""
    return bool(await store.rows(WAITING, [receipt]))


def waiting_rows(parked: Row, record: Record) -> list[Row]:
    """Return the row by which a buried record's receipt is found; none for what has no receipt or cannot be read.

    Args:
        parked: the row that parks the record's key.
        record: the record behind it.
    """
    try:
        receipt = decode(record.value).receipt
    except Undecodable:
        return []
    return [Row(WAITING, receipt, record.offset + 1, {}, {"key": parked.id})] if receipt else []
