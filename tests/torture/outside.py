"""The promises about what leaves the house: everything planned arrived, under its one id, and nothing else did."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator

from tests.torture.evidence import Evidence, Violation


def effects(evidence: Evidence) -> Iterator[Violation]:
    """Everything that was planned was taken by its receiver; nothing arrived that was not planned.

    What was due when its document was withdrawn must not leave any more; what had left before was planned all the same.
    """
    planned, withdrawn = dict([*_planned(evidence), *_copies(evidence)]), _withdrawn(evidence)
    taken: dict[str, bool] = {}
    for each in evidence.received:
        if each.message["type"] != "endpoint.challenge":
            taken[each.id] = taken.get(each.id, False) or each.answered < 300
    for key, what in planned.items():
        if not taken.get(key) and what.partition(" ")[0] not in withdrawn:
            yield Violation("EFFECT_MISSING", key, what)
    for key in taken.keys() - planned.keys():
        yield Violation("EFFECT_UNPLANNED", key)


def one_id(evidence: Evidence) -> Iterator[Violation]:
    """Whatever tells one endpoint of one edition has one id, however often it comes."""
    arrived: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in evidence.received:
        if each.message["type"].startswith("policy."):
            data = each.message["data"]
            arrived[each.channel, data["document_id"], str(data["edition"]), str(data["sequence"])].add(each.id)
    for where, ids in arrived.items():
        if len(ids) > 1:
            yield Violation("TWO_IDS", "|".join(where), ", ".join(sorted(ids)))


def signatures(evidence: Evidence) -> Iterator[Violation]:
    """The independent library verified every request."""
    for each in evidence.received:
        if not each.signed:
            yield Violation("SIGNATURE_WRONG", each.id, each.channel)


def _withdrawn(evidence: Evidence) -> set[str]:
    """Return the documents that were withdrawn."""
    found = (r.event for r in evidence.topic("notify"))
    return {event["data"]["document_id"] for event in found if event["type"] == "notify.push-withdrawn"}


def _planned(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield id and description of every webhook the log plans."""
    for record in evidence.topic("notify"):
        data = record.event["data"]
        if record.event["type"] != "notify.push-planned":
            continue
        for each in data.get("deliveries", ()):
            edition = str(data["document"]["edition"])
            if each["owner_kind"] == "partner" and data["wave"] > 1:
                edition += f".{data['wave']}"
            owner = f"{each['owner_kind']}:{each['owner']}"
            parts = [data["document"]["document_id"], edition, owner, each["channel_id"], each["kind"]]
            if each["kind"] == "webhook":
                yield effect_id(parts), " ".join(parts)


def _copies(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield id and description of every copy the log owes to a second site: one for each event of an item."""
    for record in evidence.topic("publish"):
        event = record.event
        if event["type"] in ("publish.item-published", "publish.item-withdrawn"):
            for site in evidence.mirrors:
                parts = [event["data"]["item_id"], str(event["sequence"]), site, site, "mirror"]
                yield effect_id(parts), " ".join(parts)


def second_sites(evidence: Evidence) -> Iterator[Violation]:
    """A second site was last told of every item as it is."""
    last = {event["data"]["item_id"]: event for event in (r.event for r in evidence.topic("publish"))
            if event["type"].startswith("publish.item-")}  # fmt: skip
    for site in evidence.mirrors:
        held: dict[str, tuple[int, str]] = {}
        for each in evidence.received:
            if each.channel == site and each.answered < 300:
                told = each.message["sequence"], each.message["type"]
                held[each.message["item_id"]] = max(told, held.get(each.message["item_id"], told))
        for item, event in last.items():
            if held.get(item) != (event["sequence"], event["type"]):
                yield Violation("COPY_STALE", item, f"{held.get(item)}, not {event['sequence']} {event['type']}")


def effect_id(parts: list[str]) -> str:
    """Return the id of an effect: the digest of the canonical JSON of what it is."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return "msg_" + base64.b32encode(hashlib.sha256(text).digest()).decode()[:32].lower()
