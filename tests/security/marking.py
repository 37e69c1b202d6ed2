"""People with marked words, and hands that file, handle and answer what they ask, through every step there is."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from gongkai.city import event, key_in
from gongkai.cli import app
from gongkai.client import Answer, Client
from gongkai.launcher import SERVICES, City
from shared.law.rules import load_rules
from tests.support.wait import until

EVENTS = "application/cloudevents-batch+json"
DAY = "2026-03-02"
POWER, HEAT = "sh-power", "cz-heat"
WORDS = load_rules().vocabularies.decisions

MARKS = {
    "name": "欧阳青禾甲",
    "identity": "110101199003070011",
    "phone": "13900017788",
    "mail": "qinghe.mark@applicants.example",
    "address": "标记新村八十八弄九号",
    "description": "青禾路拓宽工程补偿材料",
    "corrected": "青禾路拓宽补正后材料",
    "online": "司马若水乙",
    "asked": "若水河整治工程监测材料",
    "other": "东方未明丙",
    "others": "未明湖水质逐日记录",
    "part": "未明湖分项甲拆分",
    **{
        name: f"密语{name}之{number}号文字"
        for number, name in enumerate(
            (
                *("correction", "party", "given", "why", "summary", "note", "parts", "form_reason", "returned"),
                *("remedy", "measures", "evidence", "draft", "back", "withdrawn", "visitor", "opinion", "reply"),
            ),
            1,
        )
    },
}


class Hands:
    """What people do to the city over HTTP; every answer that names somebody is looked at here and kept nowhere."""

    def __init__(self, city: City, data: Path) -> None:
        self.city, self.data = city, data
        self._once = count()

    async def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        client = Client(self.city.url, key_in(self.data, who) if who else "")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            return await asyncio.to_thread(client.call, method, path, body, sent)
        finally:
            client.close()

    async def post(self, who: str, path: str, wish: Any, **headers: str) -> Any:
        key = f"scan-{next(self._once)}-5f1c2a1e-1111-4222-8333-444455556666"
        return (await self.call(who, "POST", path, wish, Idempotency_Key=key, **headers)).must()

    async def step(self, case: str, name: str, wish: dict[str, Any], who: str = "officer-shanghai") -> Any:
        found = await self.call(who, "GET", f"/requests/v1/cases/{case}")
        return await self.post(who, f"/requests/v1/cases/{case}/{name}", wish, If_Match=found.headers["etag"])

    async def numbered(self, case: str, who: str) -> str:
        async def there() -> bool:
            return bool((await self.call(who, "GET", f"/requests/v1/cases/{case}")).must()["number"])

        await until(there, 30, "the number of the case")
        return case

    async def online(self, body: str, **data: str) -> str:
        wish = {"body": body, "category": "np", **data}
        key = f"scan-{next(self._once)}-5f1c2a1e-1111-4222-8333-444455556666"
        made = await until(lambda: self._applied(wish, key), 30, "the body in requests")
        return str(made["request_id"])

    async def _applied(self, wish: dict[str, Any], key: str) -> Any:
        answer = await self.call("", "POST", "/requests/v1/applications", wish, Idempotency_Key=key)
        return answer.json if answer.ok else {}

    async def counter(self, agency: str, body: str, who: str, **data: str) -> str:
        number = next(self._once)
        whole = {"body": body, "category": "np", "channel": "counter", "submitted_on": DAY, **data}
        asked = event(
            agency, "requests.application-submitted", f"e{number}", f"sq{number}", whole, f"{DAY}T08:30:00+08:00"
        )

        async def entered() -> Any:
            body_ = json.dumps([asked], ensure_ascii=False).encode()
            answer = await self.call(agency, "POST", "/requests/v1/intake", body_, Content_Type=EVENTS)
            return answer.json["accepted"][0] if answer.ok else {}

        return await self.numbered((await until(entered, 30, "the body in requests"))["request_id"], who)

    async def quiet(self) -> bool:
        found = [(await self.call("../operator", "GET", f"/{name}/v1/ops")).must() for name in SERVICES]
        return all(each["lag"] == 0 and each["relay"]["owed"] == 0 for each in found)

    async def typed(self, *words: str | Path) -> str:
        line = [*map(str, words), "--data", str(self.data), "--url", self.city.url]
        result = await asyncio.to_thread(CliRunner().invoke, app, line)
        assert result.exit_code == 0, result.output
        return result.output


def parts(code: str) -> dict[str, str]:
    return dict.fromkeys(WORDS[code].parts, MARKS["parts"])


async def handled(hands: Hands) -> str:
    """A case that goes through every step in which somebody says something personal."""
    case = await hands.counter(
        "shanghai", POWER, "officer-shanghai",
        name=MARKS["name"], identity=MARKS["identity"], contact=MARKS["phone"], description=MARKS["description"],
    )  # fmt: skip
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("notify-correction", {"text": MARKS["correction"], "days": 10}),
        ("correct", {"description": MARKS["corrected"]}),
        ("consult", {"kind": "third_party", "party": MARKS["party"], "sent_on": DAY, "arrived_on": DAY}),
        ("end-consultation", {"consultation": 1, "outcome": "agreed"}),
        ("ask-reason", {"count": 11}),
        ("give-reason", {"text": MARKS["given"]}),
        ("judge-reason", {"reasonable": True, "why": MARKS["why"]}),
        ("note-contact", {"means": "phone", "summary": MARKS["summary"]}),
        ("tag-case", {"tag": "typical", "note": MARKS["note"]}),
        (
            "decide",
            {
                "code": "A2",
                "parts": parts("A2"),
                "article": "条例第36条",
                "record": {"number": "沪电发〔2026〕7号"},
                "form": "纸质复印件",
                "form_reason": MARKS["form_reason"],
            },
        ),
        ("send", {"way": "邮寄", "carrier": "ems", "tracking": "1234567890123", "address": MARKS["address"]}),
        ("return-mail", {"reason": MARKS["returned"]}),
        ("serve", {"way": "当面"}),
        ("file-remedy", {"kind": "reconsideration", "organ": "上海市人民政府", "reference": "沪府复〔2026〕1号"}),
        ("conclude-remedy", {"remedy": 1, "result": "corrected", "text": MARKS["remedy"], "anew": False}),
        ("close-rectification", {"remedy": 1, "measures": MARKS["measures"], "evidence": MARKS["evidence"]}),
        ("close", {}),
    )
    for name, wish in steps:
        await hands.step(case, name, wish)
    return case


async def approved(hands: Hands) -> None:
    """A decision that was drafted, sent back, and taken back, where decisions are approved."""
    case = await hands.counter(
        "changzhi", HEAT, "officer-changzhi", name=MARKS["other"], contact=MARKS["mail"], description=MARKS["others"]
    )
    draft = {
        "code": "D1",
        "parts": {**parts("D1"), **dict.fromkeys(WORDS["D1"].parts, MARKS["draft"])},
        "article": "条例第36条",
    }
    await hands.step(case, "draft", draft, "officer-changzhi")
    await hands.step(case, "return-draft", {"reason": MARKS["back"]}, "chief-changzhi")
    await hands.step(case, "draft", draft, "officer-changzhi")
    await hands.step(case, "withdraw-draft", {"reason": MARKS["withdrawn"]}, "officer-changzhi")
    split = {"parts": [{"description": MARKS["part"]}, {"description": MARKS["others"]}]}
    await hands.step(case, "split", split, "officer-changzhi")


async def visited(hands: Hands) -> None:
    """Somebody leaves an opinion at a desk and gets a reply."""
    wish = {
        "body": POWER,
        "purpose": "opinion",
        "item": "用电",
        "visitor": MARKS["visitor"],
        "opinion": MARKS["opinion"],
    }
    made = await hands.post("officer-shanghai", "/requests/v1/visits", wish)
    path = f"/requests/v1/visits/{made['visit_id']}"
    etag = (await hands.call("officer-shanghai", "GET", path)).headers["etag"]
    await hands.post("officer-shanghai", f"{path}/reply", {"reply": MARKS["reply"]}, If_Match=etag)
