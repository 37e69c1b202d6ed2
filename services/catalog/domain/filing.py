"""Filing a document (公文备案): a filing with an identity is always kept; the library needs all gates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.catalog.domain.gates import Candidate, defects_of
from services.catalog.domain.merging import (
    NOT_CONTENT,
    changed_fields,
    differences,
    key_of_number,
    key_of_title,
    merge,
    next_edition,
    normal,
    view_of,
)
from services.catalog.domain.report import Report, Surroundings, defect, judged
from services.catalog.domain.state import Document, evolve_document
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect, Fact, Verdict
from shared.contracts.facts.catalog import (
    AttributeChanged,
    AttributeDetermined,
    DocumentArchived,
    DocumentFiled,
    DocumentRevised,
    DocumentView,
    FilingJudged,
)
from shared.contracts.facts.feed import DocumentIssued
from shared.law.workdays import legal_date


def file_document(state: Document | None, report: Report, document_id: str, around: Surroundings) -> list[Fact]:
    """Judge one report against its document; the last fact is the verdict for its receipt."""
    if state is not None:
        answer = _known_already(state, report, around.now)
        if answer is not None:
            return answer
    filed = _filed(state, report, document_id, around)
    state = evolve_document(state, filed)
    facts = [filed, *_admission(state, around)]
    verdict: Verdict = "returned" if filed.defects else "admitted"
    notes = tuple(defect(CatalogCode.SOURCES_DIFFER, f"/data/{f}") for f in differences(_values(state)))
    return [*facts, judged(report, verdict, around.now, filed.defects + notes, aggregate=document_id)]


def judge_again(state: Document, around: Surroundings) -> list[Fact]:
    """Judge a waiting document again, for example once its issuer is registered; silent where nothing changes."""
    if state.view is not None or state.withdrawn is not None or not state.receipts:
        return []
    merged = merge(_values(state))
    defects = _defects(merged, around)
    if defects == state.defects:
        return []
    origin, newest = max(state.filings.items(), key=lambda item: item[1].revision)
    filed = DocumentFiled(
        document_id=state.document_id,
        receipt=newest.receipt,
        origin=origin,
        agency=newest.agency,
        revision=newest.revision,
        content=state.contents[newest.receipt],
        values=newest.values,
        defects=defects,
        **_identity(state, merged, around),
    )
    last = next(r for r in reversed(state.receipts) if r.receipt == newest.receipt)
    verdict = FilingJudged(
        **last.model_dump(exclude={"content", "verdict", "defects", "judged_at"}),
        verdict="returned" if defects else "admitted",
        defects=defects,
        aggregate=state.document_id,
        judged_at=around.now,
    )
    return [filed, *_admission(evolve_document(state, filed), around), verdict]


def _known_already(state: Document, report: Report, now: datetime) -> list[Fact] | None:
    """Answer what needs no judging: the same report, its id on other content, its content under another id."""
    for old in state.receipts:
        if old.receipt == report.receipt:
            return []
        if (old.source, old.event) == (report.source, report.event):
            return [judged(report, "rejected", now, (defect(CatalogCode.ID_REUSED, "/id"),))]
    if state.withdrawn is not None:
        return [judged(report, "rejected", now, (defect(CatalogCode.WITHDRAWN),), aggregate=state.document_id)]
    first = next((r for r, content in state.contents.items() if content == report.content), None)
    if first is not None:
        return [judged(report, "duplicate", now, aggregate=state.document_id, first=first)]
    return None


def _values(state: Document) -> dict[str, dict[str, Any]]:
    return {origin: filing.values for origin, filing in state.filings.items()}


def _filed(state: Document | None, report: Report, document_id: str, around: Surroundings) -> DocumentFiled:
    values = report.values.model_dump(mode="json", exclude_defaults=True, exclude=set(NOT_CONTENT))
    fact = DocumentFiled(
        document_id=document_id,
        receipt=report.receipt,
        origin=report.values.origin,
        agency=report.agency,
        revision=report.revision,
        content=report.content,
        values=values,
        draft=report.draft,
    )
    state = evolve_document(state, fact)
    merged = merge(_values(state))
    defects = _defects(merged, around)
    waits = around.issuer is None and merged.issuer
    return fact.model_copy(
        update={
            **_identity(state, merged, around),
            "defects": defects,
            "waits_for": normal(merged.issuer) if waits else None,
        }
    )


def _identity(state: Document, merged: DocumentIssued, around: Surroundings) -> dict[str, Any]:
    body = around.issuer.body if around.issuer else None
    title = key_of_title(merged.title, merged.written_on) if body else None
    return {
        "body": body,
        "number_key": key_of_number(merged.number) if body else None,
        "title_key": title if title != state.title_key and not around.title_taken else None,
    }


def _defects(merged: DocumentIssued, around: Surroundings) -> tuple[Defect, ...]:
    genre = merged.genre or next((g for g in around.numbered if normal(merged.title).endswith(g)), "")
    needs_number = genre in around.numbered
    return defects_of(Candidate(merged, around.issuer is not None, needs_number, legal_date(around.now)))


def _admission(state: Document, around: Surroundings) -> list[Fact]:
    if state.defects or around.issuer is None:
        return []
    values = merge(_values(state))
    if state.view is None:
        view = view_of(state, values, around.issuer.body, around.issuer.region, 1)
        view = view.model_copy(update={"index_number": values.index_number})
        return [
            AttributeDetermined(
                document_id=state.document_id,
                attribute=view.attribute,
                reason=view.attribute_reason,
                basis=view.attribute_basis,
                effective_at=around.now,
            ),
            DocumentArchived(document=view),
        ]
    after = view_of(state, values, around.issuer.body, around.issuer.region, state.view.edition)
    # A number that was given stays, whatever later filings say or leave out.
    after = after.model_copy(update={"index_number": state.view.index_number})
    return _revision(state.view, after, around.now)


def _revision(before: DocumentView, after: DocumentView, now: datetime) -> list[Fact]:
    changed = changed_fields(before, after)
    after = after.model_copy(update={"edition": next_edition(before, changed)})
    facts: list[Fact] = []
    if "attribute" in changed:
        facts.append(
            AttributeChanged(
                document=after,
                before=before.attribute,
                after=after.attribute,
                reason=after.attribute_reason or "报送单位重新报送",
                basis=after.attribute_basis or "",
                effective_at=now,
            )
        )
    others = tuple(f for f in changed if not (f.startswith("attribute") and facts))
    return [*facts, DocumentRevised(document=after, changed=others)] if others else facts
