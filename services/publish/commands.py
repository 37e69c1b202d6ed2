"""What may be asked of publishing over HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]*$"
"""What a document can hold: no control characters but tabs and line ends."""
Said = Annotated[str, Field(min_length=1, max_length=500, pattern=PRINTABLE)]
Text = Annotated[str, Field(max_length=20_000, pattern=PRINTABLE)]


class Command(BaseModel):
    """A wish; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenReport(Command):
    """Begin the annual report (年度报告) of a body on a year."""

    body: Annotated[str, Field(min_length=1, max_length=64)]
    year: int


class Point(Command):
    """A work point (工作要点) and how far it was carried out."""

    item: Said
    progress: Annotated[str, Field(max_length=2000, pattern=PRINTABLE)] = ""


class WriteReport(Command):
    """Write sections by code, and the work points; what is not given stays."""

    sections: Annotated[dict[str, Text], Field(max_length=20)] = {}
    work_points: Annotated[tuple[Point, ...], Field(max_length=200)] | None = None


class ReturnReport(Command):
    """Send a report back (退回)."""

    reason: Said


class CorrectReport(Command):
    """Open a correction (更正); readers will see the note."""

    note: Said


class Step(Command):
    """A step that needs nothing said: recount, submit, approve, publish."""
