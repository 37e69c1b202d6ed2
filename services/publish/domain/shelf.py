"""The shelf (解读架): interpretations reported for one document, judged, waiting until it is public."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.contracts.canonical import digest
from shared.contracts.codes import PublishCode
from shared.contracts.facts.base import Defect, Fact, Verdict
from shared.contracts.facts.feed import InterpretationIssued
from shared.contracts.facts.publish import (
    FilingJudged,
    InterpretationFiled,
    InterpretationLinked,
    InterpretationView,
    ItemPublished,
)
from shared.law.docnumbers import number_key
from shared.law.script import simplify


@dataclass(frozen=True, slots=True)
class Filing:
    """A reported interpretation with what the door stamped on it."""

    receipt: str
    source: str
    event: str
    agency: str
    bodies: tuple[str, ...]
    fact: InterpretationIssued
    now: datetime

    @property
    def content(self) -> str:
        """Digest of what was reported."""
        return digest(self.fact)

    @property
    def number(self) -> str | None:
        """The normalised number of the document, None where none was given or it is none."""
        return number_key(self.fact.document_number) if self.fact.document_number else None

    @property
    def shelf(self) -> str:
        """Name of the shelf: one per named document; empty where no document is named."""
        if self.fact.document_id:
            return f"id|{self.fact.document_id}"
        return f"number|{issuer_key(self.fact.issuer)}|{self.number}" if self.number else ""


class Kept(BaseModel):
    """An interpretation on the shelf."""

    model_config = ConfigDict(frozen=True)

    filed: InterpretationFiled
    linked: tuple[str, ...] = ()


class Shelf(BaseModel):
    """State of a shelf: what lies on it, and the verdict on every report that led to it."""

    model_config = ConfigDict(frozen=True)

    kept: tuple[Kept, ...] = ()
    judged: tuple[FilingJudged, ...] = ()


class Rejection(BaseModel):
    """State of a report that was rejected or returned and touched nothing."""

    model_config = ConfigDict(frozen=True)

    judged: FilingJudged


def issuer_key(name: str) -> str:
    """Return the name of an issuer in the form in which issuers are compared."""
    return re.sub(r"\s+", "", simplify(name))


def evolve_shelf(state: Shelf | None, fact: Fact) -> Shelf:
    """Fold a fact into a shelf; a newer edition of an interpretation takes the place of the older one."""
    state = state or Shelf()
    if isinstance(fact, FilingJudged):
        return state.model_copy(update={"judged": (*state.judged, fact)})
    if isinstance(fact, InterpretationFiled):
        id_ = fact.interpretation.interpretation_id
        others = tuple(each for each in state.kept if each.filed.interpretation.interpretation_id != id_)
        return state.model_copy(update={"kept": (*others, Kept(filed=fact))})
    if isinstance(fact, InterpretationLinked):
        return state.model_copy(update={"kept": tuple(_link(each, fact) for each in state.kept)})
    raise TypeError(f"not a fact of a shelf: {fact.type}")


def evolve_rejection(state: Rejection | None, fact: Fact) -> Rejection:
    """Fold the one verdict of a rejected report."""
    if isinstance(fact, FilingJudged):
        return Rejection(judged=fact)
    raise TypeError(f"not a fact of a rejection: {fact.type}")


def shelve(
    state: Shelf | None, filing: Filing, id_: str, elsewhere: Rejection | None, item: ItemPublished | None
) -> Sequence[Fact]:
    """Judge a report that names a document: admitted, or a duplicate of what lies here already.

    ``elsewhere`` is the rejection that the same event id got before: then this report is an ID_REUSED or a repetition,
    and the rejection answers; as it does for a document (``item``) of a body the reporter may not speak for.
    """
    state = state or Shelf()
    foreign = item is not None and not speaks_for(filing.agency, filing.bodies, item)
    if foreign or elsewhere is not None or _same_event(state.judged, filing) is not None or defects_of(filing):
        return ()
    first = next((each for each in state.judged if each.content == filing.content), None)
    if first is not None:
        return (_verdict(filing, "duplicate", first=first.receipt, aggregate=id_),)
    view = _view(filing, state)
    filed = InterpretationFiled(
        shelf_id=id_,
        interpretation=view,
        issuer=filing.fact.issuer,
        document_id=filing.fact.document_id,
        number_key=filing.number,
        agency=filing.agency,
        bodies=filing.bodies,
        content=filing.content,
    )
    return (filed, _verdict(filing, "admitted", aggregate=view.interpretation_id))


def reject(
    shelves: Iterable[Shelf | None], known: Rejection | None, item: ItemPublished | None, filing: Filing
) -> Sequence[Fact]:
    """Judge a report that touches nothing: its id was used before, it names no document, or one of another body."""
    earlier = [each for shelf in shelves if shelf is not None for each in shelf.judged]
    if known is not None:
        earlier.append(known.judged)
    before = _same_event(earlier, filing)
    if before is not None:
        if before.content == filing.content:
            return ()
        defect = Defect(code=PublishCode.ID_REUSED.name, detail=PublishCode.ID_REUSED.text)
        return (_verdict(filing, "rejected", defects=(defect,)),)
    if item is not None and not speaks_for(filing.agency, filing.bodies, item):
        code = PublishCode.BODY_NOT_YOURS
        return (_verdict(filing, "rejected", defects=(Defect(code=code.name, detail=code.text),)),)
    defects = defects_of(filing)
    return (_verdict(filing, "returned", defects=defects),) if defects else ()


def offer(state: Shelf | None, item: ItemPublished) -> Sequence[Fact]:
    """Link what waits here to a document that is public now and does not show it yet."""
    if state is None:
        return ()
    shown = {each.interpretation_id: each.edition for each in item.interpretations}
    return [
        InterpretationLinked(
            shelf_id=each.filed.shelf_id, item_id=item.item_id, interpretation=each.filed.interpretation
        )
        for each in state.kept
        if shown.get(each.filed.interpretation.interpretation_id, 0) < each.filed.interpretation.edition
        and speaks_for(each.filed.agency, each.filed.bodies, item)
    ]


def speaks_for(agency: str, bodies: Sequence[str], item: ItemPublished) -> bool:
    """Return whether a reporter may interpret this document: its own agency's, or of a body its key names."""
    if agency and agency == item.document.agency:
        return True
    return any(fnmatchcase(item.document.body, pattern) for pattern in bodies)


def defects_of(filing: Filing) -> tuple[Defect, ...]:
    """Return what is wrong with a reported interpretation."""
    found: list[tuple[PublishCode, str]] = []
    fact = filing.fact
    if not fact.document_id and not fact.document_number:
        found.append((PublishCode.REFERENCE_MISSING, "/document_number"))
    elif not fact.document_id and filing.number is None:
        found.append((PublishCode.NUMBER_INVALID, "/document_number"))
    if fact.text_blob is None and not (fact.text or "").strip() and not fact.files:
        found.append((PublishCode.INTERPRETATION_EMPTY, "/text"))
    return tuple(Defect(code=code.name, field=field, detail=code.text) for code, field in found)


def _same_event(judged: Iterable[FilingJudged], filing: Filing) -> FilingJudged | None:
    mine = (filing.source, filing.event)
    return next((e for e in judged if (e.source, e.event) == mine and not _reuse(e)), None)


def _reuse(judged: FilingJudged) -> bool:
    return any(each.code == PublishCode.ID_REUSED.name for each in judged.defects)


def _view(filing: Filing, state: Shelf) -> InterpretationView:
    """Build the view; same title and form on one shelf is the same interpretation in a newer edition."""
    fact = filing.fact
    natural = f"{filing.shelf}|{fact.form}|{issuer_key(fact.title)}"
    id_ = f"in{digest(natural)[:20]}"
    known = (e.filed.interpretation for e in state.kept if e.filed.interpretation.interpretation_id == id_)
    edition = max((each.edition for each in known), default=0) + 1
    return InterpretationView(
        interpretation_id=id_,
        title=fact.title,
        issuer=fact.issuer,
        form=fact.form,
        published_on=fact.published_on,
        text=fact.text_blob,
        files=fact.files,
        edition=edition,
    )


def _verdict(filing: Filing, verdict: Verdict, **more: Any) -> FilingJudged:
    return FilingJudged(
        receipt=filing.receipt,
        source=filing.source,
        event=filing.event,
        feed_type=InterpretationIssued.type,
        agency=filing.agency,
        verdict=verdict,
        title=filing.fact.title,
        judged_at=filing.now,
        content=filing.content,
        **more,
    )


def _link(kept: Kept, fact: InterpretationLinked) -> Kept:
    same = kept.filed.interpretation.interpretation_id == fact.interpretation.interpretation_id
    if not same or fact.item_id in kept.linked:
        return kept
    return kept.model_copy(update={"linked": (*kept.linked, fact.item_id)})
