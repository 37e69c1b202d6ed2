"""What the library of wordings is asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.requests.commands.base import Named, Prose, Wish


class DraftWording(Wish):
    """A new edition: what it says, and the article it rests on."""

    text: Prose
    article: Named


class ApproveWording(Wish):
    """Which edition is approved."""

    version: Annotated[int, Field(ge=1, le=100_000)]
