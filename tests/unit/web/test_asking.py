"""Idempotency-Key, If-Match and cursors."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from shared.bus.decider import Aggregate, Outcome, Target, new_id
from shared.contracts.facts.base import Fact
from shared.security.principals import Principal
from shared.store.port import Page
from shared.web.asking import Paged, command_from, listed, outcome
from shared.web.auth import PUBLIC, allow
from shared.web.routes import Router
from tests.unit.web.client import Client
from tests.unit.web.conftest import Desk


class State(BaseModel):
    title: str


class Wish(BaseModel):
    title: str


THINGS = Aggregate[State]("thing", "catalog", State, lambda _, fact: State(title=str(fact)))


def things() -> Router:
    router = Router(prefix="/catalog/v1")

    @router.post("/things/{id}")
    async def change(request: Request, id: str, wish: Wish, _: Annotated[Principal, allow("officer")]) -> Response:
        command = command_from(request, THINGS, Target(id), _nothing, body=wish, versioned=True)
        told = {"cause": command.cause, "digest": command.digest, "expected": command.expected}
        return outcome(Outcome(id, 7, None, repeated=True), told)

    @router.post("/things", dependencies=[PUBLIC])
    async def make(request: Request, wish: Wish) -> Response:
        command = command_from(request, THINGS, lambda cause: Target(new_id("t", cause)), _nothing, body=wish)
        return outcome(Outcome(command.target.id, 1, None), {"cause": command.cause}, status=201)

    @router.get("/things", dependencies=[PUBLIC])
    async def all_things(page: Paged) -> Response:
        start = int(page.after or 0)
        return listed(Page(list(range(start, start + page.limit)), str(start + page.limit)), lambda number: number)

    return router


def _nothing(*_: object) -> list[Fact]:
    return []


@pytest.fixture
def client(desk: Desk) -> Client:
    return Client(desk.app(things()), desk.key())


async def test_an_unsafe_call_needs_a_key_and_a_change_a_version(client: Client) -> None:
    wish, key, change = {"title": "a"}, {"Idempotency_Key": "12345678-abcd"}, "/catalog/v1/things/t1"
    assert (await client.post_json(change, wish)).code == "IDEMPOTENCY_KEY_REQUIRED"
    assert (await client.post_json(change, wish, Idempotency_Key="short")).code == "IDEMPOTENCY_KEY_REQUIRED"
    assert (await client.post_json(change, wish, **key)).code == "VERSION_REQUIRED"
    assert (await client.post_json(change, wish, **key, If_Match="*")).code == "VERSION_STALE"
    answer = await client.post_json(change, wish, **key, If_Match='"6"')
    assert answer.json["cause"] == "http:officer/o1:12345678-abcd"
    assert answer.json["expected"] == 6
    assert (answer.headers["etag"], answer.headers["idempotency-replayed"]) == ('"7"', "true")


async def test_the_digest_tells_bodies_and_addresses_apart(client: Client) -> None:
    asked = [("t1", "a"), ("t1", "a"), ("t1", "b"), ("t2", "a")]
    headers = {"Idempotency_Key": "12345678-abcd", "If_Match": "1"}
    one, same, other, elsewhere = [
        (await client.post_json(f"/catalog/v1/things/{name}", {"title": title}, **headers)).json["digest"]
        for name, title in asked
    ]
    assert one == same
    assert len({one, other, elsewhere}) == 3


async def test_a_new_aggregates_id_follows_from_its_cause(client: Client) -> None:
    client.key = None
    first = await client.post_json("/catalog/v1/things", {"title": "a"}, Idempotency_Key="12345678-abcd")
    again = await client.post_json("/catalog/v1/things", {"title": "a"}, Idempotency_Key="12345678-abcd")
    assert first.json == again.json == {"cause": "http:public:12345678-abcd"}
    assert first.status == 201


async def test_a_list_goes_on_by_its_cursor(client: Client) -> None:
    first = (await client.get("/catalog/v1/things?limit=3")).json
    assert first["items"] == [0, 1, 2]
    assert (await client.get(f"/catalog/v1/things?limit=2&after={first['next']}")).json["items"] == [3, 4]
    assert (await client.get("/catalog/v1/things?after=%2F%2F!")).code == "INVALID"
    assert (await client.get("/catalog/v1/things?limit=0")).code == "INVALID"
