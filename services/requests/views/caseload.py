"""The caseload (办件情况): what came in and how it was answered, counted from the log."""

from __future__ import annotations

from collections.abc import Mapping

from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import DecisionMade, RequestReceived
from shared.replay.projection import RowProjection, table_of
from shared.replay.rebuild import current
from shared.store.port import Query, Row, Scalar, Store

CASELOAD = "caseload"
RECEIVED, DECIDED = "received", "decided"
COUNTED = {RECEIVED: ("channel", "category"), DECIDED: ("code", "overdue")}


def caseload_rows(fact: Fact, envelope: Envelope) -> list[Row]:
    """Fold a fact into the caseload: one row per application, one per decision; nobody is named."""
    version = envelope.sequence or 0
    if isinstance(fact, RequestReceived):
        index: Mapping[str, Scalar] = {
            "body": fact.body,
            "year": fact.submitted_on.year,
            "channel": fact.channel,
            "category": fact.category,
        }
        return [Row(RECEIVED, fact.request_id, version, dict(index), index)]
    if isinstance(fact, DecisionMade):
        index = {
            "body": fact.body,
            "year": fact.made_on.year,
            "code": fact.code,
            "overdue": int(fact.overdue),
        }
        return [Row(DECIDED, fact.request_id, version, dict(index), index)]
    return []


def caseload(store: Store, colour: str) -> RowProjection:
    """Return one colour of the caseload."""
    facts = (RequestReceived, DecisionMade)
    return RowProjection(CASELOAD, ("requests",), facts, (RECEIVED, DECIDED), caseload_rows, store, colour)


async def counts(store: Store, body: str, year: int) -> dict[str, dict[str, dict[str, int]]]:
    """Return how many applications and decisions a body had in a year, by each of their facets."""
    colour = await current(store, CASELOAD)
    asked = Query(equal={"body": body, "year": year})
    found: dict[str, dict[str, dict[str, int]]] = {}
    for table, facets in COUNTED.items():
        name = table_of(CASELOAD, colour, table)
        found[table] = {by: {str(k): n for k, n in (await store.count(name, asked, by)).items()} for by in facets}
    return found
