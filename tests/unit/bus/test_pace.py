"""The pace of fetching: at once after a silence, spaced under load."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus.kafka.pace import TURNS, Pace


async def test_after_a_silence_some_turns_are_free_and_the_next_ones_are_spaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: 1_000.0)
    pace = Pace(0.25)

    for _ in range(TURNS + 2):
        await pace.turn()

    assert waits == [0.25, 0.5]
