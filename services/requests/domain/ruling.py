"""What is decided, before it is a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.facts.requests import Record
from shared.contracts.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided: ``parts`` are the decision's own parts of the notice, sealed; ``record`` the information.

    ``form`` is the form it is given in, as asked for where none is named; another needs ``form_reason`` (条例 Art. 40).
    ``wordings`` are the editions of the library that parts begin with.
    ``flags`` are the risks it was made in knowledge of, ``despite`` why it was made all the same.
    """

    code: str
    grounds: tuple[str, ...] = ()
    article: str = ""
    record: Record | None = None
    parts: dict[str, Sealed] | None = None
    reason: str = ""
    form: str = ""
    form_reason: Sealed | None = None
    wordings: Mapping[str, int] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    despite: Sealed | None = None
