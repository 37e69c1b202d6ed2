"""The feed's addresses (报送接口): ``/feed/v1``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from shared.contracts.codes import FeedCode, WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.blobs import LIMIT
from shared.web.asking import Paged, Slice, shown
from shared.web.auth import PUBLIC, allow, spend
from shared.web.feed.bodies import MOST_BYTES, kind_of, split
from shared.web.feed.deps import FeedDeps
from shared.web.feed.door import Door
from shared.web.feed.media import bare
from shared.web.feed.questions import Questions
from shared.web.feed.schemas import catalogue, schema_of
from shared.web.feed.taken import Taken
from shared.web.problems import problem
from shared.web.routes import Router

State = Literal["admitted", "returned", "rejected", "duplicate"]
Agency = Annotated[Principal, allow("agency")]


def feed_router(door: Door) -> Router:
    """Return the feed's routes; any service may open the door, a receipt names its judge."""
    router = Router(prefix="/feed/v1", tags=["报送"])
    _events(router, door)
    _receipts(router, door.deps)
    _schemas(router)
    _blobs(router, door)
    return router


def _events(router: Router, door: Door) -> None:
    async def parts_of(request: Request) -> list[Any]:
        kind = kind_of(request.headers)
        parts = split(kind, await _body(request))
        spend(request, door.deps.buckets, len(parts))
        return parts

    @router.post("/events", status_code=202, summary="上报事件", max_body_size=MOST_BYTES, responses=_ANSWERS)
    async def events(request: Request, caller: Agency) -> Response:
        taken = await door.take(caller, await parts_of(request))
        if taken.accepted:
            return shown({"accepted": taken.accepted, "rejected": taken.rejected}, status=202)
        return _nothing(taken)

    @router.post("/validate", summary="只检查，不上报", max_body_size=MOST_BYTES)
    async def validate(request: Request, caller: Agency) -> Response:
        taken = door.examine(caller, await parts_of(request))
        valid = [{"id": each["id"], "source": each["source"]} for each in taken.accepted]
        return shown({"valid": valid, "rejected": taken.rejected})


def _receipts(router: Router, deps: FeedDeps) -> None:
    questions = Questions(deps)

    @router.get("/receipts/{receipt}", summary="查询回执")
    async def receipt(
        request: Request, receipt: Annotated[str, Path(max_length=64)], caller: Annotated[Principal, allow(*_READERS)]
    ) -> Response:
        ring = request.app.state.access.ring
        own = caller.kind is PrincipalKind.AGENCY
        agencies = {caller.id} if own else {p.id for p in ring.principals().values() if p.kind is PrincipalKind.AGENCY}
        return shown(await questions.one(receipt, agencies))

    @router.get("/receipts", summary="本单位的回执")
    async def receipts(caller: Agency, page: Paged, state: Annotated[State | None, Query()] = None) -> Response:
        return shown(await questions.many(caller.id, state, Slice(after=page.after, limit=page.limit)))


def _schemas(router: Router) -> None:
    @router.get("/schemas", dependencies=[PUBLIC], summary="可上报的类型")
    async def schemas() -> Response:
        return shown({"items": catalogue()})

    @router.get("/schemas/{type}", dependencies=[PUBLIC], summary="一种类型的 JSON Schema")
    async def schema(type: str) -> Response:
        found = schema_of(type)
        if found is None:
            raise Refused(WebCode.NOT_FOUND, FeedCode.TYPE_UNKNOWN.text)
        response = shown(found)
        response.headers["content-type"] = "application/schema+json"
        return response


def _blobs(router: Router, door: Door) -> None:
    @router.put("/blobs/{sha256}", summary="上传正文或附件", max_body_size=LIMIT, status_code=201)
    async def blob(request: Request, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")], _: Agency) -> Response:
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refused(WebCode.MEDIA_TYPE, "不接受压缩的内容，请去掉 Content-Encoding")
        spend(request, door.deps.buckets, 1)
        mediatype = bare(request.headers.get("content-type", ""))
        size, known = await door.keep(sha256, mediatype, _stream(request))
        return shown({"sha256": sha256, "size": size, "mediatype": mediatype}, status=200 if known else 201)


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise Refused(WebCode.INVALID, "内容没有传完") from error


async def _stream(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect as error:
        raise Refused(WebCode.INVALID, "内容没有传完") from error


def _nothing(taken: Taken) -> Response:
    """Answer a call of which nothing was accepted: 403 where it was all another's, else 422."""
    codes = {error["code"] for each in taken.rejected for error in each["errors"]}
    code: FeedCode | WebCode = FeedCode[codes.pop()] if len(codes) == 1 else WebCode.INVALID
    status = code.status if code.status == HTTPStatus.FORBIDDEN else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(code, status=int(status), accepted=[], rejected=taken.rejected)


_READERS = (PrincipalKind.AGENCY, PrincipalKind.OPERATOR, PrincipalKind.SUPERVISOR)
_ANSWERS: dict[int | str, dict[str, Any]] = {
    422: {"description": "没有一个事件被接收"},
    413: {"description": "超过 4 MiB 或 1,000 个事件"},
    429: {"description": "超过每秒 200 个事件"},
    503: {"description": "未能写入，请按原编号重试"},
}
