"""Taking in at a glance what is plainly good; the careful examination would let it in with the very same bytes.

Nothing is refused here: whatever is not plainly good, for whatever reason, is left to be examined with care.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import orjson
from pydantic_core import CoreSchema, SchemaValidator

from shared.contracts.canonical import canonical
from shared.contracts.facts.feed import FeedFact
from shared.contracts.strict import loose
from shared.web.feed.examine import FEED_TYPES, Examiner
from shared.web.feed.stamp import Stamp
from shared.web.feed.taken import Taken

_APART = frozenset(("text",))
"""Fields the examination looks at beyond their types; those that name files are no plain fields anyhow."""
_DAY: Mapping[str, Any] = {
    "type": "chain",
    "steps": [{"type": "str", "strict": True, "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, {"type": "date"}],
}


class Glance:
    """The first look at the lines of one call; most of them need no second one."""

    def __init__(self, examiner: Examiner, stamp: Stamp) -> None:
        self._examiner, self._stamp = examiner, stamp

    def take(self, line: bytes, taken: Taken) -> bool:
        """Take in a line that is plainly good; False leaves ``taken`` as it was.

        That its JSON has one meaning only is seen from the length of what is written from it. Plain data has no floats
        and no escapes, so nothing can come back longer than it was; a doubled key, white space, a sign before a nought
        come back shorter. Its numbers are bounded and its depth is too: `plain` knows no others.
        """
        if b"\\" in line or loose(line):
            return False
        try:
            wire = orjson.loads(line)
        except orjson.JSONDecodeError:
            return False
        examiner = self._examiner
        frame = examiner.frame(wire) if wire.__class__ is dict else None
        if frame is None or examiner.secret(wire) or "time" not in wire:
            return False
        type_, data = wire["type"], wire["data"]
        kind = examiner.kind(type_)
        validator = None if kind.refusal is not None else plain(type_)
        if validator is None or not validator.isinstance_python(data):
            return False
        told = canonical(data)
        # A text that came without escapes needs none.
        written = frame % {
            b"id": wire["id"].encode(),
            b"subject": wire["subject"].encode(),
            b"time": wire["time"].encode(),
            b"data": told,
        }
        return len(written) == len(line) and self._stamp.seal(wire, told, written, kind.judge, taken)


@cache
def plain(type_: str) -> SchemaValidator | None:
    """Return what knows the plain data of a type when it is decoded already; None where there is no telling.

    It is the type's own schema with less: texts, bounded whole numbers, days, choices, and lists of these. It builds no
    model, which takes half of the time of checking one.
    """
    schema = _model_of(FEED_TYPES[type_])
    if schema is None:
        return None
    fields = {}
    for name, field in schema["fields"].items():
        kept = None if name in _APART else _plain(field["schema"])
        if kept is not None:
            fields[name] = {
                "type": "typed-dict-field",
                "schema": kept,
                "required": field["schema"]["type"] != "default",
            }
        elif field["schema"]["type"] != "default":
            return None
    return SchemaValidator(cast(CoreSchema, {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}))


def _model_of(model: type[FeedFact]) -> Mapping[str, Any] | None:
    schema: Mapping[str, Any] = model.__pydantic_core_schema__
    while schema["type"] in ("definitions", "model"):
        schema = schema["schema"]
    return schema if schema["type"] == "model-fields" else None


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the schema of a field for decoded JSON, None where the field is not plain."""
    kind = schema["type"]
    if kind == "default":
        return _plain(schema["schema"])
    if kind == "nullable":
        inner = _plain(schema["schema"])
        return inner and {"type": kind, "schema": inner}
    if kind == "tuple":
        items = [_plain(item) for item in schema["items_schema"]]
        return None if None in items else {**schema, "items_schema": items}
    if kind in ("str", "bool") or (kind == "int" and {"ge", "le"} <= schema.keys()):
        return {**schema, "strict": True}
    if kind == "literal" and all(each.__class__ is str for each in schema["expected"]):
        return schema
    return _DAY if schema == {"type": "date"} else None
