"""How supervision's orders become commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from services.requests.commands.base import Nothing, Wish
from services.requests.commands.supervising import AnswerOrder, IssueOrder, ReturnOrder
from services.requests.domain import orders
from services.requests.domain.timing import Doing
from services.requests.handlers.acting import Wanted
from services.requests.store import ORDER
from shared.bus.decider import Command, Context, Target, new_id
from shared.contracts.canonical import digest
from shared.contracts.facts.base import Fact
from shared.law.rules import Rules

OrderStep = Literal["answer", "return", "close"]
Act = Callable[[orders.Order | None, Any, Doing], Sequence[Fact]]
ORDER_ACTS: Mapping[OrderStep, tuple[type[Wish], Act]] = {
    "answer": (AnswerOrder, lambda state, wish, doing: orders.answer_order(state, wish.measures, doing)),
    "return": (ReturnOrder, lambda state, wish, doing: orders.return_order(state, wish.reason, wish.due_on, doing)),
    "close": (Nothing, lambda state, _, doing: orders.close_order(state, doing)),
}


def issue_order(wish: IssueOrder, wanted: Wanted, rules: Rules) -> Command:
    """Return the command that issues an order."""
    asked = orders.Issue(**wish.model_dump())

    def decide(state: orders.Order | None, context: Context) -> Sequence[Fact]:
        return orders.issue(state, context.id, asked, Doing(context.now, wanted.by, rules))

    return _command(Target(new_id("or", wanted.cause)), decide, wish, wanted, "issue")


def step_order(name: OrderStep, order_id: str, wish: Wish, wanted: Wanted, rules: Rules) -> Command:
    """Return the command of a step of an order."""
    act = ORDER_ACTS[name][1]

    def decide(state: orders.Order | None, context: Context) -> Sequence[Fact]:
        return act(state, wish, Doing(context.now, wanted.by, rules))

    return _command(Target(order_id), decide, wish, wanted, name)


def _command(
    target: Target, decide: Callable[[Any, Context], Sequence[Fact]], wish: Wish, wanted: Wanted, name: str
) -> Command:
    said = digest({"step": name, "id": target.id, "wish": wish.model_dump(mode="json")})
    return Command(ORDER, target, decide, wanted.cause, said, wanted.expected)
