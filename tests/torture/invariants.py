"""The promises, checked on recorded evidence by code that shares nothing with the services."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator

from tests.torture import outside
from tests.torture.evidence import Evidence, Logged, Violation

OWNERS = ("catalog", "requests", "notify", "publish")
FINAL = frozenset(("admitted", "returned", "rejected", "duplicate"))


def check(evidence: Evidence) -> list[Violation]:
    """Return every broken promise."""
    return [violation for promise in PROMISES for violation in promise(evidence)]


def verdicts(evidence: Evidence) -> Iterator[Violation]:
    """Every receipt that was given has a final verdict, and the log tells the same one."""
    told: dict[str, str] = {}
    for owner in OWNERS:
        for record in evidence.topic(owner):
            if record.event["type"].endswith(".filing-judged"):
                told.setdefault(record.event["data"]["receipt"], record.event["data"]["verdict"])
    for each in evidence.accepted:
        state = evidence.verdicts.get(each.receipt, "missing")
        if state not in FINAL:
            yield Violation("NO_VERDICT", each.receipt, f"{each.source} {each.id}: {state}")
        elif told.get(each.receipt) != state:
            yield Violation("VERDICT_NOT_LOGGED", each.receipt, f"HTTP {state}, log {told.get(each.receipt)}")


def accepted(evidence: Evidence) -> Iterator[Violation]:
    """Every event a door took is in the log, under the receipt it was given."""
    there = {(r.event["source"], r.event["id"], r.event["receipt"]) for r in evidence.topic("feed")}
    for each in evidence.accepted:
        if each.feed and (each.source, each.id, each.receipt) not in there:
            yield Violation("ACCEPTED_LOST", each.receipt, f"{each.source} {each.id}")


def sequences(evidence: Evidence) -> Iterator[Violation]:
    """Per aggregate 1…n in order, each id once in content however often in number, on one partition."""
    for owner in OWNERS:
        seen: dict[str, Logged] = {}
        last: dict[str, int] = defaultdict(int)
        at: dict[str, int] = {}
        for record in evidence.topic(owner):
            yield from _one(record, seen, last)
            if at.setdefault(record.key, record.partition) != record.partition:
                yield Violation("KEY_MOVED", record.key, f"{owner}/{record.partition} and {at[record.key]}")


def _one(record: Logged, seen: dict[str, Logged], last: dict[str, int]) -> Iterator[Violation]:
    event = record.event
    id_, subject, sequence = event["id"], event["subject"], event["sequence"]
    first = seen.setdefault(id_, record)
    if first is not record:
        if first.value != record.value:
            yield Violation(
                "BYTES_DIFFER", id_, f"{record.topic}/{record.partition}@{first.offset} and @{record.offset}"
            )
        return
    if id_ != f"{subject}:{sequence}" or record.key != subject:
        yield Violation("ID_WRONG", id_, f"key {record.key}, subject {subject}, sequence {sequence}")
    if sequence != last[subject] + 1:
        code = "SEQUENCE_REPEATED" if sequence <= last[subject] else "SEQUENCE_GAP"
        yield Violation(code, id_, f"{sequence} after {last[subject]} in {record.topic}")
    last[subject] = max(last[subject], sequence)


def numbers(evidence: Evidence) -> Iterator[Violation]:
    """Registers hand out 1…n, each number once."""
    given: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for record in evidence.topic("requests"):
        data = record.event["data"]
        if record.event["type"] == "requests.number-assigned":
            holder = given[data["body"], data["year"]].setdefault(data["serial"], data["request_id"])
            if holder != data["request_id"]:
                yield Violation("NUMBER_TWICE", f"{data['body']} {data['serial']}", f"{holder}, {data['request_id']}")
    for (body, year), serials in given.items():
        if set(serials) != set(range(1, len(serials) + 1)):
            yield Violation("NUMBER_GAP", f"{body} {year}", str(sorted(serials)))


def projections(evidence: Evidence) -> Iterator[Violation]:
    """Each projection built from zero is its live twin."""
    for each in evidence.rebuilt:
        name = f"{each.service}/{each.projection}"
        if each.before != each.after:
            yield Violation("DIGEST_DIFFERS", name, f"{each.before} live, {each.after} rebuilt")
        elif each.ended != "switched":
            yield Violation("NOT_REBUILT", name, each.ended)


def folds(evidence: Evidence) -> Iterator[Violation]:
    """Folding the log gives exactly what is stored."""
    for each in evidence.folds:
        name = f"{each.service}/{each.kind}/{each.id}"
        if each.stored_sequence != each.folded_sequence:
            yield Violation("FOLD_SEQUENCE", name, f"{each.stored_sequence} stored, {each.folded_sequence} in the log")
        elif each.stored != each.folded:
            yield Violation("FOLD_DIFFERS", name, difference(each.stored, each.folded))


def difference(one: str, other: str) -> str:
    """Return the place where two texts part, with a little of what stands there."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, at - 40)
    return f"stored …{one[start : at + 60]}… folded …{other[start : at + 60]}…"


def recovery(evidence: Evidence) -> Iterator[Violation]:
    """After a fault everything it hit serves again in time."""
    for each in evidence.faults:
        if each.judged > each.limit:
            detail = f"{each.judged:.2f} s after {each.kind} (ready {each.ready:.2f} s), allowed {each.limit:.0f} s"
            yield Violation("SLOW_RECOVERY", f"#{each.number} {each.target}", detail)


def rest(evidence: Evidence) -> Iterator[Violation]:
    """Nobody died by itself, nothing is buried, nothing is owed, everybody stopped in order."""
    for text in evidence.died:
        yield Violation("DIED", text.partition(" ")[0], text)
    for record in evidence.log:
        if record.topic.endswith(".dead"):
            yield Violation("BURIED", record.topic, f"{record.key}@{record.offset}")
    for name, status in evidence.exits.items():
        if status != 0:
            yield Violation("UNCLEAN_EXIT", name, str(status))
    for name, summary in evidence.summaries.items():
        open_ = {
            state: count for state, count in summary["effects"].items() if state in ("due", "claimed", "uncertain")
        }
        if open_ or summary["lag"] or summary["dead"]:
            yield Violation("NOT_AT_REST", name, f"lag {summary['lag']}, dead {summary['dead']}, effects {open_}")


def privacy(evidence: Evidence) -> Iterator[Violation]:
    """No topic holds what applicants said of themselves."""
    canaries = [canary.encode() for canary in evidence.canaries]
    canaries += [json.dumps(canary)[1:-1].encode() for canary in evidence.canaries]
    for record in evidence.log:
        if any(canary in record.value for canary in canaries):
            yield Violation("PERSON_IN_LOG", record.topic, f"{record.partition}@{record.offset}")


PROMISES: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    verdicts,
    accepted,
    sequences,
    numbers,
    outside.effects,
    outside.one_id,
    outside.second_sites,
    outside.signatures,
    projections,
    folds,
    recovery,
    rest,
    privacy,
)
