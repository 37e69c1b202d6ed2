"""Bad input in every field of everything that can be asked: refused in Chinese with the field named, nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.security.limits import Buckets
from shared.web.routes import routes_of
from tests.unit.requests.conftest import BODY, Desk
from tests.unit.web.client import Answer, Client

pytestmark = pytest.mark.slow

UNREADABLE = {
    "NaN": "NUMBER_OUT_OF_RANGE",
    "-Infinity": "NUMBER_OUT_OF_RANGE",
    "1e999": "NUMBER_OUT_OF_RANGE",
    "9" * 30: "NUMBER_OUT_OF_RANGE",
    r'"\ud800"': "BAD_CHARACTER",
    r'"a\u0000b"': "BAD_CHARACTER",
    r'"\u001b[31m"': "BAD_CHARACTER",
    "[" * 80 + "]" * 80: "TOO_DEEP",
}
"""Values that no reader may guess about, wherever they stand."""
ODD: tuple[Any, ...] = (
    *(None, True, 3.7, -1, 0, 10**17, {}, [], [[]], {"a": {"b": 1}}),
    *("", " ", "Z9", "\x7f", "\u202e倒写", "0001-01-01", "9999-12-31", "2026-02-30", "2026-03-02T09:00:00Z"),
    "长" * 300_000,
)
"""Values that fit somewhere and nowhere else: what a model says of them has to be said over HTTP."""
QUERIES = ("", "%00", "%ff", "x" * 700, "-1", "0", "99999", "2026-02-30", "NaN", "%F0%9F%98%80")
Route = tuple[str, str, Any]


class Door:
    """Every route of requests, called by whoever may call it."""

    def __init__(self, desk: Desk, case: str) -> None:
        self.desk, self.case = desk, case
        kinds = ("officer", "supervisor", "operator", "agency")
        self.callers = [Client(desk.app), *(desk.client(kind, f"{kind}-9", (BODY,)) for kind in kinds)]
        self._calls = 0

    def routes(self, method: str) -> Iterator[Route]:
        for name, route in routes_of(self.desk.app):
            verb, _, path = name.partition(" ")
            if verb == method and path.startswith("/requests/v1/"):
                yield name, re.sub(r"\{\w+\}", "x", path.replace("{request_id}", self.case)), route

    async def call(self, method: str, path: str, body: bytes = b"", *, by: Client) -> Answer:
        self._calls += 1
        headers = {"content-type": "application/json", "idempotency-key": f"bad-input-{self._calls}", "if-match": '"1"'}
        before = len(self.desk.said)
        answer = await by.call(method, path, body=body, headers=headers if method == "POST" else {})
        assert answer.status < 300 or len(self.desk.said) == before, f"{path}: refused, and something was said"
        return answer

    async def entitled(self, method: str, path: str, body: bytes = b"{}") -> Client:
        for each in self.callers:
            if (await self.call(method, path, body, by=each)).status not in (401, 403):
                return each
        raise AssertionError(f"nobody may call {path}")


@pytest.fixture
async def door(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.setattr(Buckets, "take", lambda *_: 0.0)  # rates have tests of their own
    made = Door(desk, await desk.opened())
    seen = await desk.case(made.case)
    yield made
    assert (await desk.case(made.case)).model_copy(update={"timeline": ()}) == seen.model_copy(update={"timeline": ()})


def model_of(route: Any) -> type[BaseModel] | None:
    """What a route reads as its body."""
    given = route.dependant.body_params
    kind = given[0].field_info.annotation if given else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def wrong(model: type[BaseModel], field: str, value: Any) -> bool:
    """Whether a model refuses a value in a field, whatever else is missing."""
    try:
        model.model_validate_json(json.dumps({field: value}))
    except ValidationError as error:
        return any(each["loc"][:1] == (field,) for each in error.errors())
    return False


def told(answer: Answer, pointer: str) -> str:
    """What is wrong with an answer to bad input; nothing where it is a clear one."""
    if answer.headers["content-type"] != "application/problem+json" or not 400 <= answer.status < 500:
        return f"{answer.status} {answer.headers['content-type']}"
    problem = answer.json
    named = [each for each in problem.get("errors", ()) if each["pointer"].startswith(pointer)]
    if not named:
        return f"{answer.status} {problem['code']} without {pointer}: {problem.get('errors')}"
    chinese = all(re.search(r"[\u4e00-\u9fff]", text) for text in (problem["detail"], *(e["detail"] for e in named)))
    return "" if chinese else f"not in Chinese: {problem}"


async def test_every_field_of_every_wish_refuses_what_it_cannot_take_and_names_the_field(door: Door) -> None:
    found, asked = [], 0
    for name, path, route in door.routes("POST"):
        model = model_of(route)
        if model is None:
            continue
        caller = await door.entitled("POST", path)
        for field in model.model_fields:
            assert wrong(model, field, ODD[-1]), f"{name}: {field} has no bound"
            for value in (each for each in ODD if wrong(model, field, each)):
                asked += 1
                body = json.dumps({field: value}, ensure_ascii=False).encode()
                fault = told(await door.call("POST", path, body, by=caller), f"/{field}")
                found += [(name, field, str(value)[:20], fault)] if fault else []
    assert found == []
    assert asked > 500


async def test_what_no_reader_may_guess_about_is_refused_with_its_place(door: Door) -> None:
    found = []
    for name, path, route in door.routes("POST"):
        model = model_of(route)
        if model is None:
            continue
        caller = await door.entitled("POST", path)
        for field in model.model_fields:
            for text, code in UNREADABLE.items():
                answer = await door.call("POST", path, f'{{"{field}": {text}}}'.encode(), by=caller)
                fault = told(answer, f"/{field}" if code == "BAD_CHARACTER" else "")
                if fault or answer.code != code:
                    found.append((name, field, text[:12], fault or answer.code))
    assert found == []


async def test_whole_bodies_that_are_none_are_refused(door: Door) -> None:
    bodies = (
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b'{"on": 1, "on": 2}',
        b'{"nobody": "asked"}',
        b"x" * 1_100_000,
    )
    for name, path, route in door.routes("POST"):
        if model_of(route) is None:
            continue
        caller = await door.entitled("POST", path)
        for body in bodies:
            answer = await door.call("POST", path, body, by=caller)
            assert 400 <= answer.status < 500, (name, body[:20], answer.text[:300])
            assert re.search(r"[\u4e00-\u9fff]", answer.json["detail"]), (name, body[:20])


async def test_questions_with_odd_parameters_are_answered_or_refused_with_the_parameter_named(door: Door) -> None:
    for name, path, route in door.routes("GET"):
        parts = (route.dependant, *route.dependant.dependencies)
        names = [each.alias for part in parts for each in part.query_params]
        caller = await door.entitled("GET", path)
        for query in (f"{alias}={value}" for alias in names for value in QUERIES):
            answer = await door.call("GET", f"{path}?{query}", by=caller)
            assert answer.status < 500, (name, query, answer.text[:300])
            if answer.status == 422:
                assert re.search(r"[\u4e00-\u9fff]", answer.json["detail"]), (name, query)
                assert all(each["pointer"] for each in answer.json["errors"]), (name, query)


UPLOADS: tuple[tuple[str, bytes, int], ...] = (
    ("application/json", b"{}", 415),
    ("application/cloudevents-batch+json", b"[]", 422),
    ("application/cloudevents-batch+json", b"{", 400),
    ("application/cloudevents-batch+json", b"[1, null, []]", 422),
    ("application/x-ndjson", b"\xff\xfe\n", 422),
    ("application/x-ndjson", b"{}\n{\n", 422),
    ("text/csv", b"a,b", 415),
    ("multipart/form-data; boundary=x", b"--x--", 415),
    ("application/cloudevents-batch+json", b"[" * 5000, 400),
)


@pytest.mark.parametrize(("kind", "body", "status"), UPLOADS)
async def test_what_is_no_batch_of_applications_is_refused(desk: Desk, kind: str, body: bytes, status: int) -> None:
    agency = desk.client("agency", "shanghai", ("sh-*",))
    before = len(desk.said)
    answer = await agency.post("/requests/v1/intake", body=body, headers={"content-type": kind})
    assert (answer.status, len(desk.said)) == (status, before), answer.text
    assert re.search(r"[\u4e00-\u9fff]", answer.json["detail"])


async def test_a_bad_application_in_a_batch_costs_the_good_ones_nothing(desk: Desk) -> None:
    bad = desk.event("e2", subject="sq-2", name="", contact="?", submitted_on="2026-02-30")
    answer = await desk.enter(desk.event("e1"), bad, desk.event("e3", subject="sq-3"))
    assert [each["id"] for each in answer.json["accepted"]] == ["e1", "e3"]
    [rejected] = answer.json["rejected"]
    pointers = {error["pointer"] for error in rejected["errors"]}
    assert pointers == {"/data/name", "/data/contact", "/data/submitted_on"}
    assert all(re.search(r"[\u4e00-\u9fff]", error["detail"]) for error in rejected["errors"])
