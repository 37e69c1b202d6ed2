"""Who subscribes in the demo: enterprises with webhooks or a mail box, one that never answers, three partners."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gongkai.demo.stage import Stage
from gongkai.demo.story import eventually, held
from shared.security.principals import PrincipalKind

REGION, INDUSTRIES, MOST_EMPLOYEES = "310106", ("62", "52"), 100
HEALTHY = 6
_LINK = re.compile(r"https?://\S+/notify/v1/endpoints/[^\s?]+/confirmation\?code=[\w.~-]+")


@dataclass
class Cast:
    """Credit codes by part."""

    concerned: list[str] = field(default_factory=list)
    healthy: list[str] = field(default_factory=list)
    hostile: str = ""
    mailed: str = ""
    strangers: list[str] = field(default_factory=list)
    relayed: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


def cast(stage: Stage) -> Cast:
    """Choose the parts from the crowd, by a reading of the audience that shares no code with the matcher."""
    named = {e["credit_code"]: e for e in stage.crowd.enterprises}
    concerned = [
        code
        for code in stage.crowd.codes(region=REGION, industries=INDUSTRIES)
        if int(named[code]["employees"]) <= MOST_EMPLOYEES
    ]
    memberships = [set(partner["members"]) for partner in stage.crowd.partners]
    chosen = concerned[: HEALTHY + 2]
    return Cast(
        concerned=concerned,
        healthy=chosen[:HEALTHY],
        hostile=chosen[HEALTHY],
        mailed=chosen[HEALTHY + 1],
        strangers=[code for code in named if code not in concerned][:2],
        relayed=[c for c in concerned if c not in chosen and any(c in m for m in memberships)],
        twice=[c for c in concerned if c not in chosen and sum(c in m for m in memberships) > 1],
    )


async def subscribe(stage: Stage) -> None:
    """Register every channel and prove it as its owner would."""
    parts = stage.notes["cast"] = cast(stage)
    opened = [
        await _webhook(stage, PrincipalKind.ENTERPRISE, code, hostile=code == parts.hostile)
        for code in (*parts.healthy, parts.hostile, *parts.strangers)
    ]
    opened += [await _webhook(stage, PrincipalKind.PARTNER, p["partner"]) for p in stage.crowd.partners]
    await stage.introduce(PrincipalKind.ENTERPRISE, parts.mailed)
    await stage.wish("/notify/v1/endpoints", {"kind": "mail", "address": "office@example.cn"}, parts.mailed)
    link = await eventually(lambda: _link(stage), "邮箱收到确认链接")
    path = link[link.index("/notify/") :]
    answer = await asyncio.to_thread(stage.client().call, "POST", path)
    held(answer.ok, "邮箱确认成功", answer.status)
    for who, endpoint in opened:
        await eventually(partial(_active, stage, who, endpoint), f"{who} 的渠道通过验证")


async def _webhook(stage: Stage, kind: PrincipalKind, name: str, *, hostile: bool = False) -> tuple[str, str]:
    await stage.introduce(kind, name)
    url = stage.receivers.add(name, hostile=hostile)
    answer: dict[str, Any] = await stage.wish("/notify/v1/endpoints", {"kind": "webhook", "url": url}, name)
    stage.receivers.endpoints[name].secret = answer["secret"]
    return name, answer["endpoint"]


def _active(stage: Stage, who: str, endpoint: str) -> bool:
    return bool(stage.client(who).get(f"/notify/v1/endpoints/{endpoint}")["state"] == "active")


def _link(stage: Stage) -> str | None:
    for mail in stage.mail.plain():
        found = _LINK.search(mail)
        if found:
            return found[0]
    return None
