"""What may be asked of the catalog over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.facts.audience import Expression
from shared.contracts.facts.feed import Tag

Said = Annotated[str, Field(min_length=1, max_length=500)]


class Command(BaseModel):
    """A wish; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangeAttribute(Command):
    """Set the disclosure attribute (公开属性) of an admitted document."""

    attribute: Literal["主动公开", "依申请公开", "不予公开"]
    reason: Said
    basis: Annotated[str, Field(max_length=500)] = ""


class KeepAttribute(Command):
    """Keep the attribute after a review (审查后保持不变), with the reason."""

    reason: Said


class ChangeReviewed(ChangeAttribute):
    """Change the attribute after a review (审查后调整)."""


class DetermineAttribute(ChangeAttribute):
    """Determine the attribute by letter (公函): what the drafting unit answers the case that asks."""

    letter: Annotated[str, Field(min_length=1, max_length=100)]


class TagDocument(Command):
    """Set tags and audience of an admitted document (政策标签、适用对象)."""

    tags: Annotated[tuple[Tag, ...], Field(max_length=100)] = ()
    audience: Expression | None = None


class WithdrawDocument(Command):
    """Withdraw a document (撤回); ``erase`` destroys its texts and files too."""

    reason: Said
    erase: bool = False
