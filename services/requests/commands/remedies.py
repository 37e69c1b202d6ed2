"""What is asked for when a decision is challenged."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.requests.commands.base import Dated, Line, Named, Plain, Prose, Wish
from shared.contracts.facts.requests import RemedyKind, RemedyResult

Number = Annotated[int, Field(ge=1, le=1000)]


class FileRemedy(Dated):
    """Reconsideration or a suit: where, under which number, against what of a partial disclosure."""

    kind: RemedyKind
    organ: Named
    reference: Line = ""
    part: Literal["refused", "disclosed"] = "refused"
    co_defendant: bool = False


class ConcludeRemedy(Dated):
    """How it ended; whether, and until when, the decision is to be made anew."""

    remedy: Number
    result: RemedyResult
    text: Annotated[str, Field(max_length=5000), Plain] = ""
    anew: bool = True
    until: date | None = None


class ReportRemedy(Dated):
    """To which superior body it was reported."""

    remedy: Number
    to: Named


class CloseRectification(Wish):
    """What was changed, and what proves it."""

    remedy: Number
    measures: Prose
    evidence: Prose
