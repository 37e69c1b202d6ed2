"""Publishing a calendar over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.clock import ZONE, Clock
from shared.contracts.facts.base import Fact
from shared.contracts.facts.ops import CalendarPublished
from shared.law.book import Lawbook
from shared.law.rules import load_rules
from shared.replay.operations import Operations
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Sessions
from shared.web.app import create_app
from shared.web.auth import Access, allow
from shared.web.ops.calendars import calendars
from shared.web.routes import Router
from tests.unit.web.client import Answer, Client

PATH = "/requests/v1/ops/calendars"
SHIPPED = load_rules()
STATUTORY = {
    "元旦": ["2027-01-01"],
    "春节": ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10"],
    "清明节": ["2027-04-05"],
    "劳动节": ["2027-05-01", "2027-05-02"],
    "端午节": ["2027-06-09"],
    "中秋节": ["2027-09-15"],
    "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03", "2027-10-04"],
}
WISH: dict[str, Any] = {
    "year": 2027,
    "notices": ["示例通知〔2026〕1号"],
    "off": STATUTORY,
    "work": ["2027-02-20", "2027-10-09"],
    "reason": "通知已经印发",
}


class Office:
    """An operator in front of one service."""

    def __init__(self) -> None:
        self.law = Lawbook(SHIPPED)
        self.said: list[Fact] = []
        self.ring = KeyRing()
        start = datetime(2026, 11, 23, 9, tzinfo=ZONE)
        ops = cast(Operations, SimpleNamespace(law=self.law, clock=Clock(start), say=self._say))
        router = Router(prefix="/requests/v1/ops", dependencies=[allow("operator")])
        calendars(router, ops)
        access = Access(self.ring, Sessions(self.ring, secure=False), Clock())
        self.app = create_app("requests", "依申请公开", [router], access=access, ready=_ready)

    async def _say(self, fact: Fact, subject: str) -> None:
        self.said.append(fact)

    def client(self, kind: str = "operator") -> Client:
        token, fact = issue(Principal(PrincipalKind(kind), f"{kind}-1"))
        self.ring.apply(fact)
        return Client(self.app, token)

    async def publish(self, **changed: Any) -> Answer:
        return await self.client().post_json(PATH, WISH | changed)


async def _ready() -> Sequence[str]:
    return []


@pytest.fixture
def office() -> Office:
    return Office()


def wrong(answer: Answer) -> dict[str, str]:
    assert (answer.status, answer.code) == (422, "CALENDAR_UNSOUND"), answer.text
    return {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]}


async def test_a_published_calendar_is_said_in_force_and_listed(office: Office) -> None:
    answer = await office.publish()
    assert (answer.status, answer.json["version"], answer.json["news"]) == (201, "2027.1", True)
    [fact] = office.said
    assert isinstance(fact, CalendarPublished)
    assert (fact.by, fact.reason, fact.version) == ("operator-1", "通知已经印发", "2027.1")
    assert office.law.at(fact.published_at) is office.law.rules
    listed = (await office.client().get(PATH)).json["items"]
    assert [each["year"] for each in listed][:2] == [2027, 2026]
    assert listed[0]["work"] == ["2027-02-20", "2027-10-09"]


async def test_what_is_said_makes_the_same_calendar_after_a_restart(office: Office) -> None:
    await office.publish()
    [fact] = office.said
    assert isinstance(fact, CalendarPublished)
    again = Lawbook(SHIPPED)
    again.publish(
        CalendarPublished.model_validate(fact.wire()).model_dump(exclude={"published_at", "by", "reason"}),
        fact.published_at,
    )
    assert again.rules.calendars.years[2027] == office.law.rules.calendars.years[2027]


async def test_the_same_arrangement_again_is_no_news(office: Office) -> None:
    await office.publish()
    for version in (None, "2027.1"):
        answer = await office.publish(version=version)
        assert (answer.status, answer.json["news"], answer.json["version"]) == (200, False, "2027.1")
    assert len(office.said) == 1


async def test_an_amended_arrangement_is_the_next_version(office: Office) -> None:
    await office.publish()
    answer = await office.publish(work=["2027-02-20"])
    assert (answer.status, answer.json["version"]) == (201, "2027.2")
    assert office.law.rules.calendars.version(2027) == "2027.2"


async def test_another_arrangement_under_a_version_that_is_taken_is_refused(office: Office) -> None:
    await office.publish()
    answer = await office.publish(version="2027.1", work=[])
    assert (answer.status, answer.code) == (409, "CALENDAR_KNOWN")
    assert "2027.1" in answer.text


async def test_every_impossible_day_is_named_with_its_field(office: Office) -> None:
    off = STATUTORY | {"元旦": ["2027-01-01", "2026-12-31"], "国庆节": [*STATUTORY["国庆节"], "2027-10-01"]}
    answer = await office.publish(off=off, work=["2027-02-22", "2027-10-02", "2028-01-01", "2027-02-20", "2027-02-20"])
    assert wrong(answer) == {
        "/off/元旦/1": "2026年12月31日不在2027年内",
        "/off/国庆节/4": "2027年10月1日列了两次",
        "/work/0": "2027年2月22日不是周六或者周日，不能作为调休上班日",
        "/work/1": "2027年10月2日同时列为放假日",
        "/work/2": "2028年1月1日不在2027年内",
        "/work/4": "2027年2月20日列了两次",
    }
    assert office.said == []
    assert office.law.rules is SHIPPED


async def test_an_arrangement_without_a_holiday_of_the_law_is_refused(office: Office) -> None:
    off = {name: days for name, days in STATUTORY.items() if name not in ("清明节", "端午节")}
    assert "2027年4月5日、2027年6月9日" in wrong(await office.publish(off=off))["/off"]


async def test_a_version_of_another_year_is_refused(office: Office) -> None:
    for version in ("2026.2", "2027", "2027.0", "第一版"):
        assert "/version" in wrong(await office.publish(version=version))


async def test_only_operators_publish_and_they_say_why(office: Office) -> None:
    for kind in ("officer", "supervisor"):
        assert (await office.client(kind).post_json(PATH, WISH)).status == 403
    assert (await Client(office.app).post_json(PATH, WISH)).status == 401
    assert (await office.publish(reason="")).status == 422
    assert office.said == []
