"""What a fact is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value inside facts; unknown fields are ignored, so that a newer sender can be heard."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Fact(Value):
    """Something that has happened, in the past tense; ``type`` is ``<owner>.<subject>-<past participle>``.

    A field may be added with a default; a removed or retyped field is a new type ending in ``-v2``.
    """

    type: ClassVar[str]

    def wire(self) -> dict[str, Any]:
        """Return the data as plain JSON values; what is None or empty by default stays out of the log."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Blob(Value):
    """A text or file kept outside the log, named by its content."""

    sha256: str
    size: int
    mediatype: str


class Attachment(Value):
    """A file of a document (附件); ``name`` is what readers see."""

    name: str
    blob: Blob


Verdict = Literal["admitted", "returned", "rejected", "duplicate"]


class Defect(Value):
    """What is wrong with a filing; ``code`` is one of its judge's codes, ``field`` the JSON pointer into the data."""

    code: str
    field: str = ""
    detail: str = ""


class Judgement(Fact):
    """The verdict on one reported event, for its receipt (回执); each judge has its own subclass.

    ``aggregate`` is the id it became, ``first`` the receipt it duplicates.
    """

    receipt: str
    source: str
    event: str
    feed_type: str
    agency: str
    verdict: Verdict
    defects: tuple[Defect, ...] = ()
    aggregate: str | None = None
    first: str | None = None
    title: str = ""
    judged_at: datetime


class Receipt(Value):
    """The verdict on one reported event, as its agency reads it (回执)."""

    receipt: str
    source: str
    event: str
    feed_type: str
    agency: str
    verdict: Verdict
    defects: tuple[Defect, ...] = ()
    first: str | None = None
    title: str = ""
    judged_at: datetime
    content: str = ""
