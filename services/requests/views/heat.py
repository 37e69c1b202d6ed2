"""How much is asked each day (申请热度), read from what the streams process counts: a view, nothing depends on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any, get_args

from services.requests.domain.hotspots import STAGES, Hotspot, Spot, Stage
from services.requests.store import HOTSPOT
from shared.contracts.facts.requests import HeatDimension
from shared.law.rules import Rules
from shared.store.port import Page, Query, Store

Counts = Callable[[str | None, str | None], Awaitable[Mapping[str, int]]]
"""Gives the counts of the buckets between two."""
DIMENSIONS: Mapping[HeatDimension, str] = {"subject": "主题", "region": "区域", "agency": "机关"}
_AFTER = "\uffff"


async def no_counts(_: str | None, __: str | None) -> Mapping[str, int]:
    """Return nothing, where no streams process counts."""
    return {}


async def daily(counts: Counts, since: date, until: date) -> dict[Spot, dict[date, int]]:
    """Return how many applications each value of each dimension had on each day."""
    found: defaultdict[Spot, dict[date, int]] = defaultdict(dict)
    for bucket, count in (await counts(since.isoformat(), until.isoformat() + _AFTER)).items():
        day, dimension, value = bucket.split("|", 2)
        for known in get_args(HeatDimension):
            if dimension == known:
                found[known, value][date.fromisoformat(day)] = count
    return dict(found)


def label(spot: Spot, names: Mapping[str, str], rules: Rules) -> str:
    """Return what a value is called; ``names`` are the bodies'."""
    dimension, value = spot
    if dimension == "agency":
        return names.get(value, value)
    rows = rules.regions.rows if dimension == "region" else rules.vocabularies.subjects
    return rows[value].label if value in rows else value


def table(heat: Mapping[Spot, Mapping[date, int]], by: HeatDimension, since: date, until: date) -> dict[str, Any]:
    """Return one dimension as a table: a line for each value, the hottest first, a column for each day."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    lines = [
        {"value": value, "days": [counts.get(day, 0) for day in days], "total": sum(counts.values())}
        for (dimension, value), counts in heat.items()
        if dimension == by
    ]
    lines.sort(key=lambda line: (-int(str(line["total"])), str(line["value"])))
    return {"by": by, "from": since.isoformat(), "to": until.isoformat(), "items": lines}


async def hotspots(store: Store, stage: Stage | None, part: Query) -> Page[tuple[Hotspot, int]]:
    """Return a page of hotspots with their versions, the newest first."""
    query = Query({"stage": stage} if stage else {}, order="on", down=True, after=part.after, limit=part.limit)
    page = await store.select(HOTSPOT.kind, query)
    return Page([(HOTSPOT.parse(stored.state), stored.version) for stored in page.items], page.next)


def hotspot(state: Hotspot, names: Mapping[str, str], rules: Rules) -> dict[str, Any]:
    """Return a hotspot."""
    return {
        **state.model_dump(mode="json"),
        "stage_label": STAGES[state.stage],
        "dimension_label": DIMENSIONS[state.dimension],
        "value_label": label((state.dimension, state.value), names, rules),
    }
