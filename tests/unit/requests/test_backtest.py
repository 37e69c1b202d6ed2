"""A threshold tried over the past says what a live run with it would have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from services.requests.domain.limits import Limits, limits_of
from services.requests.handlers.backtesting import Converted, Replay, Trial, slim
from services.requests.handlers.backtests import Backtests
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.envelope import encode
from shared.contracts.facts import FACTS
from tests.support.wait import until
from tests.unit.requests.conftest import BODY, RULES, Desk
from tests.unit.requests.test_conversion import known
from tests.unit.requests.test_groups import regroup

FIRST, LAST = date(2025, 1, 2), date(2026, 6, 30)
LIVE = limits_of(RULES, "shanghai", FIRST)


def replayed(desk: Desk, limits: Limits = LIVE, since: date = FIRST, **more: Any) -> list[Converted]:
    trial = Trial(limits, since, LAST, **more)
    happened = [slim(e, FACTS[e.type].model_validate(e.data)) for e in desk.said if e.type in FACTS]
    return Replay(trial, RULES.calendars).run(happened)


def reached(desk: Desk) -> list[tuple[str, str, str, int, int]]:
    """What the live run reached, each information once."""
    found: dict[tuple[str, str], tuple[str, str, str, int, int]] = {}
    for event in desk.said:
        if event.type == "requests.demand-reached":
            fact = FACTS[event.type].model_validate(event.data)
            values = fact.model_dump(mode="json")
            names = ("body", "information", "on", "applicants", "counted")
            body, information, on, applicants, counted = (values[name] for name in names)
            found.setdefault((body, information), (body, information, on, applicants, counted))
    return list(found.values())


def told(found: Sequence[Converted]) -> list[tuple[str, str, str, int, int]]:
    return [(each.body, each.information, each.on.isoformat(), each.applicants, each.requests) for each in found]


async def lived(desk: Desk, seed: int) -> None:
    """A year and a half of requests by known people and strangers, for some informations, joined and split."""
    random, day = Random(seed), FIRST
    for n in range(60):
        day += timedelta(days=random.randrange(0, 16))
        desk.clock.to(day.isoformat())
        desk.clock.at += timedelta(minutes=n)
        who: dict[str, Any] = {} if random.random() < 0.6 else {"identity": None}
        body = random.choice((BODY, BODY, "ja-office"))
        await known(desk, random.randrange(9), f"e{n}", body=body, document_id=f"d{random.randrange(5)}", **who)
        if n % 7 == 6:
            await moved(desk, random)


async def moved(desk: Desk, random: Random) -> None:
    """Join or split groups at random; what is unlawful is refused and changes nothing."""
    client = desk.client()
    desk.clock.at += timedelta(hours=2)
    groups = [
        (await client.get(f"/requests/v1/demands/{id_}")).json
        for id_ in sorted(
            {e.subject for e in desk.said if e.type == "requests.demand-noted" and e.data["body"] == BODY}
        )
    ]
    one, other = random.choice(groups), random.choice(groups)
    if one["into"]:
        await regroup(desk, one, "split")
    elif random.random() < 0.5:
        await regroup(desk, one, "join", into=other["demand_id"])
    elif one["asks"]:
        await regroup(desk, one, "split", requests=[one["asks"][0]["request_id"]])


@pytest.mark.parametrize("seed", range(4))
async def test_a_back_test_with_the_live_threshold_equals_the_live_run(desk: Desk, seed: int) -> None:
    await lived(desk, seed)
    assert reached(desk) != []
    assert told(replayed(desk)) == reached(desk)


async def test_it_says_when_and_what_would_have_been_spared(desk: Desk) -> None:
    for n, day in enumerate(("2026-03-02", "2026-03-03", "2026-03-09", "2026-03-10")):
        desk.clock.to(day)
        case = await known(desk, n, f"e{n}", number="沪电发〔2026〕7号")
        if n == 2:
            desk.clock.to("2026-03-16")
            await desk.decide(case)
    lower = LIVE.model_copy(update={"distinct_applicants": 2, "unverified_cap": 1})
    [found] = replayed(desk, lower, date(2026, 1, 1))
    assert (found.on, found.spared, found.answered, found.days) == (date(2026, 3, 3), 2, 1, 5)
    assert (found.number, found.disclosed) == ("沪电发〔2026〕7号", True)
    higher = LIVE.model_copy(update={"distinct_applicants": 9, "requests": 9})
    assert replayed(desk, higher) == []


async def test_the_threshold_holds_within_its_period_and_for_whom_it_is_tried(desk: Desk) -> None:
    for person in range(3):
        await known(desk, person, f"e{person}", document_id="d1")
    desk.clock.to("2026-03-20")
    await known(desk, 4, "e4", document_id="d1")
    assert [each.on for each in replayed(desk, since=date(2026, 3, 10))] == [date(2026, 3, 20)]
    assert replayed(desk, since=date(2026, 4, 1)) == []
    assert replayed(desk, body="ja-office") == []
    assert replayed(desk, place="changzhi") == []
    assert len(replayed(desk, place="shanghai", body=BODY)) == 1


@pytest.fixture
async def tried(desk: Desk) -> Desk:
    """A desk whose past is in a log, where some of it is twice."""
    for person in range(4):
        await known(desk, person, f"e{person}", document_id="d1")
    log = MemoryLog()
    await log.ensure([TopicSpec("requests", 3, 1)])
    await log.append("requests", [Draft(e.subject, encode(e)) for e in (*desk.said, *desk.said[:9])])
    desk.deps = replace(desk.deps, log=log)
    desk.app = desk._make()
    return desk


async def test_it_runs_as_a_job_and_names_nobody(tried: Desk) -> None:
    caller = tried.client("supervisor", "s1", ())
    wish = {"from": "2026-01-01", "to": "2026-12-31", "distinct_applicants": 3, "requests": 5, "window_days": 365}
    begun = await tried.post("/requests/v1/conversion/backtests", caller, "", wish)
    assert (begun.status, begun.json["state"]) == (202, "running")

    async def done() -> Any:
        answer = await caller.get(f"/requests/v1/conversion/backtests/{begun.json['backtest']}")
        return answer.json if answer.json["state"] != "running" else None

    found = await until(done, seconds=20, what="the back-test is done")
    assert (found["state"], found["converted"], found["spared"]) == ("done", 1, 1)
    assert found["items"][0]["information"] == "doc:d1"
    assert "ps_" not in str(found)
    await tried.deps.tried.close()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"to": "2025-12-31"}, ""),
        ({"distinct_applicants": 0}, "/distinct_applicants"),
        ({"unverified_cap": 3}, ""),
        ({"body": "nobody"}, "/body"),
        ({"place": "nowhere"}, "/place"),
    ],
)
async def test_an_impossible_trial_is_refused(tried: Desk, change: dict[str, Any], pointer: str) -> None:
    wish = {"from": "2026-01-01", "to": "2026-12-31", "distinct_applicants": 3, "requests": 5, "window_days": 365}
    answer = await tried.post(
        "/requests/v1/conversion/backtests", tried.client("operator", "o1", ()), "", wish | change
    )
    assert answer.status == 422
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]


async def test_officers_do_not_try_thresholds_and_an_unknown_trial_is_unknown(tried: Desk) -> None:
    path = "/requests/v1/conversion/backtests"
    assert (await tried.client().get(f"{path}/bt1")).code == "FORBIDDEN"
    assert (await tried.client("operator", "o1", ()).get(f"{path}/bt1")).code == "BACKTEST_UNKNOWN"
    assert isinstance(tried.deps.tried, Backtests)
