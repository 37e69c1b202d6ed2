"""The checker on recorded data: it says nothing of a sound run and names every violation that is planted."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.requests.store import OFFICE
from tests.torture.evidence import Evidence, Fault, Fold, Logged, Rebuilt
from tests.torture.faults import BROKER, plan
from tests.torture.folds import compare, fold
from tests.torture.invariants import check
from tests.torture.making import Maker
from tests.torture.recorded import DOCUMENT, SITE, copy, judged, logged, message, number, sound_run


@pytest.fixture
def run() -> Evidence:
    return sound_run()


def codes(run: Evidence) -> set[str]:
    return {violation.code for violation in check(run)}


def without(run: Evidence, topic: str, offset: int) -> None:
    run.log = [record for record in run.log if (record.topic, record.offset) != (topic, offset)]


def test_a_sound_run_breaks_no_promise(run: Evidence) -> None:
    assert check(run) == []


def test_a_withdrawn_push_may_have_arrived_and_need_not_have(run: Evidence) -> None:
    data = {"push_id": "p1", "document_id": DOCUMENT, "reason": "撤回"}
    run.log.append(logged("notify", 1, "p1", "notify.push-withdrawn", data, 2))
    assert check(run) == []
    lose_an_effect(run)
    assert check(run) == []


def drop_an_accepted_event(run: Evidence) -> None:
    without(run, "feed", 0)


def drop_an_event_of_an_aggregate(run: Evidence) -> None:
    run.log = [r for r in run.log if r.topic != "catalog" or r.event["sequence"] != 2]
    run.verdicts["rc_c2"] = "returned"


def repeat_a_sequence(run: Evidence) -> None:
    event = judged(9, DOCUMENT, "rc_c7", "admitted", 2).event | {"id": f"{DOCUMENT}:2b"}
    run.log.append(Logged("catalog", 0, 9, DOCUMENT, json.dumps(event).encode()))


def change_the_bytes_of_a_repetition(run: Evidence) -> None:
    run.log.append(judged(9, DOCUMENT, "rc_c1", "rejected", 1))


def move_a_key(run: Evidence) -> None:
    run.log.append(replace(judged(0, DOCUMENT, "rc_c1", "admitted"), partition=3))


def lose_a_verdict(run: Evidence) -> None:
    run.verdicts["rc_c1"] = "accepted"


def tell_another_verdict(run: Evidence) -> None:
    run.verdicts["rc_c1"] = "duplicate"


def leave_a_number_out(run: Evidence) -> None:
    run.log = [r for r in run.log if r.topic != "requests"] + [number(0, 1, "r1"), number(1, 3, "r2")]


def give_a_number_twice(run: Evidence) -> None:
    run.log.append(number(2, 2, "r3"))


def lose_an_effect(run: Evidence) -> None:
    run.received = [message(answered=503), copy()]


def send_an_effect_under_a_second_id(run: Evidence) -> None:
    run.received.append(message("msg_other"))


def lose_a_copy(run: Evidence) -> None:
    run.received = [each for each in run.received if each.channel != SITE]


def leave_a_copy_behind(run: Evidence) -> None:
    run.log.append(logged("publish", 1, "it1", "publish.item-withdrawn", {"item_id": "it1"}, 2))


def forge_a_signature(run: Evidence) -> None:
    run.received.append(replace(message(), signed=False))


def rebuild_to_another_digest(run: Evidence) -> None:
    run.rebuilt = [Rebuilt("catalog", "library", "differs", "d1", "d2", 2)]


def fail_to_rebuild(run: Evidence) -> None:
    run.rebuilt = [Rebuilt("catalog", "library", "overtaken", "d1", "d1", 2)]


def store_another_state(run: Evidence) -> None:
    run.folds = [Fold("catalog", "document", DOCUMENT, '{"a":1}', "{}", 3, 3)]


def store_more_than_was_said(run: Evidence) -> None:
    run.folds = [Fold("catalog", "document", DOCUMENT, "{}", "{}", 4, 3)]


def come_back_late(run: Evidence) -> None:
    run.faults.append(Fault(2, BROKER, "SIGKILL", 0.0, 4.0, 10.1, 10.0))


def bury_an_event(run: Evidence) -> None:
    run.log.append(Logged("catalog.dead", 0, 0, DOCUMENT, b"{}"))


def leave_an_effect_due(run: Evidence) -> None:
    run.summaries["catalog"]["effects"]["due"] = 1


def stop_by_force(run: Evidence) -> None:
    run.exits["catalog"] = -9


def name_a_person(run: Evidence) -> None:
    run.log.append(logged("ops", 0, "x", "ops.noted", {"name": "欧阳青禾"}, 1))


PLANTED: list[tuple[Callable[[Evidence], None], str]] = [
    (drop_an_accepted_event, "ACCEPTED_LOST"),
    (drop_an_event_of_an_aggregate, "SEQUENCE_GAP"),
    (repeat_a_sequence, "SEQUENCE_REPEATED"),
    (change_the_bytes_of_a_repetition, "BYTES_DIFFER"),
    (move_a_key, "KEY_MOVED"),
    (lose_a_verdict, "NO_VERDICT"),
    (tell_another_verdict, "VERDICT_NOT_LOGGED"),
    (leave_a_number_out, "NUMBER_GAP"),
    (give_a_number_twice, "NUMBER_TWICE"),
    (lose_an_effect, "EFFECT_MISSING"),
    (send_an_effect_under_a_second_id, "TWO_IDS"),
    (send_an_effect_under_a_second_id, "EFFECT_UNPLANNED"),
    (lose_a_copy, "EFFECT_MISSING"),
    (leave_a_copy_behind, "COPY_STALE"),
    (forge_a_signature, "SIGNATURE_WRONG"),
    (rebuild_to_another_digest, "DIGEST_DIFFERS"),
    (fail_to_rebuild, "NOT_REBUILT"),
    (store_another_state, "FOLD_DIFFERS"),
    (store_more_than_was_said, "FOLD_SEQUENCE"),
    (come_back_late, "SLOW_RECOVERY"),
    (bury_an_event, "BURIED"),
    (leave_an_effect_due, "NOT_AT_REST"),
    (stop_by_force, "UNCLEAN_EXIT"),
    (name_a_person, "PERSON_IN_LOG"),
]


@pytest.mark.parametrize(("plant", "code"), PLANTED, ids=[f"{plant.__name__}-{code}" for plant, code in PLANTED])
def test_a_planted_violation_is_named(run: Evidence, plant: Callable[[Evidence], None], code: str) -> None:
    plant(run)
    assert code in codes(run)


def test_folding_pairs_what_is_stored_with_what_was_said_and_names_what_has_no_partner() -> None:
    said = {"body": "tt-01", "name": "静安区甲字办公室", "place": "shanghai"}
    record = logged("requests", 0, "tt-01", "requests.body-noted", said, 1)
    state, last = fold(OFFICE, [record.event])
    alone = logged("requests", 1, "tt-02", "requests.body-noted", said, 1)
    same, orphan = compare("requests", [("office", "tt-01", last, state.encode())], [record, alone])
    assert (same.stored, same.stored_sequence) == (same.folded, same.folded_sequence)
    assert (orphan.id, orphan.stored_sequence, orphan.folded_sequence) == ("tt-02", 0, 1)


def test_faults_are_spread_evenly_and_repeat_with_their_seed() -> None:
    targets = ["catalog", "requests", "notify", "publish", BROKER]
    one, two = plan(30, targets, random.Random("1")), plan(30, targets, random.Random("1"))
    assert one == two
    assert {target: sum(t == target for t, _ in one) for target in targets} == dict.fromkeys(targets, 6)
    assert {kind: sum(k == kind for _, k in one) for kind in ("SIGKILL", "SIGSTOP")} == {"SIGKILL": 20, "SIGSTOP": 10}


def test_the_load_repeats_events_as_they_were_renamed_and_changed() -> None:
    maker = Maker("north", random.Random("2"), ("catalog", "notify", "publish"))
    events = maker.batch(500)
    contents: dict[str, set[str]] = {}
    for event in events:
        contents.setdefault(event["id"], set()).add(json.dumps(event["data"], sort_keys=True))
    assert len(contents) < len(events)
    assert max(len(found) for found in contents.values()) > 1
    assert {event["type"] for event in events} >= {"feed.document-issued", "feed.licence-changed"}
