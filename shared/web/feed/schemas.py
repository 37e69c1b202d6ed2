"""What may be reported, as JSON Schema (2020-12): made from the same models the door checks with."""

from __future__ import annotations

from functools import cache
from typing import Any

from shared.web.feed.examine import DOCUMENT, FEED_TYPES, OPEN

ROOT = "/feed/v1/schemas"


def catalogue() -> list[dict[str, str]]:
    """Return every feed type, who judges it, and where its schema is."""
    return [
        {"type": name, "judge": model.judge, "schema": f"{ROOT}/{name}", "title": (model.__doc__ or "").split("\n")[0]}
        for name, model in sorted(FEED_TYPES.items())
    ]


@cache
def schema_of(type_: str) -> dict[str, Any] | None:
    """Return the JSON Schema of a type's ``data``, None for no such type."""
    model = FEED_TYPES.get(type_)
    if model is None:
        return None
    schema = model.model_json_schema(mode="validation")
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            part["additionalProperties"] = False
    if type_ == DOCUMENT:  # a document without it, or with another value, is turned away
        schema["properties"]["secrecy"] = {"const": OPEN, "title": "密级"}
        schema["required"] = sorted({*schema.get("required", ()), "secrecy"})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{ROOT}/{type_}", **schema}
