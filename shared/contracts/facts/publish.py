"""What publishing says: items on the portal, interpretations, copies on other sites (发布)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from shared.contracts.facts.base import Attachment, Blob, Fact, Judgement, Value
from shared.contracts.facts.catalog import DocumentView


class InterpretationView(Value):
    """An interpretation (解读) as shown beside its document."""

    interpretation_id: str
    title: str
    issuer: str
    form: str
    published_on: date | None = None
    text: Blob | None = None
    files: tuple[Attachment, ...] = ()


class ItemPublished(Fact):
    """An item (a public document) is on the portal, or changed there; it is the whole of what is shown.

    ``path`` is its address below the portal's root; ``column`` where it stands; ``validity`` one of 现行有效, 尚未施行,
    失效, 废止, 未标注 at the time of the event (a sweep says it anew when a date is reached).
    """

    type: ClassVar[str] = "publish.item-published"

    item_id: str
    edition: int
    path: str
    column: str
    validity: str
    document: DocumentView
    interpretations: tuple[InterpretationView, ...] = ()
    first_published_at: datetime


class ItemWithdrawn(Fact):
    """An item left the portal; its address answers 410. Nothing of its content is repeated here."""

    type: ClassVar[str] = "publish.item-withdrawn"

    item_id: str
    edition: int
    path: str
    reason: str
    withdrawn_on: date


class FilingJudged(Judgement):
    """The verdict on a reported interpretation."""

    type: ClassVar[str] = "publish.filing-judged"
