"""The register of issuing bodies (发文机关名录)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from services.catalog.domain.report import may_file
from services.catalog.domain.state import Body
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect, Fact, Verdict
from shared.contracts.facts.catalog import BodyRegistered, FilingJudged
from shared.contracts.facts.feed import BodyRegistered as Reported


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a report of a body comes from; ``bodies`` are the patterns its key may file for."""

    receipt: str
    source: str
    event: str
    agency: str
    bodies: tuple[str, ...]


def register_body(
    state: Body | None, reported: Reported, origin: Origin, *, name_owner: str | None, now: datetime
) -> list[Fact]:
    """Enter or change a body; the last fact is the verdict for the receipt.

    ``name_owner`` is the body that has one of the names already: a name leads to one body only.
    """
    verdict = partial(_verdict, reported, origin, now)
    for old in state.receipts if state else ():
        if old.receipt == origin.receipt:
            return []
        if (old.source, old.event) == (origin.source, origin.event):
            return [verdict("rejected", _defect(CatalogCode.ID_REUSED, "/id"))]
    if not may_file(origin.bodies, reported.body):
        return [verdict("rejected", _defect(CatalogCode.BODY_NOT_YOURS, "/data/body"))]
    if name_owner is not None:
        return [verdict("rejected", _defect(CatalogCode.BODY_NAME_TAKEN, "/data/name"))]
    fact = BodyRegistered(**reported.model_dump(), agency=origin.agency)
    if state is not None and state.model_copy(update=fact.model_dump()) == state:
        first = next(r.receipt for r in state.receipts if r.verdict == "admitted")
        return [verdict("duplicate", first=first)]
    return [fact, verdict("admitted")]


def _verdict(
    reported: Reported, origin: Origin, now: datetime, verdict: Verdict, *defects: Defect, first: str | None = None
) -> FilingJudged:
    return FilingJudged(
        receipt=origin.receipt,
        source=origin.source,
        event=origin.event,
        feed_type=Reported.type,
        agency=origin.agency,
        verdict=verdict,
        defects=defects,
        aggregate=reported.body if verdict != "rejected" else None,
        first=first,
        title=reported.name,
        judged_at=now,
    )


def _defect(code: CatalogCode, field: str) -> Defect:
    return Defect(code=code.name, field=field, detail=code.text)
