"""Reading for a projection: what is in records, a slice at a time, the next batch while the last one is being saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError

from shared.bus.port import Record
from shared.contracts.envelope import Envelope, decode
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Undecodable

T = TypeVar("T")
Hears = Mapping[str, type[Fact]]
Heard = tuple[Record, Envelope | None, Fact | None, str | None]
"""A record, the event in it, the fact in that where it is heard, and what is wrong where one cannot be read."""

_SLICE = 100
"""Records read at one go, in about a millisecond."""


def hear(records: Sequence[Record], hears: Hears) -> list[Heard]:
    """Read records; what is in one depends on nothing but its bytes."""
    heard: list[Heard] = []
    for record in records:
        try:
            event = decode(record.value)
        except Undecodable as error:
            heard.append((record, None, None, str(error)))
            continue
        fact = wrong = None
        if (model := hears.get(event.type)) is not None:
            try:
                # what model_validate calls, without what it checks about its own arguments: a sixth of its time
                fact = model.__pydantic_validator__.validate_python(event.data)
            except ValidationError as error:
                wrong = f"{event.type}: {error.error_count()} 个字段不合契约"
        heard.append((record, event, fact, wrong))
    return heard


async def heard_of(batches: AsyncIterator[Sequence[Record]], hears: Hears) -> AsyncGenerator[list[Heard], None]:
    """Read batches a slice at a time: in between others have their turn, above all what is on its way to the disk."""
    async for batch in batches:
        heard: list[Heard] = []
        for at in range(0, len(batch), _SLICE):
            await asyncio.sleep(0)
            heard += hear(batch[at : at + _SLICE], hears)
        yield heard


async def ahead(source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Yield what a source yields; the next item is being made while the present one is dealt with."""
    coming = asyncio.ensure_future(anext(source, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.ensure_future(anext(source, None))
            yield item
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()
