"""What is asked for when a case is decided, its notice served, its answer made public."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.requests.commands.applying import Form
from services.requests.commands.base import Code, Dated, Filled, Line, Plain, Prose, Reason, Wish
from shared.contracts.facts.requests import Carrier, Way


class Recorded(Wish):
    """The information itself: a filed document, its number, or a record with title and text."""

    document_id: Code | None = None
    number: Annotated[str, Field(max_length=100), Plain] | None = None
    title: Line = ""
    text: Annotated[str, Field(max_length=262_144), Plain] = ""
    written_on: date | None = None


class Decide(Wish):
    """The decision; ``parts`` are those of the notice that its code demands, ``reason`` why all may know.

    ``form`` is given where it is not the form asked for, then with the reason; ``wordings``
    names the editions of the library that parts begin with, ``despite`` is the reason to decide so
    although a flag is up that asks for one (办理意见 is not asked: its approval is).
    """

    code: Code
    grounds: Annotated[tuple[Code, ...], Field(max_length=10)] = ()
    article: Line = ""
    parts: dict[Code, Prose] = Field(default_factory=dict)
    record: Recorded | None = None
    reason: Line = ""
    form: Form | None = None
    form_reason: Annotated[str, Field(max_length=1000), Plain] = ""
    wordings: dict[Code, Annotated[int, Field(ge=0, le=100_000)]] = Field(default_factory=dict)
    despite: Annotated[str, Field(max_length=2000), Plain] = ""


class Approve(Wish):
    """Why the draft is approved although a flag is up that asks for it."""

    despite: Annotated[str, Field(max_length=2000), Plain] = ""


class Serve(Dated):
    """How the decision was served."""

    way: Way


class Send(Dated):
    """How the notice leaves; by post with the carrier and the number of the mail."""

    way: Way
    carrier: Carrier | None = None
    tracking: Annotated[str, Field(max_length=40), Plain] = ""
    channel: Line = ""
    address: Line = ""


class Return(Dated):
    """Why the mail came back."""

    reason: Annotated[str, Field(max_length=1000), Plain, Filled]


class Explain(Wish):
    """Why a draft goes back."""

    reason: Prose


class TellThirdParty(Dated):
    """Which of those consulted is told."""

    consultation: Annotated[int, Field(ge=1, le=1000)]


class Propose(Reason):
    """What is to become public."""

    record: Recorded
