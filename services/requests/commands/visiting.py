"""What is asked for at a service zone."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.requests.commands.base import Code, Line, Named, Plain, Prose, Wish
from shared.contracts.facts.requests import VisitPurpose


class NoteVisit(Wish):
    """Why somebody came, for what, and what came of it; who it was need not be said."""

    body: Code
    purpose: VisitPurpose
    item: Named
    on: date | None = None
    document_id: Code | None = None
    on_the_spot: bool = False
    visitor: Line = ""
    opinion: Annotated[str, Field(max_length=5000), Plain] = ""


class AnswerOpinion(Wish):
    """The reply to an opinion."""

    reply: Prose
