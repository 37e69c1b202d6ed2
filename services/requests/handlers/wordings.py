"""How wishes for the library of wordings become commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.requests.commands.base import Wish
from services.requests.commands.wording import ApproveWording, DraftWording
from services.requests.domain import wording
from services.requests.domain.timing import Doing
from services.requests.domain.wording import Wording, wording_id
from services.requests.handlers.acting import Wanted
from services.requests.store import WORDING
from shared.bus.decider import Command, Context, Target
from shared.contracts.canonical import digest
from shared.contracts.facts.base import Fact
from shared.law.rules import Rules


def draft_wording(code: str, part: str, wish: DraftWording, wanted: Wanted, rules: Rules) -> Command:
    """Return the command that proposes an edition."""

    def act(state: Wording | None, doing: Doing) -> Sequence[Fact]:
        return wording.draft_wording(state, code, part, wish.text, wish.article, doing)

    return _command(code, part, wish, wanted, rules, act)


def approve_wording(code: str, part: str, wish: ApproveWording, wanted: Wanted, rules: Rules) -> Command:
    """Return the command that approves one."""
    return _command(code, part, wish, wanted, rules, lambda s, doing: wording.approve_wording(s, wish.version, doing))


def _command(
    code: str,
    part: str,
    wish: Wish,
    wanted: Wanted,
    rules: Rules,
    act: Callable[[Wording | None, Doing], Sequence[Fact]],
) -> Command:
    def decide(state: Any, context: Context) -> Sequence[Fact]:
        return act(state, Doing(context.now, wanted.by, rules))

    id_ = wording_id(code, part)
    said = digest({"step": type(wish).__name__, "id": id_, "wish": wish.model_dump(mode="json")})
    return Command(WORDING, Target(id_), decide, wanted.cause, said, wanted.expected)
