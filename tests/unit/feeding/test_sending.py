"""Sending to a door that is not always open."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.client import Answer, Problem, Unreachable
from gongkai.feeding.journal import Journal
from gongkai.feeding.sending import MOST_BYTES, MOST_EVENTS, Outcome, Sender, batches
from tests.unit.feeding.platforms import BUSY, Platform, Watch, items, taken


def sender(platform: Platform, watch: Watch, patience: float = 600.0) -> Sender:
    return Sender(platform, patience, sleep=watch.sleep, elapsed=watch.elapsed)


def test_a_batch_holds_no_more_events_than_the_door_likes() -> None:
    assert [len(batch) for batch in batches(items(1_200))] == [MOST_EVENTS, MOST_EVENTS, 200]


def test_a_batch_holds_no_more_bytes_than_the_door_likes() -> None:
    sizes = [len(batch) for batch in batches(items(9, size=100_000))]
    assert sum(sizes) == 9
    assert max(sizes) * 300_000 <= MOST_BYTES


def test_one_event_larger_than_a_batch_goes_alone() -> None:
    assert [len(batch) for batch in batches(items(2, size=1_100_000))] == [1, 1]


def test_people_go_to_the_intake_and_nothing_else_does() -> None:
    mixed = [*items(1), *items(1, "requests.application-submitted"), *items(1)]
    platform = Platform()
    for batch in batches(mixed):
        sender(platform, Watch()).send(batch)
    assert [path for _, path, _ in platform.calls] == ["/feed/v1/events", "/requests/v1/intake", "/feed/v1/events"]


def test_a_busy_door_is_asked_again_with_the_same_ids_after_the_time_it_says() -> None:
    watch, platform = Watch(), Platform(BUSY, Answer(429, {"retry-after": "2"}, b"{}"))
    outcomes = sender(platform, watch).send(items(2))
    assert [each.receipt for each in outcomes] == ["rc_e1", "rc_e2"]
    assert watch.slept == [5.0, 2.0]
    assert [ids for _, _, ids in platform.calls] == [["e1", "e2"]] * 3


def test_a_platform_away_for_a_minute_is_waited_for() -> None:
    watch, platform = Watch(), Platform(taken(["e1"]), *[Unreachable("weg")] * 30)
    sending = sender(platform, watch)
    sending.send(items(1))
    assert sending.send(items(1)) == [Outcome(1, "e1", "rc_e1")]
    assert watch.now == pytest.approx(60.0)


def test_a_platform_nobody_ever_met_is_not_waited_for() -> None:
    watch, platform = Watch(), Platform(Unreachable("falsche Adresse"))
    with pytest.raises(Unreachable):
        sender(platform, watch).send(items(1))
    assert watch.slept == []


def test_patience_ends_with_the_advice_to_run_again() -> None:
    watch, platform = Watch(), Platform(*[BUSY] * 100)
    with pytest.raises(Unreachable, match="再次运行同一命令即可续传"):
        sender(platform, watch, patience=60).send(items(1))
    assert watch.now <= 60


def test_what_the_door_rejects_is_told_by_line() -> None:
    error = {"code": "FIELD_INVALID", "pointer": "/data/title", "detail": "过长"}
    platform = Platform(taken(["e1", "e3"], ({"index": 1, "id": "e2", "errors": [error]},)))
    outcomes = sender(platform, Watch()).send(items(3))
    assert [each.receipt for each in outcomes] == ["rc_e1", "", "rc_e3"]
    assert (outcomes[1].line, outcomes[1].errors) == (2, (error,))


def test_a_call_of_which_nothing_is_accepted_is_an_answer_too() -> None:
    error = {"code": "SECRECY_MISSING", "pointer": "", "detail": "缺少密级标注"}
    platform = Platform(taken([], ({"index": 0, "id": None, "errors": [error]},), 422))
    (outcome,) = sender(platform, Watch()).send(items(1))
    assert (outcome.receipt, outcome.errors) == ("", (error,))


def test_an_event_too_large_for_the_door_is_an_error_of_its_line() -> None:
    answer = Answer(413, {}, '{"code": "BODY_TOO_LARGE", "detail": "请求内容超过大小限制"}'.encode())
    (outcome,) = sender(Platform(answer), Watch()).send(items(1))
    assert outcome.errors[0]["code"] == "BODY_TOO_LARGE"


def test_a_refused_key_ends_the_run() -> None:
    answer = Answer(401, {}, '{"code": "UNAUTHENTICATED", "detail": "密钥无效"}'.encode())
    with pytest.raises(Problem, match="密钥无效"):
        sender(Platform(answer), Watch()).send(items(1))


def test_a_journal_remembers_what_was_said_until_the_file_is_through(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "feed", "x")
    said = [Outcome(1, "e1", "rc_e1"), Outcome(2, "e2", errors=({"code": "A", "pointer": "", "detail": "b"},))]
    journal.note(said[:1])
    journal.note(said[1:])
    assert Journal(tmp_path / "feed", "x").outcomes() == said
    assert Journal(tmp_path / "feed", "y").outcomes() == []
    journal.close()
    assert Journal(tmp_path / "feed", "x").outcomes() == []


def test_half_a_line_of_a_killed_run_costs_only_its_batch(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "x")
    first, second = Outcome(1, "e1", "rc_e1"), Outcome(2, "e2", "rc_e2")
    journal.note([first])
    with (tmp_path / "x.ndjson").open("a", encoding="utf-8") as file:
        file.write('\n[{"line": 2, "id": "e')
    assert journal.outcomes() == [first]
    journal.note([second])
    assert journal.outcomes() == [first, second]
