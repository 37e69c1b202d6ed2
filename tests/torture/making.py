"""What agencies file: documents, enterprises, licences and interpretations, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from tests.torture.town import credit_code

BODIES = tuple(f"tt-{n:02d}" for n in range(8))
NUMERALS = "甲乙丙丁戊己庚辛"
DEFECTIVE = 0.1
Event = dict[str, Any]


def issuer(body: str) -> str:
    """Return a body's name."""
    return f"静安区{NUMERALS[BODIES.index(body)]}字办公室"


class Maker:
    """Draws events of one agency; now and then one that was sent before, as it was or changed."""

    def __init__(self, agency: str, dice: random.Random, judges: Sequence[str]) -> None:
        self._agency, self._dice = agency, dice
        self._made = 0
        self._sent: list[Event] = []
        self._numbers: list[str] = []
        kinds: list[tuple[Callable[[], Event], int, str]] = [
            (self.document, 45, "catalog"),
            (self.enterprise, 30, "notify"),
            (self.licence, 10, "notify"),
            (self.interpretation, 15, "publish"),
        ]
        self._kinds = [(make, weight) for make, weight, judge in kinds if judge in judges]

    def event(self, type_: str, subject: str, data: dict[str, Any]) -> Event:
        """Return an event of a new id."""
        self._made += 1
        return {
            "specversion": "1.0",
            "id": f"{type_.rpartition('.')[2]}-{self._made}",
            "source": f"/{self._agency}/office",
            "type": type_,
            "subject": subject,
            "time": "2026-03-02T08:30:00+08:00",
            "datacontenttype": "application/json",
            "data": data,
        }

    def batch(self, size: int) -> list[Event]:
        """Return events; about one in ten was sent before."""
        return [self._again() if self._sent and self._dice.random() < 0.1 else self._new() for _ in range(size)]

    def _new(self) -> Event:
        makes, weights = zip(*self._kinds, strict=True)
        event: Event = self._dice.choices(makes, weights)[0]()
        if len(self._sent) < 200:
            self._sent.append(event)
        return event

    def _again(self) -> Event:
        """An event as it was, its content under another id, or other content under its id."""
        event = self._dice.choice(self._sent)
        draw = self._dice.random()
        if draw < 0.5:
            return event
        if draw < 0.8:
            return self.event(event["type"], event["subject"], event["data"])
        changed = next(name for name in ("title", "name", "kind") if name in event["data"])
        return event | {"data": event["data"] | {changed: "另有内容"}}

    def document(self) -> Event:
        """A document; one in ten lacks its attribute and is returned, some are for an audience."""
        body = self._dice.choice(BODIES)
        number = f"静{NUMERALS[BODIES.index(body)]}办〔2026〕{self._dice.randrange(1, 4000)}号"
        self._numbers.append(number)
        data: dict[str, Any] = {
            "title": f"关于{self._agency}第{self._made}项工作的通知",
            "number": number,
            "issuer": issuer(body),
            "written_on": f"2026-02-{self._dice.randrange(1, 28):02d}",
            "secrecy": "非密",
            "genre": "通知",
            "text": f"现就第{self._made}项工作通知如下：{'请认真落实。' * self._dice.randrange(1, 40)}",
        }
        if self._dice.random() >= DEFECTIVE:
            data |= self._attribute()
        return self.event("feed.document-issued", f"{body}-{self._made}", data)

    def _attribute(self) -> dict[str, Any]:
        if self._dice.random() < 0.15:
            return {"attribute": "依申请公开", "attribute_reason": "X16a"}
        found: dict[str, Any] = {"attribute": "主动公开"}
        if self._dice.random() < 0.2:
            found["audience"] = {"all": [{"dimension": "region", "any_of": ["310106"], "citation": "各企业"}]}
        return found

    def enterprise(self) -> Event:
        """An enterprise's profile; the same ones come again, changed."""
        number = self._dice.randrange(100, 1500)
        return self.profile(number, self._dice.randrange(1, 900))

    def profile(self, number: int, employees: int) -> Event:
        """The profile of the n-th enterprise."""
        data = {
            "credit_code": credit_code(number),
            "name": f"上海第{number}号机械有限公司",
            "region": "310106",
            "industry": "C34",
            "employees": employees,
            "revenue": 5000,
            "assets": 9000,
            "as_of": "2026-03-01",
        }
        return self.event("feed.enterprise-registered", credit_code(number), data)

    def licence(self) -> Event:
        """A licence of an enterprise that may or may not be known yet."""
        code = credit_code(self._dice.randrange(100, 1500))
        status = self._dice.choice(["valid", "suspended", "revoked"])
        data = {
            "credit_code": code,
            "licence": f"xk-{self._dice.randrange(20)}",
            "kind": "生产许可证",
            "status": status,
        }
        return self.event("feed.licence-changed", code, data)

    def interpretation(self) -> Event:
        """An interpretation of a document that may or may not be there."""
        body = self._dice.choice(BODIES)
        number = self._dice.choice(self._numbers) if self._numbers else "静甲办〔2026〕1号"
        data = {
            "title": f"一图读懂{self._made}",
            "issuer": issuer(body),
            "document_number": number,
            "text": "要点如下。",
        }
        return self.event("feed.interpretation-issued", f"{body}-i{self._made}", data)


def registrations() -> list[dict[str, Any]]:
    """Return the data with which the bodies enter the register."""
    return [
        {
            "body": body,
            "name": issuer(body),
            "number_codes": [f"静{NUMERALS[n]}办"],
            "region": "310106",
            "level": "区级",
        }
        for n, body in enumerate(BODIES)
    ]
