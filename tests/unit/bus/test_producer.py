"""What happens to a producer that fails: replaced, and nobody is told that something was written."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, OutOfOrderSequenceNumber

from shared.bus.kafka import producer
from shared.bus.kafka.producer import Call, Lane, Producers
from shared.bus.port import Draft, Unknown
from shared.contracts.problems import Unavailable


class FakeBatch:
    """Holds three records, like a batch that is full early."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: list[Any]) -> object:
        """Take a record while there is room."""
        if len(self.values) == 3:
            return None
        self.values.append(value)
        return object()


class FakeProducer:
    """Stands for aiokafka's; fails as the test says."""

    made: list["FakeProducer"]
    refuse: list[Exception]
    fail: list[Exception]
    written: list[list[bytes]]

    def __init__(self, **options: Any) -> None:
        assert options["enable_idempotence"] is True
        assert options["acks"] == "all"
        self.stopped = False
        self.made.append(self)

    async def start(self) -> None:
        """Connect or refuse."""
        if self.refuse:
            raise self.refuse.pop(0)

    async def stop(self) -> None:
        """Note it."""
        self.stopped = True

    def create_batch(self) -> FakeBatch:
        """A batch of three."""
        return FakeBatch()

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> "asyncio.Future[None]":
        """Write or fail."""
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.fail:
            sent.set_exception(self.fail.pop(0))
        else:
            self.written.append(batch.values)
            sent.set_result(None)
        return sent


@pytest.fixture
def lane(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Lane]:
    """Make a lane over fake producers."""
    for name in ("made", "refuse", "fail", "written"):
        monkeypatch.setattr(FakeProducer, name, [], raising=False)
    monkeypatch.setattr(producer, "AIOKafkaProducer", FakeProducer)
    return lambda: Lane(Producers("nowhere:1", None, 1.0), "t", 0)


def _put(lane: Lane, *values: str) -> Call:
    call = Call(1)
    lane.put(call, [Draft("k", value.encode()) for value in values])
    return call


async def test_callers_that_wait_share_batches_in_order(lane: Callable[[], Lane]) -> None:
    one = lane()
    calls = [_put(one, "1", "2"), _put(one, "3", "4"), _put(one, "5")]
    await asyncio.gather(*(call.done for call in calls))
    assert FakeProducer.written == [[b"1", b"2", b"3"], [b"4", b"5"]]


@pytest.mark.parametrize("error", [OutOfOrderSequenceNumber(), RuntimeError("Unexpected error during batch delivery")])
async def test_a_failed_batch_is_unknown_and_its_producer_is_replaced(
    lane: Callable[[], Lane], error: Exception
) -> None:
    one = lane()
    FakeProducer.fail.append(error)
    with pytest.raises(Unknown):
        await _put(one, "1").done
    await _put(one, "1").done
    first, second = FakeProducer.made
    assert FakeProducer.written == [[b"1"]]
    assert (first.stopped, second.stopped) == (True, False)


async def test_what_is_queued_behind_a_failed_batch_is_not_written_ahead_of_it(lane: Callable[[], Lane]) -> None:
    one = lane()
    FakeProducer.fail.append(OutOfOrderSequenceNumber())
    calls = [_put(one, "1", "2", "3"), _put(one, "4"), _put(one, "5")]
    results = await asyncio.gather(*(call.done for call in calls), return_exceptions=True)
    assert [type(result) for result in results] == [Unknown, Unknown, Unknown]
    assert FakeProducer.written == []


async def test_a_call_broken_off_between_two_batches_fails_as_a_whole(lane: Callable[[], Lane]) -> None:
    one = lane()
    call = _put(one, "1", "2", "3", "4", "5")
    FakeProducer.fail.append(OutOfOrderSequenceNumber())
    with pytest.raises(Unknown):
        await call.done
    assert FakeProducer.written == []


async def test_without_a_broker_an_append_is_unavailable_at_once(lane: Callable[[], Lane]) -> None:
    one = lane()
    FakeProducer.refuse.append(KafkaConnectionError("refused"))
    with pytest.raises(Unavailable) as caught:
        await _put(one, "1").done
    assert not isinstance(caught.value, Unknown)
    await _put(one, "1").done
    assert FakeProducer.written == [[b"1"]]


async def test_cutting_a_call_fails_it_and_everything_behind_it(lane: Callable[[], Lane]) -> None:
    one = lane()
    ahead, cut, behind = _put(one, "1"), _put(one, "2"), _put(one, "3")
    one.cut(cut, Unknown("too late"))
    await ahead.done
    for call in (cut, behind):
        with pytest.raises(Unknown):
            await call.done
    assert FakeProducer.written == [[b"1"]]
