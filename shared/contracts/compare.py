"""Whether a contract changed only by adding: the new reader understands old data, the old reader new data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_FACETS = ("type", "format", "pattern", "const")
_TIGHTER = (
    ("maxLength", min),
    ("maximum", min),
    ("maxItems", min),
    ("minLength", max),
    ("minimum", max),
    ("minItems", max),
)


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what would break between two schemas of one fact, in words; empty where the change only adds.

    Looked at in both directions: data written under ``old`` must be readable under ``new`` (nothing newly required,
    removed from an enumeration or bounded tighter), and data written under ``new`` under ``old`` by a reader that
    ignores unknown fields (nothing old that was required left out, nothing retyped).
    """
    return list(_object(old, new, old, new, ""))


def _object(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{at}/{name}: removed"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{at}/{name}: required now, old data may lack it"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{at}/{name}: no longer required, an old reader needs it"
    for name in sorted(before.keys() & after.keys()):
        yield from _value(before[name], after[name], old_root, new_root, f"{at}/{name}")


def _value(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    yield from _choices(old, new, old_root, new_root, at)
    yield from _facets(old, new, at)
    yield from _bounds(old, new, at)
    yield from _object(old, new, old_root, new_root, at)
    for inner in ("items", "additionalProperties"):
        if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
            yield from _value(old[inner], new[inner], old_root, new_root, f"{at}/*")


def _facets(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for facet in _FACETS:
        if old.get(facet) != new.get(facet) and not (facet == "pattern" and facet not in new):
            yield f"{at}: {facet} was {old.get(facet)!r}, is {new.get(facet)!r}"
    for value in old.get("enum", ()):
        if "enum" in new and value not in new["enum"]:
            yield f"{at}: {value!r} is no longer allowed"


def _bounds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for bound, pick in _TIGHTER:
        was, now = old.get(bound), new.get(bound)
        if now is not None and (was is None or (now != was and pick(was, now) == now)):
            yield f"{at}: {bound} was {was}, is {now}"


def _choices(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    """Compare alternatives (``anyOf``) one by one; they stand in the order of the model's annotation."""
    before, after = old.get("anyOf", []), new.get("anyOf", [])
    if len(before) != len(after):
        yield f"{at}: {len(before)} alternatives became {len(after)}"
        return
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        yield from _value(one, other, old_root, new_root, f"{at}|{number}")


def _resolved(schema: Schema, root: Schema) -> Schema:
    name = schema.get("$ref")
    if name is None:
        return schema
    found: Schema = root["$defs"][name.rsplit("/", 1)[1]]
    return found
