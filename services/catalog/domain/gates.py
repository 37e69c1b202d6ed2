"""The gates a filing passes to be admitted (入库): rows of data, each a check and its defect code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect
from shared.contracts.facts.feed import DocumentIssued

FOUNDED = date(1949, 10, 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A merged document before the gates.

    ``issuer_known`` says whether the issuer is registered; ``genre_has_number`` whether documents of its genre (文种)
    carry a document number (党政机关公文处理工作条例 Art. 9); ``today`` is the day it is judged.
    """

    values: DocumentIssued
    issuer_known: bool
    genre_has_number: bool
    today: date


@dataclass(frozen=True, slots=True)
class Gate:
    """One check; ``fails`` tells whether the candidate fails it, ``field`` points to what is at fault."""

    code: CatalogCode
    field: str
    fails: Callable[[Candidate], bool]


def _needs_reason(candidate: Candidate) -> bool:
    return candidate.values.attribute in ("依申请公开", "不予公开")


def _implausible(candidate: Candidate) -> bool:
    day = candidate.values.written_on
    return day is not None and not FOUNDED <= day <= candidate.today


def _published_early(candidate: Candidate) -> bool:
    written, published = candidate.values.written_on, candidate.values.published_on
    return written is not None and published is not None and published < written


GATES: tuple[Gate, ...] = (
    Gate(CatalogCode.TITLE_MISSING, "/data/title", lambda c: not c.values.title.strip()),
    Gate(CatalogCode.ISSUER_MISSING, "/data/issuer", lambda c: not (c.values.issuer or "").strip()),
    Gate(
        CatalogCode.ISSUER_UNREGISTERED,
        "/data/issuer",
        lambda c: bool((c.values.issuer or "").strip()) and not c.issuer_known,
    ),
    Gate(CatalogCode.NUMBER_MISSING, "/data/number", lambda c: c.genre_has_number and not c.values.number),
    Gate(CatalogCode.DATE_MISSING, "/data/written_on", lambda c: c.values.written_on is None),
    Gate(CatalogCode.DATE_IMPLAUSIBLE, "/data/written_on", _implausible),
    Gate(CatalogCode.PUBLISHED_BEFORE_WRITTEN, "/data/published_on", _published_early),
    Gate(
        CatalogCode.ATTRIBUTE_MISSING,
        "/data/attribute",
        lambda c: c.values.attribute is None and not c.values.backlog,
    ),
    Gate(
        CatalogCode.ATTRIBUTE_REASON_MISSING,
        "/data/attribute_reason",
        lambda c: _needs_reason(c) and not c.values.attribute_reason,
    ),
    Gate(
        CatalogCode.ATTRIBUTE_BASIS_MISSING,
        "/data/attribute_basis",
        lambda c: c.values.attribute == "不予公开" and not c.values.attribute_basis,
    ),
)


def defects_of(candidate: Candidate) -> tuple[Defect, ...]:
    """Return every gate the candidate fails, in the order of the table."""
    return tuple(Defect(code=g.code.name, field=g.field, detail=g.code.text) for g in GATES if g.fails(candidate))
