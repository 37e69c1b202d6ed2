"""What the catalog knows of bodies, documents and rejected filings, folded from its own facts."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.contracts.facts.base import Defect, Fact, Receipt, Value
from shared.contracts.facts.catalog import (
    AttributeChanged,
    AttributeDetermined,
    BodyRegistered,
    DocumentArchived,
    DocumentFiled,
    DocumentRevised,
    DocumentTagged,
    DocumentView,
    DocumentWithdrawn,
    FilingJudged,
)


class Filing(Value):
    """The newest report of one origin."""

    receipt: str
    revision: str
    agency: str
    values: dict[str, Any]


class AttributeEntry(Value):
    """One line of the history of a disclosure attribute (公开属性)."""

    attribute: str
    reason: str | None = None
    basis: str | None = None
    by: str = ""
    request_id: str | None = None


class Document(Value):
    """A document with its filings by origin; ``view`` exists once it is admitted (入库).

    ``decided`` says that a person or a conversion set the attribute: filings no longer do.
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
        case DocumentArchived() | DocumentRevised() | DocumentTagged():
            return {"view": fact.document}
        case AttributeDetermined():
            return {"attributes": (*state.attributes, _entry(fact)), "decided": fact.by != ""}
        case AttributeChanged():
            return {
                "view": fact.document,
                "attributes": (*state.attributes, _entry(fact)),
                "decided": state.decided or fact.by != "",
            }
        case DocumentWithdrawn():
            return _withdrawn(state, fact)
    raise ValueError(f"a document cannot hear {type(fact).__name__}")


def _entry(fact: AttributeDetermined | AttributeChanged) -> AttributeEntry:
    if isinstance(fact, AttributeDetermined):
        return AttributeEntry(attribute=fact.attribute, reason=fact.reason, basis=fact.basis, by=fact.by)
    return AttributeEntry(
        attribute=fact.after, reason=fact.reason, basis=fact.basis, by=fact.by, request_id=fact.request_id
    )


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
