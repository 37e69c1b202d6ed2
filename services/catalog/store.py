"""How the catalog's aggregates are stored, found and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.catalog.domain.figures import Figures, evolve_figures
from services.catalog.domain.indexing import IndexRegister, evolve_index_register
from services.catalog.domain.merging import normal
from services.catalog.domain.state import Body, Document, Rejection, evolve_body, evolve_document, evolve_rejection
from services.catalog.domain.tabling import Tabling, evolve_tabling
from shared.bus.decider import Aggregate
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Receipt
from shared.store.port import Scalar


def _receipt_keys(receipts: tuple[Receipt, ...]) -> Iterator[str]:
    for r in receipts:
        yield f"receipt:{r.receipt}"
        if r.verdict != "rejected":
            yield f"event:{r.source}|{r.event}"


def _document_keys(state: Document) -> Iterator[str]:
    yield from _receipt_keys(state.receipts)
    if state.body and state.number_key:
        yield f"number:{state.body}|{state.number_key}"
    if state.body and state.title_key:
        # A document with a number is found by title only by filings that have none: two numbers are two documents.
        yield f"{'titled' if state.number_key else 'title'}:{state.body}|{state.title_key}"
    if state.view is None:
        yield from (f"draft:{draft}" for draft in state.drafts)
    yield from (demand_key(each.origin) for each in state.reviews if each.cause == "demand")


def demand_key(review_id: str) -> str:
    """Return the key of the document whose review the demand for an information opened."""
    return f"demand:{review_id}"


def _document_index(state: Document) -> Mapping[str, Scalar]:
    view = state.view
    last = state.receipts[-1] if state.receipts else None
    index: dict[str, Scalar] = {
        "agency": last.agency if last else "",
        "state": "withdrawn" if state.withdrawn is not None else "admitted" if view else "returned",
        "judged": last.judged_at.isoformat() if last else "",
        "waits": state.waits_for if view is None else None,
    }
    if view is not None:
        index |= {
            "body": view.body,
            "attribute": view.attribute,
            "year": view.written_on.year,
            "genre": view.genre,
            "subject": view.subject,
            "written": view.written_on.isoformat(),
            "reviews": min((str(each.due_on or each.opened_on) for each in state.reviews), default=None),
            "review_year": state.review_year,
            "backlogged": "yes" if state.backlogged else None,
        }
    return index


def _body_keys(state: Body) -> Iterator[str]:
    yield from _receipt_keys(state.receipts)
    yield from dict.fromkeys(f"name:{normal(name)}" for name in (state.name, *state.aliases))


def _rejection_keys(state: Rejection) -> Iterator[str]:
    for r in state.receipts:
        yield f"receipt:{r.receipt}"
        if all(d.code != CatalogCode.ID_REUSED.name for d in r.defects):
            yield f"event:{r.source}|{r.event}"


BODY = Aggregate("body", "catalog", Body, evolve_body, _body_keys, lambda s: {"name": s.name, "region": s.region})
DOCUMENT = Aggregate("document", "catalog", Document, evolve_document, _document_keys, _document_index)
REJECTION = Aggregate(
    "rejection",
    "catalog",
    Rejection,
    evolve_rejection,
    _rejection_keys,
    lambda s: {"agency": s.receipts[-1].agency, "judged": s.receipts[-1].judged_at.isoformat(), "state": "rejected"},
)
FIGURES = Aggregate(
    "figures",
    "catalog",
    Figures,
    evolve_figures,
    lambda s: _receipt_keys(s.receipts),
    lambda s: {
        "agency": s.receipts[-1].agency if s.receipts else "",
        "judged": s.receipts[-1].judged_at.isoformat() if s.receipts else "",
        "body": s.body,
        "year": s.year,
    },
)
INDEX_REGISTER = Aggregate("index", "catalog", IndexRegister, evolve_index_register, remembers=False)
TABLING = Aggregate("tabling", "catalog", Tabling, evolve_tabling)
AGGREGATES = (BODY, DOCUMENT, FIGURES, REJECTION)
"""Those with receipts."""
