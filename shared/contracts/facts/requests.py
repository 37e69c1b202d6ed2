"""What the handling of requests says (依申请公开). Applicants appear as ids and pseudonyms only."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.facts.base import Blob, Fact


class ConversionApproved(Fact):
    """A second person approved that released information becomes public for everyone (转主动公开).

    ``document_id`` names a filed document, or ``number`` with ``body`` does; where the information was no filed
    document, ``title`` and ``text`` carry the new record.
    """

    type: ClassVar[str] = "requests.conversion-approved"

    review_id: str
    request_id: str
    body: str
    document_id: str | None = None
    number: str | None = None
    title: str = ""
    text: Blob | None = None
    written_on: date | None = None
    reason: str
    basis: str
    proposed_by: str
    approved_by: str
