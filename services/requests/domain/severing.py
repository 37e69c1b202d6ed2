"""Taking information apart into what can be disclosed and what cannot (区分处理); 条例 Art. 37."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import InformationSevered, Segment
from shared.contracts.problems import Refused
from shared.law.vocabularies import Vocabularies

WHOLE, PARTIAL = "A2", "B"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What follows from the parts: the decision, its grounds, which parts are open and which withheld, from 1 on."""

    code: str
    grounds: tuple[str, ...]
    open: tuple[int, ...]
    withheld: tuple[int, ...]


def propose(grounds: Sequence[tuple[str, ...]], words: Vocabularies) -> Proposal:
    """Propose a decision from the grounds of every part: as much as can be is disclosed.

    Where nothing is open, the weightiest ground names the refusal: mandatory ones before the others, in the order of
    the law. Raises ``Refused`` GROUND_UNFIT for an unknown ground.
    """
    for n, each in enumerate(grounds):
        if any(ground not in words.grounds for ground in each):
            raise Refused(RequestsCode.GROUND_UNFIT, pointer=f"/segments/{n}/grounds")
    given = {ground for each in grounds for ground in each}
    ordered = tuple(ground for ground in words.grounds.codes if ground in given)
    open_ = tuple(n for n, each in enumerate(grounds, 1) if not each)
    withheld = tuple(n for n, each in enumerate(grounds, 1) if each)
    if not withheld:
        return Proposal(WHOLE, (), open_, withheld)
    code = PARTIAL if open_ else words.grounds[ordered[0]].decision
    return Proposal(code, ordered, open_, withheld)


def sever(state: Request | None, segments: tuple[Segment, ...], doing: Doing) -> list[Fact]:
    """Record how the information falls into parts; anew replaces what was recorded before. Raises ``Refused``."""
    case = taking("sever", state, doing)
    proposal = propose([each.grounds for each in segments], doing.rules.vocabularies)
    fact = InformationSevered(request_id=case.request_id, segments=segments, proposed=proposal.code)
    return [said(case, fact, doing)]
