"""What every application answers, whatever its service."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from shared.contracts.codes import CatalogCode, WebCode
from shared.contracts.problems import Refused, Unavailable
from shared.security.limits import Buckets
from shared.security.principals import Principal
from shared.web.app import BODY_LIMIT
from shared.web.auth import PUBLIC, allow, limited
from shared.web.routes import Router, undeclared
from tests.unit.web.client import Client
from tests.unit.web.conftest import Desk


class Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(min_length=2, max_length=5)]
    count: int = 0


def failing(router: Router) -> None:
    @router.get("/refused", dependencies=[PUBLIC])
    async def refused() -> None:
        raise Refused(CatalogCode.TITLE_MISSING, pointer="/title")

    @router.get("/away", dependencies=[PUBLIC])
    async def away() -> None:
        raise Unavailable("store")

    @router.get("/bug", dependencies=[PUBLIC])
    async def bug() -> None:
        raise ZeroDivisionError("secret detail")


def service() -> Router:
    router = Router(prefix="/catalog/v1")
    failing(router)

    @router.post("/wishes", dependencies=[PUBLIC])
    async def wish(wish: Wish) -> Wish:
        return wish

    @router.get("/list", dependencies=[PUBLIC])
    async def numbers(limit: Annotated[int, Field(le=200)] = 5) -> int:
        return limit

    @router.post("/raw", dependencies=[PUBLIC])
    async def raw(request: Request) -> int:
        return len(await request.body())

    @router.post("/large", dependencies=[PUBLIC], max_body_size=4 * BODY_LIMIT)
    async def large(request: Request) -> int:
        return len(await request.body())

    @router.post("/me")
    async def me(who: Annotated[Principal, allow("officer", "operator")]) -> str:
        return who.id

    return router


@pytest.fixture
def client(desk: Desk) -> Client:
    return Client(desk.app(service()))


async def test_a_refusal_names_code_pointer_and_rule_in_chinese(client: Client) -> None:
    answer = await client.get("/catalog/v1/refused")
    assert (answer.status, answer.code) == (422, "TITLE_MISSING")
    assert answer.json["errors"] == [{"code": "TITLE_MISSING", "pointer": "/title", "detail": "缺少标题"}]
    assert answer.json["type"] == "urn:gongkai:problem:TITLE_MISSING"


async def test_what_is_away_is_503_with_retry_after(client: Client) -> None:
    answer = await client.get("/catalog/v1/away")
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
    assert int(answer.headers["retry-after"]) > 0


async def test_a_bug_is_a_problem_without_a_trace_and_names_the_request(client: Client) -> None:
    answer = await client.get("/catalog/v1/bug", headers={"X-Request-Id": "abcdefgh-1"})
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert answer.json["request_id"] == "abcdefgh-1"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer", "detail"),
    [
        (b'{"title": "a"}', 422, "INVALID", "/title", "至少 2 个字"),
        (b'{"title": "aaaaaaaaa"}', 422, "INVALID", "/title", "最多 5 个字"),
        (b"{}", 422, "INVALID", "/title", "缺少必填字段"),
        (b'{"title": "abc", "count": "many"}', 422, "INVALID", "/count", "应为整数"),
        (b'{"title": "abc", "a/b": 1}', 422, "INVALID", "/a~1b", "不认识的字段"),
        (b"[]", 422, "INVALID", "", "应为对象"),
        (b'{"title": "abc", "title": "abd"}', 400, "DUPLICATE_KEY", "/title", "同一对象中出现重复的键"),
        (b'{"title": "abc", "count": NaN}', 400, "NUMBER_OUT_OF_RANGE", "/count", None),
        (b'{"title": "abc"', 400, "NOT_JSON", None, None),
        (b'{"title": "\xff"}', 400, "NOT_UTF8", None, None),
    ],
)
async def test_bodies_are_read_strictly(
    client: Client, body: bytes, status: int, code: str, pointer: str | None, detail: str | None
) -> None:
    answer = await client.post("/catalog/v1/wishes", body=body, headers={"content-type": "application/json"})
    assert (answer.status, answer.code) == (status, code)
    if pointer is not None:
        [error] = answer.json["errors"]
        assert error["pointer"] == pointer
        assert detail is None or error["detail"] == detail


async def test_a_wrong_query_points_at_its_parameter(client: Client) -> None:
    answer = await client.get("/catalog/v1/list?limit=1000")
    assert answer.code == "INVALID"
    assert answer.json["errors"] == [{"code": "INVALID", "pointer": "#query/limit", "detail": "应不大于 200"}]


async def test_unknown_paths_and_methods_are_problems(client: Client) -> None:
    assert (await client.get("/nowhere")).code == "NOT_FOUND"
    wrong = await client.call("DELETE", "/catalog/v1/raw")
    assert (wrong.status, wrong.code) == (405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "POST"


@pytest.mark.parametrize("length", [True, False], ids=["with length", "chunked"])
async def test_a_body_too_large_is_refused_with_and_without_its_length(client: Client, length: bool) -> None:
    chunks = [b"x" * 65536] * 17
    answer = await client.post("/catalog/v1/raw", body=chunks, length=length)
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_route_may_take_more_than_the_others(client: Client) -> None:
    answer = await client.post("/catalog/v1/large", body=[b"x" * 65536] * 17)
    assert (answer.status, answer.json) == (200, 17 * 65536)
    assert (await client.post("/catalog/v1/large", body=[b"x" * BODY_LIMIT] * 5, length=False)).status == 413


async def test_every_answer_carries_the_security_headers(client: Client) -> None:
    for path in ("/catalog/v1/health/live", "/catalog/v1/bug", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]


async def test_health_says_why_it_is_not_ready(client: Client, desk: Desk) -> None:
    assert (await client.get("/catalog/v1/health/live")).json == {"status": "live"}
    assert (await client.get("/catalog/v1/health/ready")).status == 200
    desk.reasons.append("事件日志尚未连接")
    answer = await client.get("/catalog/v1/health/ready")
    assert answer.status == 503
    assert answer.json == {"status": "unready", "reasons": ["事件日志尚未连接"]}


async def test_metrics_count_by_route_and_status(client: Client) -> None:
    await client.get("/catalog/v1/refused")
    text = (await client.get("/catalog/v1/metrics")).text
    assert 'http_requests_total{method="GET",route="/catalog/v1/refused",status="422"} 1.0' in text


async def test_the_description_lists_the_services_routes(client: Client) -> None:
    paths = (await client.get("/catalog/v1/openapi.json")).json["paths"]
    assert "/catalog/v1/wishes" in paths
    assert "/catalog/v1/metrics" not in paths


async def test_a_route_says_who_may_call_it(client: Client, desk: Desk) -> None:
    for key, status in ((None, 401), ("gk_nobody", 401), (desk.key("agency", "a"), 403), (desk.key(), 200)):
        client.key = key
        assert (await client.post("/catalog/v1/me")).status == status
    client.key = None
    assert (await client.post("/catalog/v1/me")).headers["www-authenticate"].startswith("Bearer")


def test_an_application_with_an_undeclared_route_does_not_start(desk: Desk) -> None:
    router = Router()
    router.add_api_route("/open", lambda: None)
    with pytest.raises(ValueError, match="GET /open"):
        desk.app(router)


def test_an_application_with_lenient_json_does_not_start(desk: Desk) -> None:
    router = APIRouter(dependencies=[PUBLIC])
    router.add_api_route("/lax", lambda: None)
    with pytest.raises(ValueError, match="GET /lax"):
        desk.app(router)


def test_the_census_finds_no_undeclared_route(desk: Desk) -> None:
    assert undeclared(desk.app(service())) == []


def test_every_web_code_speaks_chinese() -> None:
    assert all(not code.text.isascii() for code in WebCode)


async def test_a_limited_route_says_when_to_come_again(desk: Desk) -> None:
    router = Router(prefix="/catalog/v1")

    @router.get("/scarce", dependencies=[PUBLIC, limited(Buckets(0.01, 1))])
    async def scarce() -> str:
        return "once"

    client = Client(desk.app(router))
    assert (await client.get("/catalog/v1/scarce")).status == 200
    answer = await client.get("/catalog/v1/scarce")
    assert (answer.status, answer.code) == (429, "TOO_MANY")
    assert int(answer.headers["retry-after"]) > 90
