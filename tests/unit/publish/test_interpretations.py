"""Interpretations through the real dispatcher: judged once, shown whichever of the two comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.publish.handlers import hears, review_item_validity
from services.publish.store import ITEM, REJECTION, SHELF, load_form
from shared.bus.decider import Aggregate
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Record
from shared.clock import Clock
from shared.contracts.envelope import Envelope, decode
from shared.contracts.facts import FACTS, catalog, feed
from shared.contracts.facts.base import Blob
from shared.contracts.topics import Topics
from shared.store.port import Owed
from shared.store.sqlite import SqliteStore
from tests.unit.publish.samples import NOW, desk, document, wire

TEXT = Blob(sha256="a" * 64, size=10, mediatype="text/plain")


class House:
    """A dispatcher over a store in memory whose own events are fed back, as the consumer of the own topic does."""

    def __init__(self) -> None:
        self.store = SqliteStore(":memory:")
        self.dispatcher = Dispatcher(self.store, Clock(NOW), Topics(), hears(desk(), load_form()))
        self.owed: list[Owed] = []
        self.events: list[Envelope] = []
        self.store.on_saved(lambda _, events: self.owed.extend(events))

    async def hear(self, *values: bytes) -> None:
        await self.dispatcher.settle([Record("t", 0, n, 0, None, value) for n, value in enumerate(values)])
        while self.owed:
            news, self.owed = self.owed, []
            self.events += [decode(each.value) for each in news]
            await self.dispatcher.settle(
                [Record("publish", 0, n, 0, each.key, each.value) for n, each in enumerate(news)]
            )

    async def interpretations(self, id_: str = "dc1") -> list[str]:
        found = await self.store.load(ITEM.kind, [id_])
        shown = ITEM.parse(found[id_].state).shown if id_ in found else None
        return [each.title for each in shown.interpretations] if shown is not None else []

    def verdicts(self) -> list[tuple[str, list[str]]]:
        judged = [each.data for each in self.events if each.type == "publish.filing-judged"]
        return [(each["verdict"], [d["code"] for d in each.get("defects", [])]) for each in judged]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    yield made
    await made.store.close()


def interpretation(event: str = "e1", **values: Any) -> bytes:
    known = {"title": "一图读懂", "issuer": "滨江区人民政府办公室", "document_number": "滨府办发[2026]第3号"}
    stamps = {name: values.pop(name) for name in ("agency", "agencybodies", "receipt") if name in values}
    fact = feed.InterpretationIssued(**{**known, "text_blob": TEXT, **values})
    more = {"agency": "binjiang", "receipt": f"rc_p{event}", **stamps}
    return wire(fact, "s", None, id=event, source="/agencies/binjiang", **more)


def archived(**values: Any) -> bytes:
    return wire(catalog.DocumentArchived(document=document(**values)), "dc1", 1)


async def test_an_interpretation_waits_for_its_document(house: House) -> None:
    await house.hear(interpretation())
    assert await house.interpretations() == []
    await house.hear(archived())
    assert await house.interpretations() == ["一图读懂"]
    assert house.verdicts() == [("admitted", [])]


async def test_an_interpretation_of_a_public_document_is_shown_at_once(house: House) -> None:
    await house.hear(archived())
    await house.hear(interpretation())
    assert await house.interpretations() == ["一图读懂"]


async def test_it_can_name_the_document_by_its_id(house: House) -> None:
    await house.hear(interpretation(document_number=None, document_id="dc1"), archived())
    assert await house.interpretations() == ["一图读懂"]


async def test_coming_back_to_the_portal_brings_the_interpretation_back(house: House) -> None:
    await house.hear(archived(), interpretation())
    changed = document(attribute="不予公开")
    gone = catalog.AttributeChanged(document=changed, before="主动公开", after="不予公开")
    back = catalog.AttributeChanged(document=document(), before="不予公开", after="主动公开")
    await house.hear(wire(gone, "dc1", 2))
    assert await house.interpretations() == []
    await house.hear(wire(back, "dc1", 3))
    assert await house.interpretations() == ["一图读懂"]


async def test_the_same_report_twice_and_the_whole_log_again_change_nothing(house: House) -> None:
    await house.hear(interpretation(), archived())
    count = len(house.events)
    await house.hear(interpretation(), archived())
    assert len(house.events) == count


async def test_the_same_content_under_another_id_is_a_duplicate(house: House) -> None:
    await house.hear(interpretation("e1"), interpretation("e2"))
    assert house.verdicts() == [("admitted", []), ("duplicate", [])]
    assert house.events[-1].data["first"] == "rc_pe1"


async def test_an_id_used_for_other_content_is_rejected_and_touches_nothing(house: House) -> None:
    await house.hear(archived(), interpretation("e1"), interpretation("e1", title="另一篇", receipt="rc_pother"))
    assert house.verdicts()[-1] == ("rejected", ["ID_REUSED"])
    assert await house.interpretations() == ["一图读懂"]


async def test_a_changed_interpretation_takes_the_place_of_the_older(house: House) -> None:
    await house.hear(archived(), interpretation("e1"), interpretation("e2", published_on="2026-03-01"))
    assert await house.interpretations() == ["一图读懂"]
    state = ITEM.parse((await house.store.load("item", ["dc1"]))["dc1"].state)
    assert state.shown is not None
    assert state.shown.interpretations[0].edition == 2


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"document_number": None}, ["REFERENCE_MISSING"]),
        ({"document_number": "没有号"}, ["NUMBER_INVALID"]),
        ({"text_blob": None}, ["INTERPRETATION_EMPTY"]),
    ],
)
async def test_a_report_with_defects_is_returned(house: House, values: dict[str, Any], codes: list[str]) -> None:
    await house.hear(interpretation(**values))
    assert house.verdicts() == [("returned", codes)]
    await house.hear(interpretation(**values))
    assert len(house.verdicts()) == 1


async def test_nobody_interprets_the_document_of_a_foreign_body(house: House) -> None:
    await house.hear(archived(), interpretation(agency="foreign", agencybodies="bj-other bj-x*"))
    assert house.verdicts() == [("rejected", ["BODY_NOT_YOURS"])]
    await house.hear(interpretation("e2", agency="foreign", agencybodies="bj-off*"))
    assert await house.interpretations() == ["一图读懂"]


async def test_a_foreign_interpretation_that_waits_is_never_shown(house: House) -> None:
    await house.hear(interpretation(agency="foreign"), archived())
    assert await house.interpretations() == []


async def test_every_report_is_found_by_its_receipt(house: House) -> None:
    await house.hear(interpretation("e1"), interpretation("e2"), interpretation("e3", document_number=None))
    assert set(await house.store.find(SHELF.kind, ["receipt:rc_pe1", "receipt:rc_pe2"])) == {
        "receipt:rc_pe1",
        "receipt:rc_pe2",
    }
    assert await house.store.find(REJECTION.kind, ["receipt:rc_pe3"])


async def test_the_sweep_says_a_lapsed_item_anew_once(house: House) -> None:
    await house.hear(archived(effective_on="2026-01-01", expires_on="2026-03-01"))
    state = ITEM.parse((await house.store.load("item", ["dc1"]))["dc1"].state)
    assert state.shown is not None
    assert state.shown.validity == "失效"
    await house.hear(wire(catalog.DocumentRevised(document=document(expires_on="2026-03-02"), changed=()), "dc1", 2))
    command = review_item_validity(desk(), "dc1", "2026-03-02", NOW.date().replace(day=3))
    outcome = await house.dispatcher.execute(command)
    assert [each.data["validity"] for each in outcome.events] == ["失效"]
    assert not (await house.dispatcher.execute(command)).events


async def test_folding_the_own_topic_gives_exactly_the_stored_states(house: House) -> None:
    await house.hear(interpretation("e1"), archived(), interpretation("e2"), interpretation("e3", document_number=None))
    folded: dict[str, Any] = {}
    for event in house.events:
        kinds: dict[str, Aggregate[Any]] = {"dc": ITEM, "sh": SHELF, "rj": REJECTION}
        kind = kinds[event.subject[:2]]
        fact = FACTS[event.type].model_validate(event.data)
        folded[event.subject] = kind.evolve(folded.get(event.subject), fact)
    for kind in (ITEM, SHELF, REJECTION):
        assert isinstance(kind, Aggregate)
        ids = [id_ for id_, state in folded.items() if isinstance(state, kind.state)]
        for id_, stored in (await house.store.load(kind.kind, ids)).items():
            assert kind.parse(stored.state) == folded[id_]
