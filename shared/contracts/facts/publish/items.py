"""Items on the portal and the interpretations beside them (发布)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.contracts.facts.base import Attachment, Blob, Fact, Judgement, Value
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.publish.reports import ReportView

Validity = Literal["现行有效", "尚未施行", "失效", "废止", "未标注"]


class InterpretationView(Value):
    """An interpretation (解读) as shown beside its document; ``edition`` is +1 per change of its content."""

    interpretation_id: str
    title: str
    issuer: str
    form: str
    published_on: date | None = None
    text: Blob | None = None
    files: tuple[Attachment, ...] = ()
    edition: int = 1


class ItemPublished(Fact):
    """An item (a public document) is on the portal, or changed there; it is the whole of what is shown.

    ``path`` is its address below the portal's root; ``column`` the code of the column it stands in, ``column_name``
    its name; ``validity`` holds at the time of the event and, where a date will change it, up to and with
    ``validity_until`` (a sweep says the item anew then). ``expires_on`` is the last day of its validity as computed,
    also where the document does not print it. ``basis`` is the sequence of the catalog's event it rests on. ``report``
    is the annual report that the item shows.
    """

    type: ClassVar[str] = "publish.item-published"

    item_id: str
    edition: int
    path: str
    column: str
    validity: Validity
    document: DocumentView
    interpretations: tuple[InterpretationView, ...] = ()
    first_published_at: datetime
    column_name: str = ""
    validity_until: date | None = None
    expires_on: date | None = None
    basis: int = 0
    report: ReportView | None = None


class ItemWithdrawn(Fact):
    """An item left the portal; its address answers 410. Nothing of its content is repeated here.

    ``final`` says that the catalog withdrew the document itself: then only a newer edition may come back.
    """

    type: ClassVar[str] = "publish.item-withdrawn"

    item_id: str
    edition: int
    path: str
    reason: str
    withdrawn_on: date
    final: bool = False
    basis: int = 0


class FilingJudged(Judgement):
    """The verdict on a reported interpretation; ``content`` is the digest of what was reported."""

    type: ClassVar[str] = "publish.filing-judged"

    content: str = ""


class InterpretationFiled(Fact):
    """An interpretation was taken in; it waits on the shelf ``shelf_id`` until its document is public.

    The document is named by ``document_id``, or by ``number_key`` together with ``issuer``. ``agency`` and ``bodies``
    say for whom the reporter may speak; ``content`` is the digest of what was reported.
    """

    type: ClassVar[str] = "publish.interpretation-filed"

    shelf_id: str
    interpretation: InterpretationView
    issuer: str
    document_id: str | None = None
    number_key: str | None = None
    agency: str = ""
    bodies: tuple[str, ...] = ()
    content: str = ""


class InterpretationLinked(Fact):
    """A waiting interpretation found its document (解读挂接); the item takes it up."""

    type: ClassVar[str] = "publish.interpretation-linked"

    shelf_id: str
    item_id: str
    interpretation: InterpretationView
