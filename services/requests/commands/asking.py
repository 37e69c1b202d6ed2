"""What somebody is about to ask for, before it is an application."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.requests.commands.base import Plain, Wish


class Sought(Wish):
    """A number or words, compared with what is public and kept nowhere."""

    number: Annotated[str, Field(max_length=100), Plain] = ""
    description: Annotated[str, Field(max_length=2000), Plain] = ""
