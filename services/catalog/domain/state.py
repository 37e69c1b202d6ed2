"""What the catalog knows of bodies, documents and rejected filings, folded from its own facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from shared.contracts.facts.base import Defect, Fact, Receipt, Value
from shared.contracts.facts.catalog import (
    AttributeChanged,
    AttributeChangeProposed,
    AttributeDetermined,
    AttributeReviewDue,
    AttributeReviewed,
    BodyRegistered,
    DocumentArchived,
    DocumentFiled,
    DocumentIndexed,
    DocumentRevised,
    DocumentTagged,
    DocumentView,
    DocumentWithdrawn,
    FilingJudged,
    Review,
)


class Filing(Value):
    """The newest report of one origin."""

    receipt: str
    revision: str
    agency: str
    values: dict[str, Any]


class AttributeEntry(Value):
    """One line of the history of a disclosure attribute (公开属性); ``letter`` numbers the letter that set it."""

    attribute: str
    reason: str | None = None
    basis: str | None = None
    by: str = ""
    request_id: str | None = None
    letter: str = ""
    effective_at: datetime | None = None


class Document(Value):
    """A document with its filings by origin; ``view`` exists once it is admitted (入库).

    ``decided`` says that a person or a conversion set the attribute: filings no longer do. ``reviews`` are the open
    reviews of the attribute, ``review_year`` the last year a yearly one was opened for, ``backlogged`` that the one for
    older documents was.
    """

    document_id: str
    filings: dict[str, Filing] = Field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    contents: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    number_key: str | None = None
    title_key: str | None = None
    drafts: tuple[str, ...] = ()
    defects: tuple[Defect, ...] = ()
    waits_for: str | None = None
    view: DocumentView | None = None
    attributes: tuple[AttributeEntry, ...] = ()
    decided: bool = False
    reviews: tuple[Review, ...] = ()
    review_year: int | None = None
    backlogged: bool = False
    withdrawn: str | None = None
    erased: bool = False

    @property
    def title(self) -> str:
        """The title as last reported; empty where nobody gave one."""
        if self.view is not None:
            return self.view.title
        return next((str(f.values["title"]) for f in self.filings.values() if f.values.get("title")), "")


class Body(Value):
    """A registered body (发文机关)."""

    body: str
    name: str
    aliases: tuple[str, ...] = ()
    number_codes: tuple[str, ...] = ()
    region: str | None = None
    level: str | None = None
    parent: str | None = None
    organisation_code: str | None = None
    agency: str = ""
    receipts: tuple[Receipt, ...] = ()


class Rejection(Value):
    """A reported event that touched nothing."""

    receipts: tuple[Receipt, ...] = ()


def receipt_of(fact: FilingJudged, content: str = "") -> Receipt:
    """Return the receipt a verdict settles."""
    return Receipt(**fact.model_dump(exclude={"aggregate"}), content=content)


def evolve_body(state: Body | None, fact: Fact) -> Body:
    """Fold a fact into a body."""
    match fact:
        case BodyRegistered():
            return Body(**fact.model_dump(), receipts=state.receipts if state else ())
        case FilingJudged() if state is not None:
            return state.model_copy(update={"receipts": (*state.receipts, receipt_of(fact))})
    raise ValueError(f"a body cannot hear {type(fact).__name__}")


def evolve_rejection(state: Rejection | None, fact: Fact) -> Rejection:
    """Fold a fact into a rejection."""
    if not isinstance(fact, FilingJudged):
        raise ValueError(f"a rejection cannot hear {type(fact).__name__}")
    return Rejection(receipts=(*(state.receipts if state else ()), receipt_of(fact)))


def evolve_document(state: Document | None, fact: Fact) -> Document:
    """Fold a fact into a document."""
    if state is None:
        if not isinstance(fact, DocumentFiled):
            raise ValueError(f"a document cannot begin with {type(fact).__name__}")
        state = Document(document_id=fact.document_id)
    return state.model_copy(update=_changes(state, fact))


def _changes(state: Document, fact: Fact) -> dict[str, Any]:
    match fact:
        case DocumentFiled():
            return _filed(state, fact)
        case FilingJudged():
            content = state.contents.get(fact.receipt, "")
            others = tuple(r for r in state.receipts if r.receipt != fact.receipt)
            return {"receipts": (*others, receipt_of(fact, content))}
        case DocumentArchived() | DocumentRevised() | DocumentTagged() | DocumentIndexed():
            return {"view": fact.document}
        case AttributeDetermined():
            return {"attributes": _entered(state, _entry(fact)), "decided": fact.by != ""}
        case AttributeChanged():
            return {
                "view": fact.document,
                "attributes": _entered(state, _entry(fact)),
                "decided": state.decided or fact.by != "",
            }
        case DocumentWithdrawn():
            return _withdrawn(state, fact)
    return _reviewing(state, fact)


def _reviewing(state: Document, fact: Fact) -> dict[str, Any]:
    match fact:
        case AttributeReviewDue():
            changes: dict[str, Any] = {"reviews": (*state.reviews, fact.review)}
            if fact.cause == "yearly":
                changes["review_year"] = fact.year
            return changes | ({"backlogged": True} if fact.cause == "backlog" else {})
        case AttributeReviewed():
            return {"reviews": tuple(r for r in state.reviews if r.review_id != fact.review.review_id)}
        case AttributeChangeProposed():
            return {}
    raise ValueError(f"a document cannot hear {type(fact).__name__}")


def _entry(fact: AttributeDetermined | AttributeChanged) -> AttributeEntry:
    if isinstance(fact, AttributeChanged):
        said = fact.model_dump(include={"reason", "basis", "by", "request_id", "effective_at"})
        return AttributeEntry(attribute=fact.after, **said)
    said = fact.model_dump(include={"attribute", "reason", "basis", "by", "request_id", "letter", "effective_at"})
    return AttributeEntry(**said)


def _entered(state: Document, entry: AttributeEntry) -> tuple[AttributeEntry, ...]:
    """Return the history with one more line; the change that follows from a letter is the line of the letter."""
    last = state.attributes[-1] if state.attributes else None
    if (
        last is not None
        and last.letter
        and (last.attribute, last.effective_at) == (entry.attribute, entry.effective_at)
    ):
        return state.attributes
    return (*state.attributes, entry)


def _filed(state: Document, fact: DocumentFiled) -> dict[str, Any]:
    filing = Filing(receipt=fact.receipt, revision=fact.revision, agency=fact.agency, values=fact.values)
    current = state.filings.get(fact.origin)
    newer = current is None or fact.revision >= current.revision
    return {
        "filings": {**state.filings, fact.origin: filing} if newer else state.filings,
        "contents": {**state.contents, fact.receipt: fact.content},
        "body": fact.body or state.body,
        "number_key": fact.number_key or state.number_key,
        "title_key": fact.title_key or state.title_key,
        "drafts": state.drafts if fact.draft in (None, *state.drafts) else (*state.drafts, fact.draft),
        "defects": fact.defects,
        "waits_for": fact.waits_for,
    }


def _withdrawn(state: Document, fact: DocumentWithdrawn) -> dict[str, Any]:
    changes: dict[str, Any] = {"withdrawn": fact.reason, "erased": fact.erase}
    if fact.erase:
        changes |= {"filings": {}, "view": None, "title_key": None, "drafts": ()}
        changes["receipts"] = tuple(r.model_copy(update={"title": ""}) for r in state.receipts)
    return changes
