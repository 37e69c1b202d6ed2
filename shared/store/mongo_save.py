"""Saving aggregates in MongoDB: one document each, checked first, written under a compare-and-set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.store.port import Conflict, KeyTaken, Owed, Row, Stored
from shared.store.query import plain

_DUPLICATE = 11000


async def check(collection: Any, documents: Sequence[Stored]) -> dict[str, list[Owed]]:
    """Return what each document still owes from earlier saves. Raises ``Conflict`` or ``KeyTaken``."""
    found = {}
    fields = {"version": 1, "keys": 1, "outbox": 1}
    async for line in collection.find({"_id": {"$in": [document.id for document in documents]}}, fields):
        found[line["_id"]] = line
    nothing: dict[str, Any] = {"version": 0, "keys": [], "outbox": []}
    conflicts = [
        document.id for document in documents if found.get(document.id, nothing)["version"] != document.version - 1
    ]
    if conflicts:
        raise Conflict(conflicts)
    gained: dict[str, str] = {}
    freed: set[tuple[str, str]] = set()
    for document in documents:
        before = set(found.get(document.id, nothing)["keys"])
        freed.update((document.id, key) for key in before.difference(document.keys))
        for key in set(document.keys) - before:
            if gained.setdefault(key, document.id) != document.id:
                raise KeyTaken(key)
    await _check_keys(collection, gained, freed)
    return {name: owed_of(line["outbox"]) for name, line in found.items()}


async def _check_keys(collection: Any, gained: Mapping[str, str], freed: set[tuple[str, str]]) -> None:
    if not gained:
        return
    async for line in collection.find({"keys": {"$in": list(gained)}}, {"keys": 1}):
        for key in line["keys"]:
            if gained.get(key, line["_id"]) != line["_id"] and (line["_id"], key) not in freed:
                raise KeyTaken(key)


async def write(collection: Any, documents: Sequence[Stored]) -> tuple[list[Stored], list[Stored]]:
    """Write the documents; return those written and those at which somebody else was faster."""
    try:
        await collection.bulk_write([_update(document) for document in documents], ordered=False)
    except BulkWriteError as error:
        beaten = duplicates(error)
        return (
            [document for place, document in enumerate(documents) if place not in beaten],
            [document for place, document in enumerate(documents) if place in beaten],
        )
    return list(documents), []


def duplicates(error: BulkWriteError) -> set[int]:
    """Return the places at which a unique value was taken. Raises the error again if it is about anything else."""
    failed = error.details["writeErrors"]
    if error.details.get("writeConcernErrors") or any(each["code"] != _DUPLICATE for each in failed):
        raise error
    return {each["index"] for each in failed}


def _update(document: Stored) -> UpdateOne:
    """Where the version is stale nothing matches, and the upsert then fails on the document's own ``_id``."""
    change: dict[str, Any] = {
        "version": document.version,
        "sequence": document.sequence,
        "state": document.state,
        "keys": list(dict.fromkeys(document.keys)),
        "index": plain(document.index),
        # pairs, because a cause may hold dots and dollars
        "causes": [[name, value] for name, value in document.causes.items()],
    }
    new = [{"id": event.id, "topic": event.topic, "key": event.key, "value": event.value} for event in document.outbox]
    return UpdateOne(
        {"_id": document.id, "version": document.version - 1},
        {"$set": change, "$push": {"outbox": {"$each": new}}},
        upsert=True,
    )


def put_of(row: Row, *, upsert: bool) -> UpdateOne:
    """Return the write of a row where it is newer; an upsert fails on the ``_id`` of one that is not older."""
    change = {"version": row.version, "data": orjson.dumps(dict(row.data)), "index": plain(row.index)}
    return UpdateOne({"_id": row.id, "version": {"$lt": row.version}}, {"$set": change}, upsert=upsert)


def line_of(row: Row) -> dict[str, Any]:
    """Return a row as it is stored; its data as JSON, because field names may hold dots and dollars."""
    data, index = orjson.dumps(dict(row.data)), plain(row.index)
    return {"_id": row.id, "version": row.version, "data": data, "index": index}


def row_of(table: str, line: Mapping[str, Any]) -> Row:
    """Return a stored row."""
    return Row(table, line["_id"], line["version"], orjson.loads(line["data"]), line["index"])


def stored_of(kind: str, line: Mapping[str, Any]) -> Stored:
    """Return a stored aggregate, without what it owes."""
    keys, causes = tuple(line["keys"]), dict(line["causes"])
    return Stored(
        kind, line["_id"], line["version"], line["sequence"], bytes(line["state"]), keys, line["index"], causes
    )


def owed_of(outbox: Sequence[Mapping[str, Any]]) -> list[Owed]:
    """Return the events of an outbox, in order."""
    return [Owed(event["id"], event["topic"], event["key"], bytes(event["value"])) for event in outbox]
