"""Step 6: trace the push to the first request, plan a replay, rebuild the portal, redrive a repaired dead letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongkai.demo.stage import Stage
from gongkai.demo.story import NotHeld, eventually, held
from shared.bus.decider import Context, Policy
from shared.contracts.facts.base import Fact
from shared.contracts.facts.feed import DocumentIssued

TITLE = "关于报送2026年节水示范单位的通知"
CHAIN = (
    "requests.request-received",
    "requests.decision-made",
    "requests.conversion-approved",
    "catalog.attribute-changed",
    "notify.push-planned",
)
OPERATOR = "operator"


class Operating:
    """What an operator does in the evening."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def act(self) -> None:
        """Plan a replay of the day, rebuild the portal, let a faulty release bury a letter, repair it, redrive."""
        stage = self._stage
        stage.notes["plan"] = (await stage.wish("/notify/v1/ops/replay", {}, OPERATOR))["id"]
        await stage.wish("/publish/v1/ops/projections/portal/rebuild", {}, OPERATOR)
        await self._bury()
        letter = stage.notes["letter"]
        order = {"topic": letter["topic"], "key": letter["key"], "mode": "redrive", "reason": "已修复发布的版本"}
        await stage.wish("/catalog/v1/ops/dead", order, OPERATOR)

    async def _bury(self) -> None:
        """A release with a fault buries one document; taking the release back repairs it."""
        stage = self._stage
        dispatcher = stage.city.services["catalog"].house.dispatcher
        sound = dispatcher.hears
        dispatcher.hears = {**sound, DocumentIssued.type: tuple(map(_faulty, sound[DocumentIssued.type]))}
        try:
            row = {
                "title": TITLE,
                "number": "沪供水〔2026〕6号",
                "issuer": "上海市供水管理处",
                "written_on": "2026-02-27",
                "attribute": "主动公开",
                "secrecy": "非密",
                "text": "各单位：请于三月底前报送节水示范单位名单。",
            }
            [accepted] = await stage.feed("shanghai", "feed.document-issued", [row], "title")
            stage.notes["buried"] = accepted["receipt"]
            stage.notes["letter"] = await eventually(lambda: self._letter("waiting"), "有毛病的版本把一件埋进死信")
        finally:
            dispatcher.hears = sound

    async def prove(self) -> dict[str, Any]:
        """The chain reaches back; the replay would send nothing; the portal is identical; the letter is settled."""
        stage = self._stage
        chain = await self._traced()
        plan = await eventually(self._planned, "回放预演完成", 3)
        rebuilt = await eventually(self._rebuilt, "门户并排重建完成", 3)
        told = await stage.verdict("shanghai", stage.notes["buried"])
        held(told["state"] == "admitted", "重投后该件入库", told)
        await eventually(lambda: self._letter("redriven"), "死信标记为已重投")
        return {"chain": chain, "replay": plan, "rebuild": rebuilt, "redriven": told["title"]}

    async def _traced(self) -> list[str]:
        found = await self._stage.ask(f"/notify/v1/ops/trace?id={self._stage.notes['document']}", OPERATOR)
        types = set(_types(found["roots"]))
        for name in CHAIN:
            held(name in types, f"链条中有 {name}", sorted(types))
        return list(CHAIN)

    def _planned(self) -> dict[str, Any] | None:
        found = self._stage.client(OPERATOR).get(f"/notify/v1/ops/replay/{self._stage.notes['plan']}")
        if found["state"] != "planned":
            return None
        counts, effects = found["counts"], found["effects"]
        if any(counts.values()) or effects["missing"] or effects["different"]:
            raise NotHeld(f"回放不改变任何东西，也不再发送；实际：{counts} {effects}")
        return {"counts": counts, "effects": effects}

    def _rebuilt(self) -> dict[str, Any] | None:
        found = self._stage.client(OPERATOR).get("/publish/v1/ops/projections/portal")["rebuild"]
        if found is None or found["state"] != "switched":
            return None
        if found["before"] != found["after"]:
            raise NotHeld("重建的门户与现行的逐字节相同")
        return {"colour": found["colour"], "digest": found["after"][:16], "pages": found["items_after"]}

    def _letter(self, state: str) -> dict[str, Any] | None:
        groups = self._stage.client(OPERATOR).get(f"/catalog/v1/ops/dead?state={state}")["items"]
        return next((letter for group in groups for letter in group["keys"]), None)


def _types(trees: Sequence[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for tree in trees:
        found += [tree["type"]] if "type" in tree else []
        found += _types(tree.get("children", []))
    return found


def _faulty(policy: Any) -> Any:
    """Return a policy that breaks on one document, as a release with a fault would."""
    if not isinstance(policy, Policy):
        return policy

    def decide(state: Any, fact: DocumentIssued, context: Context) -> Sequence[Fact]:
        if fact.title == TITLE:
            raise ZeroDivisionError("a fault of this release")
        return policy.decide(state, fact, context)

    return Policy(policy.name, policy.aggregate, policy.target, decide)
