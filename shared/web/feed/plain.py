"""Data that needs no examination beyond its types, and what knows it when it is decoded already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import CoreSchema, SchemaValidator

_APART = frozenset(("text",))
"""Fields the examination looks at beyond their types; those that name files are no plain fields anyhow."""
_DAY: Mapping[str, Any] = {
    "type": "chain",
    "steps": [{"type": "str", "strict": True, "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, {"type": "date"}],
}


@cache
def plain(model: type[BaseModel]) -> SchemaValidator | None:
    """Return what knows the plain data of a type when it is decoded already; None where there is no telling.

    It is the type's own schema with less: texts, bounded whole numbers, days, choices, and lists of these. It builds no
    model, which takes half of the time of checking one.
    """
    schema = _fields_of(model)
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


def _fields_of(model: type[BaseModel]) -> Mapping[str, Any] | None:
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
