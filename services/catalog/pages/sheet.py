"""One filing form: what the clerk wrote, what the file proposes, what is wrong, and the event it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.catalog.domain.state import Document
from services.catalog.pages.words import field_of, label_of, plain
from shared.contracts.canonical import digest
from shared.contracts.facts.feed import DocumentIssued
from shared.contracts.problems import Refused
from shared.contracts.strict import decode
from shared.documents.events import event, subject_of
from shared.documents.filling import COLUMNS, OPEN, Filled, value_of
from shared.documents.proposals import State

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("要素", ("title", "number", "issuer", "joint_issuers", "genre", "subject")),
    ("日期", ("written_on", "published_on", "effective_on", "expires_on")),
    ("公开", ("attribute", "attribute_reason", "attribute_basis", "secrecy")),
    ("更多", ("summary", "keywords", "tags", "column", "address", "index_number", "origin", "revision", "backlog")),
)
FIELDS = tuple(name for _, names in GROUPS for name in names)
NEEDED = frozenset(("title", "issuer", "written_on", "attribute", "secrecy"))
"""What every document needs to be admitted; others depend on these."""
STATES = {State.STATED: "明示", State.DERIVED: "推断", State.ABSENT: "缺失"}


@dataclass
class Sheet:
    """The form between two submissions.

    ``kept`` are references to files (``files``) and a text (``text_blob``) that are already uploaded; ``subject`` is
    the name under which an earlier filing is corrected. ``errors`` are by field, under "" what concerns the whole.
    """

    values: dict[str, str] = field(default_factory=dict)
    text: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    proposed: dict[str, Filled] = field(default_factory=dict)

    @property
    def kept_json(self) -> str:
        """What the form carries along unseen."""
        return orjson.dumps(self.kept).decode()

    def blame(self, name: str, detail: str) -> None:
        """Note what is wrong; what is no field of the form concerns the whole."""
        known = name in FIELDS or name in ("text", "upload")
        said = detail if known or not label_of(name) else f"{label_of(name)}：{detail}"
        self.errors.setdefault(name if known else "", []).append(said)

    def take_proposal(self, fields: Iterable[Filled], text: str) -> None:
        """Fill in what is printed and still empty; what is only inferred is shown beside the field."""
        self.proposed = {each.field: each for each in fields}
        for name, each in self.proposed.items():
            if each.state is State.STATED and not self.values.get(name):
                self.values[name] = plain(each.value)
        self.text = self.text or text

    def data(self) -> dict[str, Any]:
        """Return the data of the event; a value that cannot be read is among ``errors``."""
        data: dict[str, Any] = {}
        for name in FIELDS:
            if written := self.values.get(name, "").strip():
                try:
                    known, value = value_of(name, written)
                    data[known] = value
                except Refused as refused:
                    self.blame(name, refused.detail)
        data |= self.kept
        if self.text.strip():
            data.pop("text_blob", None)
            data["text"] = self.text
        return data

    def wire(self, source: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the event; the same form again is the same event, so that a second click changes nothing."""
        subject = self.subject or subject_of(str(data.get("number") or data.get("title") or "未命名"))
        return event(source, DocumentIssued.type, subject, f"page-{digest([subject, data])[:32]}", data)

    def rejected(self, errors: Sequence[Mapping[str, str]]) -> None:
        """Put what the door says where it belongs."""
        for error in errors:
            named = "secrecy" if error["code"] in ("SECRECY_MISSING", "CLASSIFIED") else field_of(error["pointer"])
            self.blame("text" if named == "text_blob" else named, error["detail"])


def read_sheet(given: Mapping[str, Any]) -> Sheet:
    """Return the form as it came back. Raises ``Refused`` where its hidden part is no JSON object of ours."""
    kept = decode(str(given.get("kept") or "{}").encode())
    if not isinstance(kept, dict) or not kept.keys() <= {"files", "text_blob"}:
        raise ValueError("the hidden part of a form was changed")
    return Sheet(
        values={name: str(given.get(name) or "") for name in FIELDS},
        text=str(given.get("text") or "").replace("\r\n", "\n"),
        kept=kept,
        subject=str(given.get("filed_as") or ""),
    )


def sheet_of(document: Document, agency: str) -> Sheet:
    """Return the form with what this agency filed last, to be corrected (补正)."""
    own = [filing for filing in document.filings.values() if filing.agency == agency]
    if not own:
        return Sheet()
    values = max(own, key=lambda filing: filing.revision).values
    name = next((draft for draft in reversed(document.drafts) if draft.startswith(f"{agency}|")), "")
    return Sheet(
        values={name: plain(values.get(name)) for name in FIELDS} | {"secrecy": OPEN},
        kept={name: values[name] for name in ("files", "text_blob") if values.get(name)},
        subject=name.removeprefix(f"{agency}|").rpartition("|")[0],
    )


def choices_of(name: str) -> list[str]:
    """Return what may be chosen for a field; empty where anything may be written."""
    if name == "secrecy":
        return [OPEN]
    column = COLUMNS[name]
    return list(column.choices) or (["是", "否"] if column.form == "flag" else [])
