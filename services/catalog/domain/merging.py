"""Two sources, one document: what the office system (OA) and the website report is merged field by field (公文备案)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from services.catalog.domain.state import AttributeEntry, Document
from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.feed import DocumentIssued
from shared.law.docnumbers import number_key
from shared.law.script import simplify

WEB_WINS = frozenset({"address", "published_on"})
"""The website knows where and since when it shows a document; in everything else the office system is the original."""

NOT_CONTENT = frozenset({"revision", "origin"})
COMPARED = ("title", "issuer", "number", "written_on", "genre", "effective_on", "expires_on")

_BLANK = re.compile(r"\s+")


@lru_cache(4096)
def normal(text: str | None) -> str:
    """Return a text in the form names and titles are compared in: simplified, half-width, without blanks.

    Asked for the same few names and the same title again and again while one filing is judged, hence remembered.
    """
    return _BLANK.sub("", simplify(text or ""))


def key_of_number(number: str | None) -> str | None:
    """Return the key of a document number (发文字号); an unusual one is opaque text rather than an error."""
    return (number_key(number) or normal(number)) if number else None


def key_of_title(title: str, written_on: date | None) -> str | None:
    """Return the key of title and date, by which a filing without a number is recognised."""
    return f"{normal(title)}|{written_on.isoformat()}" if title and written_on else None


def merge(filings: Mapping[str, Mapping[str, Any]]) -> DocumentIssued:
    """Merge the newest report of each origin; a value that only one origin gives is taken from it."""
    merged: dict[str, Any] = {}
    for origin in ("web", "oa"):
        for field, value in filings.get(origin, {}).items():
            if not (origin == "oa" and field in WEB_WINS and field in merged):
                merged[field] = value
    return DocumentIssued.model_validate(merged)


def differences(filings: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Name the fields in which the two origins say different things; both stay kept by source."""
    if len(filings) < 2:
        return ()
    oa, web = filings["oa"], filings["web"]
    return tuple(f for f in COMPARED if f in oa and f in web and _differs(f, str(oa[f]), str(web[f])))


def _differs(field: str, one: str, other: str) -> bool:
    if field == "number":
        return key_of_number(one) != key_of_number(other)
    return normal(one) != normal(other)


CONVERTED_COLUMN = "依申请公开转主动公开"
"""Where the portal shows what was disclosed on request and is public now."""


def view_of(state: Document, values: DocumentIssued, body: str, region: str | None, edition: int) -> DocumentView:
    """Return the admitted document as the platform sees it. The caller has passed it through the gates."""
    if values.written_on is None:
        raise ValueError("a document without a date passes no gate")
    attribute = state.attributes[-1] if state.attributes and state.decided else None
    return DocumentView(
        document_id=state.document_id,
        edition=edition,
        body=body,
        region=region,
        agency=next(iter(state.filings.values())).agency if state.filings else "",
        number_key=key_of_number(values.number),
        text=values.text_blob,
        attribute=attribute.attribute if attribute else values.attribute or "未认定",
        attribute_reason=attribute.reason if attribute else values.attribute_reason,
        attribute_basis=attribute.basis if attribute else values.attribute_basis,
        title=values.title.strip(),
        issuer=(values.issuer or "").strip(),
        **(values.model_dump(include=_COPIED) | ({"column": CONVERTED_COLUMN} if _converted(attribute) else {})),
    )


def _converted(attribute: AttributeEntry | None) -> bool:
    """Whether the document is public because of a request; an answer to an inquiry carries its letter."""
    return bool(attribute and attribute.attribute == "主动公开" and attribute.request_id and not attribute.letter)


_COPIED = {
    "number",
    "joint_issuers",
    "written_on",
    "published_on",
    "effective_on",
    "expires_on",
    "genre",
    "subject",
    "column",
    "tags",
    "keywords",
    "summary",
    "audience",
    "files",
    "address",
}

_EDITORIAL = ("title", "number", "text", "files", "summary")


def changed_fields(before: DocumentView, after: DocumentView) -> tuple[str, ...]:
    """Name the fields in which two views differ, the edition aside."""
    fields = DocumentView.model_fields
    return tuple(f for f in fields if f != "edition" and getattr(before, f) != getattr(after, f))


def next_edition(before: DocumentView, changed: tuple[str, ...]) -> int:
    """A new edition begins when what readers read changes."""
    return before.edition + (1 if any(f in _EDITORIAL for f in changed) else 0)


def blobs_in(state: Document) -> tuple[str, ...]:
    """Return the SHA-256 of every text and file that any filing of a document brought."""
    found: dict[str, None] = {}
    for filing in state.filings.values():
        values = filing.values
        for blob in (values.get("text_blob"), *(file.get("blob") for file in values.get("files", ()))):
            if blob:
                found[str(blob["sha256"])] = None
    return tuple(found)
