"""What the catalog contributes to the annual report: reported figures and Table I (年报表一)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.facts.base import Attachment, Fact
from shared.contracts.facts.feed import Figure

TableOneCells = dict[str, dict[str, int | str | None]]
"""Row -> column -> a count, an amount of money as text, or None where nobody reported it."""


class FiguresEntered(Fact):
    """Figures a body reported for a year were entered; a cell has the figure sent last, earlier ones stay history."""

    type: ClassVar[str] = "catalog.figures-entered"

    figures_id: str
    body: str
    year: int
    receipt: str
    agency: str
    content: str
    sent_at: datetime
    figures: tuple[Figure, ...]
    files: tuple[Attachment, ...] = ()


class TableComputed(Fact):
    """Table I of a body and year, from its documents as of 31 December and from reported figures.

    ``unreported`` names the cells (``row/column``) nobody reported; they are None. ``positions`` are the offsets
    (``topic/partition``) up to which the log is counted, ``documents_digest`` that of the documents counted.
    """

    type: ClassVar[str] = "catalog.table-computed"

    report_id: str
    body: str
    year: int
    edition: int
    table_one: TableOneCells
    unreported: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    positions: dict[str, int] = Field(default_factory=dict)
    documents_digest: str = ""
