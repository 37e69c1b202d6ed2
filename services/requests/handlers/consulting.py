"""What supervision does about hotspots (会商): every wish becomes one command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.requests.commands.base import Reason, Wish
from services.requests.commands.converting import Conclude, OpenTask
from services.requests.domain import hotspots as domain
from services.requests.domain.timing import Doing
from services.requests.handlers.acting import Wanted
from services.requests.store import HOTSPOT
from shared.bus.decider import Command, Context, Target
from shared.contracts.canonical import digest
from shared.contracts.facts.base import Fact
from shared.law.rules import Rules

HOTSPOT_ACTS: Mapping[str, tuple[type[Wish], str]] = {
    "consult": (OpenTask, "发起会商"),
    "conclude": (Conclude, "登记会商结论"),
    "dismiss": (Reason, "不予会商"),
}


def settle_hotspot(hotspot_id: str, wish: Wish, wanted: Wanted, rules: Rules) -> Command:
    """Return the command of a step about a hotspot."""

    def decide(state: domain.Hotspot | None, context: Context) -> Sequence[Fact]:
        doing = Doing(context.now, wanted.by, rules)
        match wish:
            case OpenTask():
                return domain.open_task(state, wish.departments, wish.due_on, doing)
            case Conclude():
                return domain.conclude(state, wish.conclusion, doing)
            case Reason():
                return domain.dismiss(state, wish.reason, doing)
        raise ValueError(f"no step of a hotspot: {type(wish).__name__}")

    told = digest([type(wish).__name__, hotspot_id, wish.model_dump(mode="json")])
    return Command(HOTSPOT, Target(hotspot_id), decide, wanted.cause, told, wanted.expected)
