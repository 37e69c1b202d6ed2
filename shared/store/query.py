"""What both adapters make of a ``Query``: names, bounds of a prefix, cursors, and the pieces a page is read in.

None and an absent field are the same value and sort before all others; a bounded field never matches them. One field
holds one type: numbers or strings.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import orjson

from shared.store.port import Query, Scalar

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_LAST = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the sorted results: with ``null`` those without a value, without those with one, None for both.

    ``after`` is the (value, id) it begins behind.
    """

    null: bool | None
    after: tuple[Scalar, str] | None = None


def checked_name(name: str) -> str:
    """Return the name of a kind or table. Raises ``ValueError`` for one that no adapter could hold."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a kind or table: {name!r}")
    return name


@lru_cache(1024)
def checked_field(name: str) -> str:
    """Return the name of an index field. Raises ``ValueError`` for one that no adapter could hold."""
    if not _FIELD.fullmatch(name):
        raise ValueError(f"not a name of an index field: {name!r}")
    return name


def wanted(query: Query, by: str | None = None) -> list[tuple[str, ...]]:
    """Return the indexes a query (counted by ``by``) wants, each as its fields.

    Raises ``ValueError`` for bounds without an order and for names that are no fields.
    """
    if query.order is None and (query.low is not None or query.high is not None):
        raise ValueError("low and high bound the field named by order")
    order = (by,) if by else (query.order,) if query.order else ()
    for name in (*query.equal, *query.prefix, *order, *([query.order] if query.order else [])):
        checked_field(name)
    wishes: list[tuple[str, ...]] = [(name, *(field for field in order if field != name)) for name in query.equal]
    wishes += [(name,) for name in query.prefix]
    if order and not query.equal:
        wishes.append(order)
    return list(dict.fromkeys(wishes))


def plain(index: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return an index as it is stored: checked names, and truth as 0 and 1, which all adapters compare alike."""
    return {checked_field(name): int(value) if value.__class__ is bool else value for name, value in index.items()}


def prefix_end(prefix: str) -> str | None:
    """Return the first string behind all that begin with the prefix, None where there is no end."""
    for place in range(len(prefix) - 1, -1, -1):
        point = ord(prefix[place]) + 1
        if point <= _LAST:
            return prefix[:place] + chr(0xE000 if point == 0xD800 else point)  # surrogates are no characters
    return None


def cursor_of(value: Scalar, id: str) -> str:
    """Return the cursor behind an item."""
    return base64.urlsafe_b64encode(orjson.dumps([value, id])).decode().rstrip("=")


def pieces(query: Query) -> list[Piece]:
    """Return the stretches whose concatenation is the page. Raises ``ValueError`` for a cursor that is none of ours."""
    after = None if query.after is None else _position(query.after)
    if query.order is None:
        return [Piece(None, after)]
    if query.low is not None or query.high is not None:
        return [Piece(False, after)]
    if after is None:
        return [Piece(None)]
    if query.down:
        return [Piece(True, after)] if after[0] is None else [Piece(False, after), Piece(True)]
    return [Piece(True, after), Piece(False)] if after[0] is None else [Piece(False, after)]


def _position(cursor: str) -> tuple[Scalar, str]:
    try:
        value, name = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise ValueError(f"not a cursor: {cursor!r}") from error
    if not isinstance(name, str) or not isinstance(value, str | int | float | None):
        raise ValueError(f"not a cursor: {cursor!r}")
    return value, name
