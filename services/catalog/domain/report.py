"""A report as the catalog judges it, and the verdict it gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.catalog.domain.merging import normal
from services.catalog.domain.state import Body
from shared.contracts.canonical import digest
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect, Verdict
from shared.contracts.facts.catalog import FilingJudged
from shared.contracts.facts.feed import DocumentIssued


@dataclass(frozen=True, slots=True)
class Report:
    """A reported document with what the door stamped on it."""

    receipt: str
    source: str
    event: str
    subject: str
    agency: str
    bodies: tuple[str, ...]
    sent_at: datetime
    values: DocumentIssued

    @property
    def content(self) -> str:
        """Digest of what is reported: the same content under another event id is a duplicate."""
        return digest(self.values.model_dump(mode="json", exclude_defaults=True))

    @property
    def revision(self) -> str:
        """What orders the filings of one origin: the source's own revision, else the time of the event."""
        return f"r{self.values.revision:013d}" if self.values.revision is not None else f"t{self.sent_at.isoformat()}"

    @property
    def draft(self) -> str:
        """By what an incomplete document is recognised when it comes again: the agency's own name for it."""
        return f"{self.agency}|{self.subject}|{normal(self.values.title)}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What judging a filing needs to know besides the document.

    ``issuer`` is the registered body behind the issuer's name; ``title_taken`` says that another document has this
    title and date; ``numbered`` are the genres (文种) whose documents carry a number.
    """

    now: datetime
    issuer: Body | None
    title_taken: bool
    numbered: frozenset[str]


def may_file(bodies: tuple[str, ...], body: str) -> bool:
    """Whether a key's body patterns (``id`` or ``prefix*``) cover a body."""
    return any(body == p or (p.endswith("*") and body.startswith(p[:-1])) for p in bodies)


def judged(
    report: Report,
    verdict: Verdict,
    now: datetime,
    defects: tuple[Defect, ...] = (),
    *,
    aggregate: str | None = None,
    first: str | None = None,
) -> FilingJudged:
    """Return the verdict on a report."""
    return FilingJudged(
        receipt=report.receipt,
        source=report.source,
        event=report.event,
        feed_type=DocumentIssued.type,
        agency=report.agency,
        verdict=verdict,
        defects=defects,
        aggregate=aggregate,
        first=first,
        title=report.values.title,
        judged_at=now,
    )


def defect(code: CatalogCode, field: str = "", detail: str = "") -> Defect:
    """Return a defect of a code."""
    return Defect(code=code.name, field=field, detail=detail or code.text)
