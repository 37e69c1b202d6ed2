"""One canonical JSON for the whole platform (RFC 8785), so that equal values have equal bytes."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from pydantic import BaseModel


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value made of dicts with string keys, lists, strings, integers, booleans and None.

    RFC 8785 sorts keys by UTF-16 code units; ours are ASCII or in the basic plane, where that equals code points.
    Models are dumped in JSON mode first. Floats are allowed but discouraged: their shortest form is orjson's.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
