"""Promises about receipts of events that wait among the dead letters of a parked key: whoever asks is told."""

from datetime import datetime

from shared.bus.port import Draft
from shared.clock import ZONE
from shared.contracts.envelope import Envelope, encode
from shared.store.port import Page
from shared.web.feed import Verdict
from shared.wiring.verdicts import Judging
from tests.contracts.bus.harness import REFUSED, Bench, caught_up, key_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


class Judge:
    """A judge that knows the verdicts a test gives it."""

    def __init__(self) -> None:
        self.known: dict[str, Verdict] = {}

    async def of(self, receipt: str) -> Verdict | None:
        return self.known.get(receipt)

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Verdict]:
        return Page(list(self.known.values())[:limit], None)


def reported(key: str, number: int) -> Draft:
    event = Envelope(f"e{number}", "/a", "feed.document-issued", key, NOW, {}, receipt=f"rc_{number}")
    return Draft(key, encode(event))


async def test_receipts_of_a_parked_key_are_held_until_it_flows_again(board: Bench) -> None:
    bad, good = key_in(0, 0), key_in(0, 1)
    first, behind, other = reported(bad, 1), reported(bad, 2), reported(good, 3)
    board.keep.poison[first.value.decode()] = REFUSED
    judging = Judging(Judge(), board.store)
    assert await judging.of("rc_1") is None
    await board.bus.append(board.topic, [first, behind, other])
    consumer = await board.start()
    await caught_up(consumer, 3)
    held = {"state": "accepted", "held": True}
    assert [await judging.of(f"rc_{n}") for n in (1, 2, 3)] == [held, held, None]
    board.keep.poison.clear()
    await consumer.redrive(board.topic, bad)
    assert [await judging.of(f"rc_{n}") for n in (1, 2, 3)] == [None, None, None]


async def test_many_receipts_behind_one_dead_letter_are_all_let_go(board: Bench) -> None:
    bad = key_in(0)
    events = [reported(bad, number) for number in range(250)]
    board.keep.poison[events[0].value.decode()] = REFUSED
    await board.bus.append(board.topic, events)
    consumer = await board.start()
    await caught_up(consumer, len(events))
    judging = Judging(Judge(), board.store)
    assert await judging.of("rc_249") == {"state": "accepted", "held": True}
    await consumer.discard(board.topic, bad, person="op", reason="错报")
    assert [await judging.of(f"rc_{number}") for number in range(250)] == [None] * 250


async def test_a_verdict_counts_for_more_than_the_dead_letter_of_the_same_key(board: Bench) -> None:
    bad = key_in(1)
    event = reported(bad, 1)
    board.keep.poison[event.value.decode()] = REFUSED
    await board.bus.append(board.topic, [event])
    await caught_up(await board.start(), 1)
    judge = Judge()
    judge.known["rc_1"] = {"state": "admitted", "receipt": "rc_1"}
    judging = Judging(judge, board.store)
    assert await judging.of("rc_1") == {"state": "admitted", "receipt": "rc_1"}
    assert (await judging.listed("a", None, None, 10)).items == [{"state": "admitted", "receipt": "rc_1"}]
