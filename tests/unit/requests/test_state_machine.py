"""Any commands in any order, lawful and not, through the HTTP API: each is accepted or refused as the law has it.

``GONGKAI_HYPOTHESIS=long`` looks further, and at something else each time.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from services.requests.domain.steps import STEPS
from tests.unit.requests.counter import Counter
from tests.unit.requests.course import begin, take
from tests.unit.requests.oracle import LAW, Known, lawful
from tests.unit.requests.wishes import DATELESS, DATES, FLAWS, WISHES, Wish, earliest, spoiled
from tests.unit.web.client import Answer

CHANNELS = ("counter", "counter", "zone", "zone", "letter", "fax", "registered")
LONG = os.environ.get("GONGKAI_HYPOTHESIS") == "long"
LAST = date(2026, 6, 15)
"""Later days would be counted on a year whose holidays are not arranged yet."""
MOST = 12
"""So many cases are entered at most: more would run into the limit on what one address may send."""
OFFICERS = {
    "clerk": frozenset[str](),
    "chief": frozenset[str](),
    "handler": frozenset({"requests.handle"}),
    "approver": frozenset({"requests.approve"}),
}
ASIDE = {"tag-case", "note-contact", "withdraw", "split", "transfer", "inquire-attribute", "return-draft"}
"""Steps that lead nowhere, or out of the way: tried less often."""
APPROVING = {"approve", "return-draft"}


class Cases(RuleBasedStateMachine):
    """Cases of three bodies, one of which decides by approval only, beside what the law makes of them."""

    def __init__(self) -> None:
        super().__init__()
        self.counter = Counter()
        self.known: list[Known] = []
        self.last: tuple[str, Wish, str, int, str] | None = None

    @property
    def today(self) -> date:
        return self.counter.desk.clock.business().date()

    def teardown(self) -> None:
        self.counter.end(self.known)

    def _add(self, case: str, body: str, channel: str, category: str, submitted: date, received: date | None) -> None:
        approvals = 1 if body.startswith("cz-") else 0
        phase = "processing" if received else "confirming"
        known = Known(case, body, channel, category, submitted, received, approvals, phase, numbered=True)
        known.count(self.today)
        self.known.append(known)
        self._seen(known, "clerk")

    @precondition(lambda self: len(self.known) < MOST)
    @rule(
        body=st.sampled_from(("sh-power", "sh-power", "cz-heat")),
        channel=st.sampled_from(CHANNELS),
        category=st.sampled_from(("np", "np", "com", "law")),
        who=st.sampled_from(("陈晓禾", "林一川")),
        ago=st.integers(0, 3),
    )
    def an_agency_enters(self, body: str, channel: str, category: str, who: str, ago: int) -> None:
        submitted = self.today - timedelta(days=ago)
        dates = {"signed_on": str(submitted)} if channel == "registered" else {}
        case = self.counter.enter(
            body=body, channel=channel, category=category, name=who, submitted_on=str(submitted), **dates
        )
        received = None if channel in ("letter", "fax") else submitted
        self._add(case, body, channel, category, submitted, received)

    @precondition(lambda self: len(self.known) < MOST)
    @rule(body=st.sampled_from(("sh-power", "cz-heat")), who=st.sampled_from(("陈晓禾", "林一川")))
    def somebody_applies(self, body: str, who: str) -> None:
        answer, early = self.counter.apply(body=body, name=who)
        assert answer.json["phase"] == "confirming"
        assert not {"split", "decide", "draft"} & early
        self._add(answer.json["request_id"], body, "online", "np", self.today, None)

    @rule(days=st.integers(1, 24), hour=st.integers(0, 23))
    def time_passes(self, days: int, hour: int) -> None:
        day = min(self.today + timedelta(days=days), LAST)
        if day > self.today:
            self.counter.desk.clock.to(str(day), hour)

    @rule()
    def deadlines_are_swept(self) -> None:
        self.counter.sweep()

    @precondition(lambda self: self.known)
    @rule(data=st.data(), rounds=st.integers(2, 6))
    def a_case_is_worked_on(self, data: st.DataObject, rounds: int) -> None:
        case, _ = self._drawn(data)
        for _ in range(rounds):
            by = data.draw(st.sampled_from(("clerk", "chief", *sorted(OFFICERS))))
            offered = sorted(self._allowed(case, by))
            leading = [name for name in offered if name not in ASIDE]
            straight: bool = data.draw(st.sampled_from((True, True, True, False)))
            if offered:
                self._take(case, data.draw(st.sampled_from(leading if leading and straight else offered)), by, data)
            self.time_passes(data.draw(st.sampled_from((0, 0, 1, 5, 24))), 10)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), name=st.sampled_from(sorted(STEPS)))
    def any_step(self, data: st.DataObject, name: str) -> None:
        self._take(*self._drawn(data)[:1], name, data.draw(st.sampled_from(sorted(OFFICERS))), data)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), name=st.sampled_from(sorted(STEPS)), flaw=st.sampled_from(FLAWS))
    def a_spoiled_step(self, data: st.DataObject, name: str, flaw: str) -> None:
        case, by = self._drawn(data)
        wish = spoiled(name, self._wish(case, name, data), flaw, case, self.today, data.draw)
        if wish is None:
            return
        answer = self.counter.step(case.id, name, by, wish)
        if flaw == "odd" and answer.status == 200:
            self._accepted(case, name, wish, by, answer)
            return
        self._refused(answer, name)
        assert answer.status in (400, 403, 409, 410, 422), answer.text
        if name in self._allowed(case, by) and not case.erased:
            assert answer.json["errors"], answer.text
        self._seen(case, by)

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(), name=st.sampled_from(sorted(STEPS)), flaw=st.sampled_from(("stale", "none", "foreign", "odd"))
    )
    def a_step_unseen_or_not_ones_own(self, data: st.DataObject, name: str, flaw: str) -> None:
        case, by = self._drawn(data)
        wish = self._wish(case, name, data)
        if case.erased or (by != "clerk" and name not in self._allowed(case, by)):
            return
        match = {"stale": '"0"', "none": "", "odd": '"一"'}.get(flaw)
        answer = self.counter.step(case.id, name, "foreigner" if flaw == "foreign" else by, wish, match=match)
        self._refused(answer, name)
        assert answer.status == {"stale": 412, "odd": 412, "none": 428, "foreign": 403}[flaw], answer.text
        self._seen(case, by)

    @precondition(lambda self: self.last)
    @rule(other=st.booleans())
    def the_same_call_again(self, other: bool) -> None:
        assert self.last is not None
        path, wish, by, version, key = self.last
        answer = self.counter.again(path, wish | ({"on": "2024-01-02"} if other else {}), by, version, key)
        again = (answer.status, answer.headers.get("idempotency-replayed"))
        assert again in ([(409, None), (422, None), (410, None)] if other else [(200, "true"), (410, None)])

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def who_asked_is_erased(self, data: st.DataObject) -> None:
        case, by = self._drawn(data)
        over = case.phase not in ("confirming", "processing", "correcting", "paying")
        pending = any(not remedy.result or remedy.rectifying for remedy in case.remedies)
        answer = self.counter.step(case.id, "erasure", by, {"reason": "保存期限届满"})
        if over and not pending:
            assert answer.status == 200, answer.text
            case.erased = True
        else:
            assert answer.code == "ERASURE_TOO_EARLY"
        self._seen(case, by)

    def _drawn(self, data: st.DataObject) -> tuple[Known, str]:
        return data.draw(st.sampled_from(self.known[-6:])), data.draw(st.sampled_from(("clerk", *sorted(OFFICERS))))

    def _wish(self, case: Known, name: str, data: st.DataObject) -> Wish:
        return WISHES[name](case, self.today, data.draw)

    def _allowed(self, case: Known, by: str) -> set[str]:
        scopes, found = OFFICERS[by], lawful(case, self.today, by)
        if not scopes:
            return found
        return found & APPROVING if "requests.approve" in scopes else found - APPROVING

    def _take(self, case: Known, name: str, by: str, data: st.DataObject) -> None:
        """Take a step with a wish that is right; whether it is lawful now, the law says."""
        wish = self._wish(case, name, data)
        first = earliest(name, case)
        dated = name not in DATELESS and wish.get("outcome") != "silent" and first <= self.today
        if dated and data.draw(st.booleans()):
            back = data.draw(st.integers(0, min(9, (self.today - first).days)))
            wish[DATES.get(name, "on")] = str(self.today - timedelta(days=back))
        answer = self.counter.step(case.id, name, by, wish)
        if name in self._allowed(case, by):
            if name == "file-remedy" and answer.status == 409:
                assert answer.code in ("RECONSIDERATION_FIRST", "REMEDY_ORDER")
            else:
                self._accepted(case, name, wish, by, answer)
        else:
            self._refused(answer, name)
            assert answer.status == (410 if case.erased and answer.status != 403 else self._unlawful(name, by))
        self._seen(case, by)

    def _unlawful(self, name: str, by: str) -> int:
        restricted = OFFICERS[by]
        mine = not restricted or (name in APPROVING) == ("requests.approve" in restricted)
        return 409 if mine else 403

    def _accepted(self, case: Known, name: str, wish: Wish, by: str, answer: Answer) -> None:
        assert answer.status == 200, answer.text
        assert name in self._allowed(case, by)
        before = case.due
        self.last = (f"{case.id}/{name}", wish, by, *self.counter.sent)
        take(case, name, wish, self.today, by)
        assert answer.json["phase"] == case.phase
        if name == "consult" and before:
            assert answer.json["due"] >= str(before), "asking others brought the answer forward"
        if name in ("transfer", "split"):
            new = begin(case, self.today, *answer.json["continued"], body=wish.get("to", ""))
            self.known += new
            for each in new:
                self._seen(each, by)

    def _refused(self, answer: Answer, name: str) -> None:
        """It is the caller's fault, and a person can read which rule forbids it."""
        assert 400 <= answer.status < 500, answer.text
        assert re.search(r"[\u4e00-\u9fff]{2}", answer.json["detail"]), answer.text
        if answer.code == "STEP_UNLAWFUL" and name and "errors" not in answer.json:
            assert STEPS[name].article in answer.json["detail"]  # type: ignore[index]

    def _seen(self, case: Known, by: str) -> None:
        """What is shown of a case is what the law makes of it: phase, last day, and the next steps and no others."""
        shown: dict[str, Any] = self.counter.shown(case.id, by)
        assert (shown["phase"], shown["due"]) == (case.phase, str(case.due) if case.due else None)
        offered, right = {step["name"] for step in shown["steps"]}, self._allowed(case, by)
        assert offered == right, f"{offered ^ right}: {case}"
        assert [made["code"] for made in shown["decisions"]] == [code for code, _ in case.decisions]


def test_the_law_is_written_down_for_every_step() -> None:
    assert set(STEPS) == set(LAW) == set(WISHES)


@pytest.mark.slow
@pytest.mark.timeout(7200 if LONG else 240)
def test_any_commands_in_any_order_are_taken_or_refused_as_the_law_has_it() -> None:
    examples, steps = (400, 80) if LONG else (15, 30)
    asked = settings(max_examples=examples, stateful_step_count=steps, derandomize=not LONG, deadline=None)
    run_state_machine_as_test(Cases, settings=settings(asked, suppress_health_check=list(HealthCheck)))
