"""Demand is counted exactly, whoever asks however often, in whatever order and however many times it is heard."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.requests.domain.demand import Demand, count, demand_id_of, evolve_demand, kept, note_demand, reached_at
from services.requests.domain.limits import UNVERIFIED_KEPT, VERIFIED_KEPT, Limits, limits_of
from services.requests.handlers.demand import demand_hears
from services.requests.store import DEMAND
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record
from shared.clock import ZONE, Clock
from shared.contracts.envelope import Envelope, encode
from shared.contracts.facts.requests import Asked
from shared.contracts.topics import Topics
from shared.law.sameness import plain_contact, plain_description
from shared.store.port import Owed, Query
from shared.store.sqlite import SqliteStore
from tests.unit.requests.conftest import BODY, RULES

TODAY = date(2026, 3, 2)
LIMITS = Limits(distinct_applicants=3, requests=5, window_days=365, per_applicant=3, unverified_cap=2)
PUPPETS = 10_000


def asked(number: int, person: int, *, verified: bool = True, contact: int | None = None, on: date = TODAY) -> Asked:
    return Asked(
        request_id=f"r{number}",
        applicant=f"ps_{person}",
        contact_key=f"pc_{person if contact is None else contact}",
        verified=verified,
        on=on,
    )


def received(number: int, *, verified: bool = False, at: datetime = datetime(2026, 3, 2, 9, tzinfo=ZONE)) -> Envelope:
    """The news that a sock puppet asked, with a name and a contact of its own."""
    sealed = {"key": f"r{number}", "nonce": "AA==", "box": "AA=="}
    data = {
        "request_id": f"r{number}", "body": BODY, "place": "shanghai", "channel": "online", "category": "np",
        "applicant": f"ps_{number}", "contact_key": f"pc_{number}", "information": "doc:d1", "document_id": "d1",
        "name": sealed, "contact": sealed, "description": sealed, "form": "电子文件", "delivery": "网上获取",
        "submitted_on": "2026-03-02", "entered_at": at.isoformat(), "verified": verified,
    }  # fmt: skip
    return Envelope(f"r{number}:1", "/requests", "requests.request-received", f"r{number}", at, data, sequence=1)


class Counting:
    """The demand policies over a store, nothing else of the service."""

    def __init__(self) -> None:
        self.store = SqliteStore(":memory:")
        self.said: list[str] = []
        self.store.on_saved(self._hear)
        limits = limits_of(RULES, "shanghai", TODAY)
        self.dispatcher = Dispatcher(
            self.store, Clock(), Topics(), {**demand_hears(lambda _, __: limits), "requests.demand-noted": ()}
        )

    def _hear(self, _: str, owed: Sequence[Owed]) -> None:
        self.said += [each.id for each in owed]

    async def settle(self, *events: Envelope) -> None:
        await self.dispatcher.settle([Record("requests", 0, 0, 0, e.subject, encode(e)) for e in events])

    async def demand(self) -> Demand:
        [stored] = (await self.store.select(DEMAND.kind, Query())).items
        assert stored.id == demand_id_of(BODY, "doc:d1")
        return DEMAND.parse(stored.state)


async def test_ten_thousand_sock_puppets_do_not_trigger_a_review_and_cost_no_more_each() -> None:
    counting = Counting()
    started = time.perf_counter()
    for number in range(PUPPETS):
        await counting.settle(received(number))
    took = time.perf_counter() - started
    demand = await counting.demand()
    assert demand.reached_on is None
    assert len(demand.asks) == UNVERIFIED_KEPT
    assert count(demand.asks, TODAY, LIMITS).applicants == LIMITS.unverified_cap
    assert len(counting.said) < PUPPETS / 5
    assert took < 60
    await counting.settle(received(PUPPETS, verified=True))
    assert (await counting.demand()).reached_on == TODAY
    await counting.store.close()


async def test_the_same_news_twice_counts_once_also_after_it_fell_out() -> None:
    counting = Counting()
    events = [received(number) for number in range(200)]
    await counting.settle(*events)
    before, said = await counting.demand(), len(counting.said)
    for event in events:
        await counting.settle(event)
    assert await counting.demand() == before
    assert len(counting.said) == said
    await counting.store.close()


def test_puppets_of_one_contact_are_one_and_those_of_a_known_person_none() -> None:
    asks = [asked(n, 100 + n, verified=False, contact=7) for n in range(9)]
    assert count(kept(asks), TODAY, LIMITS).applicants == 1
    assert count(kept([*asks, asked(90, 7)]), TODAY, LIMITS).applicants == 1
    assert count(kept([*asks, asked(90, 8)]), TODAY, LIMITS).applicants == 2


def test_a_person_counts_once_and_with_a_bounded_number_of_requests() -> None:
    found = count(kept([asked(n, 1) for n in range(40)]), TODAY, LIMITS)
    assert (found.applicants, found.requests) == (1, LIMITS.per_applicant)


def test_a_stranger_becomes_a_known_person_once_the_identity_is_seen() -> None:
    state: Demand | None = None
    for ask in (asked(1, 1, verified=False), asked(1, 1)):
        facts = note_demand(state, ask, (BODY, "doc:d1"), LIMITS, TODAY)
        assert len(facts) == 1
        state = DEMAND.evolve(state, facts[0])
    assert state is not None
    assert [ask.verified for ask in state.asks] == [True]
    assert note_demand(state, asked(1, 1, verified=False), (BODY, "doc:d1"), LIMITS, TODAY) == []


asks = st.builds(
    asked,
    st.integers(0, 5000),
    st.integers(0, 120),
    verified=st.booleans(),
    contact=st.none() | st.integers(0, 120),
    on=st.integers(0, 500).map(lambda days: TODAY - timedelta(days=days)),
)


@given(st.lists(asks, max_size=700, unique_by=lambda ask: ask.request_id), st.randoms(use_true_random=False))
def test_what_is_kept_does_not_depend_on_the_order_and_is_bounded(found: list[Asked], random: Random) -> None:
    at_once = kept(found)
    random.shuffle(found)
    one_by_one: tuple[Asked, ...] = ()
    for ask in found:
        one_by_one = kept((*one_by_one, ask))
    assert one_by_one == at_once
    assert len(at_once) <= VERIFIED_KEPT + UNVERIFIED_KEPT
    assert kept((*at_once, *found)[: len(at_once)]) == at_once


@given(st.lists(asks, max_size=60, unique_by=lambda ask: ask.request_id))
def test_counting_what_is_kept_is_counting_everything(found: list[Asked]) -> None:
    whole, bounded = count(found, TODAY, LIMITS), count(kept(found), TODAY, LIMITS)
    assert (bounded.applicants, bounded.requests) == (whole.applicants, whole.requests)


def test_no_threshold_can_ask_for_more_than_is_kept() -> None:
    with pytest.raises(ValidationError):
        Limits(distinct_applicants=101, requests=5, window_days=365)


@pytest.mark.parametrize(
    "texts",
    [
        (
            "申请公开2025年夏季有序用电方案",
            "我希望获取：2025年夏季有序用電方案。",
            "请贵局提供 2025年夏季有序用电方案 全文",
        ),
        ("申请公开静安区旧改项目补偿方案", "關於靜安區舊改項目補償方案的政府信息"),
    ],
)
def test_the_same_in_other_words_is_the_same(texts: tuple[str, ...]) -> None:
    assert len({plain_description(text) for text in texts}) == 1


def test_other_things_stay_apart_and_nothing_but_asking_is_still_a_text() -> None:
    assert plain_description("有序用电方案") != plain_description("有序用电方案的编制依据")
    assert plain_description("关于政府信息") == "关于政府信息"


def test_one_contact_in_other_spellings_is_one() -> None:
    assert len({plain_contact(text) for text in ("13800001234", "+86 138-0000-1234", "0086 13800001234")}) == 1
    assert plain_contact("A.b+c@Example.com") == plain_contact("a.b@example.com")


def behind(number: int, contact: str, person: str = "", *, answered: bool = True) -> Asked:
    return Asked(
        request_id=f"r{number}",
        applicant=person or reached_at(contact),
        on=TODAY,
        contact_key=contact,
        verified=answered,
    )


def test_whoever_answers_behind_a_contact_counts_and_is_nobody_else_than_who_states_it() -> None:
    two = [behind(1, "c1"), behind(2, "c2")]
    assert count(two, TODAY, LIMITS).applicants == 2
    assert count([*two, behind(3, "c1", "ps_a")], TODAY, LIMITS).applicants == 2
    assert count([*two, behind(4, "c1", answered=False)], TODAY, LIMITS).applicants == 2


async def test_a_confirmed_request_counts_as_a_known_one_and_later_as_its_person() -> None:
    of, limits = (BODY, "doc:d1"), LIMITS
    state: Demand | None = None
    steps = [behind(1, "c1", "ps_a", answered=False), behind(1, "c1"), behind(1, "c1"), behind(1, "c1", "ps_a")]
    said = []
    for ask in steps:
        facts = note_demand(state, ask, of, limits, TODAY)
        said.append(len(facts))
        for fact in facts:
            state = evolve_demand(state, fact)
    assert said == [1, 1, 0, 1]
    assert state is not None
    assert [each.applicant for each in state.asks] == ["ps_a"]
