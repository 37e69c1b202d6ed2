"""Queries as MongoDB filters."""

from __future__ import annotations

from typing import Any

from shared.store.port import Query, Scalar
from shared.store.query import Piece, prefix_end


def conditions(query: Query) -> list[dict[str, Any]]:
    """Return what must hold for every match; comparisons never match None, as MongoDB brackets types."""
    found: list[dict[str, Any]] = [{path(field): value} for field, value in query.equal.items()]
    for field, prefix in query.prefix.items():
        end = prefix_end(prefix)
        found.append({path(field): {"$gte": prefix} if end is None else {"$gte": prefix, "$lt": end}})
    if query.order is not None:
        if query.low is not None:
            found.append({path(query.order): {"$gte": query.low}})
        if query.high is not None:
            found.append({path(query.order): {"$lte": query.high}})
    return found


def stretch(piece: Piece, order: str | None, *, down: bool) -> list[dict[str, Any]]:
    """Return what must hold in one piece of the page."""
    sign = "$lt" if down else "$gt"
    behind = [] if piece.after is None else [{"_id": {sign: piece.after[1]}}]
    if order is None:
        return behind
    if piece.null is None:
        return []
    if piece.null:
        return [{path(order): None}, *behind]
    if piece.after is None:
        return [{path(order): {"$ne": None}}]
    value = piece.after[0]
    return [{"$or": [{path(order): {sign: value}}, {path(order): value, **behind[0]}]}]


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one filter of which every part must hold."""
    return {"$and": parts} if parts else {}


def value_at(document: dict[str, Any], order: str | None) -> Scalar:
    """Return the value a document is sorted by."""
    value: Scalar = document["index"].get(order) if order else None
    return value


def path(field: str) -> str:
    """Return where an index field is in a stored document."""
    return f"index.{field}"
