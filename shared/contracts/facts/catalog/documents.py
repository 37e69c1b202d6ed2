"""What the catalog says: filings judged, documents archived, attributes changed (公文备案与公开属性)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.base import Attachment, Blob, Defect, Fact, Judgement, Value

Attribute = Literal["主动公开", "依申请公开", "不予公开", "未认定"]


class DocumentView(Value):
    """A document as the rest of the platform may know it; texts and files are blobs.

    ``number`` is as printed, ``number_key`` normalised. ``edition`` is +1 per change of text or title.
    ``index_number`` (索引号) is ours, once the document is public, or the opaque text it came with.
    """

    document_id: str
    edition: int = 1
    title: str
    number: str | None = None
    number_key: str | None = None
    body: str
    issuer: str
    joint_issuers: tuple[str, ...] = ()
    agency: str = ""
    region: str | None = None
    written_on: date
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    attribute: Attribute
    attribute_reason: str | None = None
    attribute_basis: str | None = None
    genre: str | None = None
    subject: str | None = None
    column: str | None = None
    tags: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: str | None = None
    audience: Expression | None = None
    text: Blob | None = None
    files: tuple[Attachment, ...] = ()
    address: str | None = None
    index_number: str | None = None


class BodyRegistered(Fact):
    """A body is in the register of issuers (发文机关名录)."""

    type: ClassVar[str] = "catalog.body-registered"

    body: str
    name: str
    aliases: tuple[str, ...] = ()
    number_codes: tuple[str, ...] = ()
    region: str | None = None
    level: str | None = None
    parent: str | None = None
    organisation_code: str | None = None
    agency: str = ""


class FilingJudged(Judgement):
    """The catalog's verdict on a reported document or body."""

    type: ClassVar[str] = "catalog.filing-judged"


class DocumentFiled(Fact):
    """A filing was kept (备案), whether or not it passes the gates.

    ``values`` is what the source reported, as plain JSON; ``revision`` orders the filings of one ``origin``. The keys
    under which later filings find the document are settled here: ``number_key``, ``title_key`` (simplified title with
    date; only where no other document has it) and ``draft`` (agency, its own name for the document, title).
    """

    type: ClassVar[str] = "catalog.document-filed"

    document_id: str
    receipt: str
    origin: Literal["oa", "web"]
    agency: str
    revision: str
    content: str
    values: dict[str, object]
    body: str | None = None
    number_key: str | None = None
    title_key: str | None = None
    draft: str | None = None
    defects: tuple[Defect, ...] = ()
    waits_for: str | None = None


class DocumentArchived(Fact):
    """First admission of a document to the library (入库)."""

    type: ClassVar[str] = "catalog.document-archived"

    document: DocumentView


class DocumentRevised(Fact):
    """An admitted document changed; ``changed`` names the fields."""

    type: ClassVar[str] = "catalog.document-revised"

    document: DocumentView
    changed: tuple[str, ...]


class AttributeDetermined(Fact):
    """The disclosure attribute (公开属性) was set for the first time, or by letter (公函), with reason and basis.

    With ``via`` inquiry the drafting unit answered the case ``request_id`` under the number ``letter``.
    """

    type: ClassVar[str] = "catalog.attribute-determined"

    document_id: str
    attribute: Attribute
    reason: str | None = None
    basis: str | None = None
    by: str = ""
    via: Literal["filing", "inquiry"] = "filing"
    request_id: str | None = None
    letter: str = ""
    effective_at: datetime | None = None


class AttributeChanged(Fact):
    """The attribute of an admitted document changed, for example by conversion (依申请转主动公开)."""

    type: ClassVar[str] = "catalog.attribute-changed"

    document: DocumentView
    before: Attribute
    after: Attribute
    reason: str = ""
    basis: str = ""
    by: str = ""
    request_id: str | None = None
    effective_at: datetime | None = None


class DocumentTagged(Fact):
    """Tags or audience of a document changed."""

    type: ClassVar[str] = "catalog.document-tagged"

    document: DocumentView
    by: str = ""


class IndexAssigned(Fact):
    """The register of a body and year handed out the next index number (索引号); without gaps, never a second time."""

    type: ClassVar[str] = "catalog.index-assigned"

    body: str
    year: int
    serial: int
    document_id: str
    index_number: str


class DocumentIndexed(Fact):
    """A public document got its index number (索引号); it keeps it whatever becomes of the document or its body."""

    type: ClassVar[str] = "catalog.document-indexed"

    document: DocumentView


class DocumentWithdrawn(Fact):
    """A document is withdrawn (撤回): what is left is its id, the day and the reason.

    With ``erase`` its texts and files, named by ``blobs`` (SHA-256), are destroyed too (转为涉密).
    """

    type: ClassVar[str] = "catalog.document-withdrawn"

    document_id: str
    edition: int
    reason: str
    by: str = ""
    erase: bool = False
    blobs: tuple[str, ...] = ()
