"""The library of wordings (统一答复口径库): editions of what a part of a notice says, approved by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Fact, Value
from shared.contracts.problems import Refused
from shared.law.rules import Rules

SHIPPED = 0
"""The version of what the library begins with."""


class Edition(Value):
    """One edition of a wording; it is offered once somebody else approved it."""

    version: int
    text: str
    article: str
    drafted_by: str = ""
    drafted_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None


class Wording(Value):
    """What one part of the notice of one decision says, edition by edition."""

    wording_id: str
    code: str
    part: str
    editions: tuple[Edition, ...] = ()

    @property
    def offered(self) -> Edition | None:
        """The newest approved edition."""
        return next((each for each in reversed(self.editions) if each.approved_by), None)

    @property
    def pending(self) -> Edition | None:
        """The edition that waits for its approval."""
        last = self.editions[-1] if self.editions else None
        return last if last and not last.approved_by else None


def wording_id(code: str, part: str) -> str:
    """Return the id of the wording of a part of a decision's notice."""
    return f"wd:{code}:{part}"


def draft_wording(state: Wording | None, code: str, part: str, text: str, article: str, doing: Doing) -> list[Fact]:
    """Propose an edition. Raises ``Refused`` CODE_UNKNOWN for a part that the decision's notice does not have."""
    decisions = doing.rules.vocabularies.decisions
    if code not in decisions or part not in decisions[code].parts:
        raise Refused(RequestsCode.CODE_UNKNOWN, pointer="#path/part")
    version = len(state.editions) + 1 if state else 1
    return [
        say.WordingDrafted(
            wording_id=wording_id(code, part),
            code=code,
            part=part,
            version=version,
            text=text,
            article=article,
            by=doing.by,
            at=doing.now,
        )
    ]


def approve_wording(state: Wording | None, version: int, doing: Doing) -> list[Fact]:
    """Approve the edition that waits. Raises ``Refused`` WORDING_UNKNOWN where another does, SAME_PERSON."""
    pending = state.pending if state else None
    if state is None or pending is None or pending.version != version:
        raise Refused(RequestsCode.WORDING_UNKNOWN, pointer="/version")
    if pending.drafted_by == doing.by:
        raise Refused(RequestsCode.SAME_PERSON)
    return [say.WordingApproved(wording_id=state.wording_id, version=version, by=doing.by, at=doing.now)]


def evolve_wording(state: Wording | None, fact: Fact) -> Wording:
    """Fold a fact into a wording."""
    if isinstance(fact, say.WordingDrafted):
        state = state or Wording(**fact.model_dump(include={"wording_id", "code", "part"}))
        plain = fact.model_dump(include={"version", "text", "article"})
        edition = Edition(**plain, drafted_by=fact.by, drafted_at=fact.at)
        return state.model_copy(update={"editions": (*state.editions, edition)})
    if state is None or not isinstance(fact, say.WordingApproved):
        raise ValueError(f"a wording cannot hear {type(fact).__name__}")
    approved = {"approved_by": fact.by, "approved_at": fact.at}
    editions = (e.model_copy(update=approved) if e.version == fact.version else e for e in state.editions)
    return state.model_copy(update={"editions": tuple(editions)})


def shipped(rules: Rules, code: str, part: str) -> Edition | None:
    """Return what the library begins with for a part."""
    name = f"{code}/{part}"
    if name not in rules.wordings:
        return None
    row = rules.wordings[name]
    return Edition(version=SHIPPED, text=row.text, article=row.article)


def editions_of(state: Wording | None, rules: Rules, code: str, part: str) -> Iterator[Edition]:
    """Yield every edition that was ever offered for a part, the oldest first."""
    first = shipped(rules, code, part)
    if first is not None:
        yield first
    yield from (each for each in (state.editions if state else ()) if each.approved_by)
