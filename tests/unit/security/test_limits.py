"""The token bucket: never more than burst plus rate, never a wait that does not help."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.security.limits import Buckets

RATE, BURST = 200.0, 2_000.0


def test_a_burst_is_let_through_and_then_the_rate_holds() -> None:
    buckets = Buckets(RATE, BURST)
    assert buckets.take("k", 2_000, 100.0) == 0
    assert buckets.take("k", 1, 100.0) == pytest.approx(0.005)
    assert buckets.take("k", 200, 101.0) == 0
    assert buckets.take("k", 1, 101.0) > 0


def test_one_key_does_not_use_up_another_keys_bucket() -> None:
    buckets = Buckets(RATE, BURST)
    buckets.take("k", 2_000, 0.0)
    assert buckets.take("l", 2_000, 0.0) == 0


def test_what_is_refused_costs_nothing() -> None:
    buckets = Buckets(RATE, BURST)
    buckets.take("k", 1_500, 0.0)
    for _ in range(10):
        assert buckets.take("k", 1_000, 0.0) == pytest.approx(2.5)
    assert buckets.take("k", 500, 0.0) == 0


@pytest.mark.parametrize("amount", [-1, 2_001])
def test_an_amount_no_bucket_holds_is_an_error(amount: float) -> None:
    with pytest.raises(ValueError, match="at most"):
        Buckets(RATE, BURST).take("k", amount, 0.0)


@given(st.floats(min_value=0, max_value=BURST), st.floats(min_value=0, max_value=BURST))
def test_waiting_as_long_as_told_is_enough(first: float, second: float) -> None:
    buckets = Buckets(RATE, BURST)
    buckets.take("k", first, 1000.0)
    wait = buckets.take("k", second, 1000.0)
    if wait:
        assert buckets.take("k", second, 1000.0 + wait * 0.9 - 1e-5) > 0
        assert buckets.take("k", second, 1000.0 + wait) == 0


def test_idle_names_are_forgotten_and_busy_ones_are_not() -> None:
    buckets = Buckets(RATE, BURST, most=100)
    buckets.take("busy", 2_000, 0.0)
    for n in range(1_000):
        buckets.take(f"idle-{n}", 1, 0.01 * n)
    assert 2 <= buckets.names <= 102
    assert buckets.take("busy", 1, 0.0) > 0


class Traffic(RuleBasedStateMachine):
    """Whatever is asked and however the clock steps, no more passes than burst plus rate times time."""

    def __init__(self) -> None:
        super().__init__()
        self.buckets = Buckets(RATE, BURST)
        self.now = self.latest = 0.0
        self.taken = 0.0

    @rule(amount=st.integers(min_value=0, max_value=2_000), step=st.floats(min_value=-5, max_value=5))
    def ask(self, amount: int, step: float) -> None:
        self.now = max(0.0, self.now + step)
        self.latest = max(self.latest, self.now)
        if self.buckets.take("k", amount, self.now) == 0:
            self.taken += amount

    @invariant()
    def never_more_than_promised(self) -> None:
        assert self.taken <= BURST + RATE * self.latest + 1


TestTraffic = Traffic.TestCase
