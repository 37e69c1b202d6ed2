"""A small sound run as the harness would record it, for the checker to be tried on."""

from __future__ import annotations

import json
from typing import Any

from tests.torture.evidence import Accepted, Evidence, Fault, Fold, Logged, Rebuilt, Received
from tests.torture.outside import effect_id

ENDPOINT, DOCUMENT = "ep1", "doc1"
EFFECT = effect_id([DOCUMENT, "1", "enterprise:e1", ENDPOINT, "webhook"])
SITE = "http://127.0.0.1:9/mirror"
COPY = effect_id(["it1", "1", SITE, SITE, "mirror"])


def logged(topic: str, offset: int, key: str, type_: str, data: dict[str, Any], sequence: int | None = None) -> Logged:
    event: dict[str, Any] = {"id": f"{key}:{sequence}", "source": f"/{topic}", "type": type_, "subject": key}
    event |= {"data": data} | ({"sequence": sequence} if sequence else {})
    return Logged(topic, 0, offset, key, json.dumps(event).encode())


def feed(offset: int, id_: str, receipt: str) -> Logged:
    event = {"id": id_, "source": "/north/office", "type": "feed.document-issued", "subject": "s", "receipt": receipt}
    return Logged("feed", 0, offset, "north|s", json.dumps(event | {"data": {}}).encode())


def judged(offset: int, key: str, receipt: str, verdict: str, sequence: int = 1) -> Logged:
    return logged("catalog", offset, key, "catalog.filing-judged", {"receipt": receipt, "verdict": verdict}, sequence)


def number(offset: int, serial: int, request: str) -> Logged:
    data = {"body": "tt-01", "year": 2026, "serial": serial, "request_id": request}
    return logged("requests", offset, "rg1", "requests.number-assigned", data, offset + 1)


def message(id_: str = EFFECT, answered: int = 204) -> Received:
    data = {"document_id": DOCUMENT, "edition": 1, "sequence": 1}
    return Received(ENDPOINT, id_, json.dumps({"type": "policy.published", "data": data}).encode(), True, answered)


def copy(type_: str = "publish.item-published", sequence: int = 1) -> Received:
    body = {"type": type_, "item_id": "it1", "sequence": sequence}
    return Received(SITE, COPY, json.dumps(body).encode(), True, 200)


def sound_run() -> Evidence:
    """Two events judged, one of them sent twice, two numbers given, one webhook delivered at the second try."""
    plan_data = {
        "push_id": "p1",
        "wave": 1,
        "document": {"document_id": DOCUMENT, "edition": 1},
        "deliveries": [{"owner_kind": "enterprise", "owner": "e1", "channel_id": ENDPOINT, "kind": "webhook"}],
    }
    return Evidence(
        accepted=[Accepted("/north/office", "a", "rc_c1", "north"), Accepted("/north/office", "b", "rc_c2", "north")],
        verdicts={"rc_c1": "admitted", "rc_c2": "returned"},
        log=[
            feed(0, "a", "rc_c1"),
            feed(1, "b", "rc_c2"),
            feed(2, "b", "rc_c2"),
            judged(0, DOCUMENT, "rc_c1", "admitted"),
            judged(1, DOCUMENT, "rc_c2", "returned", 2),
            judged(2, DOCUMENT, "rc_c2", "returned", 2),
            judged(3, DOCUMENT, "rc_c9", "rejected", 3),
            number(0, 1, "r1"),
            number(1, 2, "r2"),
            logged("notify", 0, "p1", "notify.push-planned", plan_data, 1),
            logged("publish", 0, "it1", "publish.item-published", {"item_id": "it1"}, 1),
        ],
        received=[message(answered=503), message(), copy()],
        mirrors=(SITE,),
        rebuilt=[Rebuilt("catalog", "library", "switched", "d1", "d1", 2)],
        faults=[Fault(1, "catalog", "SIGKILL", 0.0, 1.1, 1.4, 3.0)],
        folds=[Fold("catalog", "document", DOCUMENT, "{}", "{}", 3, 3)],
        summaries={"catalog": {"effects": {"accepted": 1}, "lag": 0, "dead": 0}},
        exits={"catalog": 0},
        canaries=("欧阳青禾",),
    )
