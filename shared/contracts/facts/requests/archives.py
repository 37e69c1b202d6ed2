"""The package a case is filed away as (归档包)."""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.facts.base import Blob
from shared.contracts.facts.requests.cases import CaseFact


class CaseArchived(CaseFact):
    """The evidence of a closed case is kept for good (办结归档): ``package`` holds it without anything personal.

    ``head`` is the hash of the chain over the first ``events`` events of the case. Being in the log, it anchors every
    bundle of the case that is ever made: one whose chain does not pass through it is forged.
    """

    type: ClassVar[str] = "requests.case-archived"

    events: int
    head: str
    package: Blob
