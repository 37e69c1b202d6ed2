"""Offline applications, entered by agencies: the envelopes, content types and receipts of the feed, but a command.

People do not enter the feed's log (条例 Art. 31 dates by channel; 个人信息保护法 Art. 34).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from services.requests.api.deps import Deps
from services.requests.commands import Enter
from services.requests.domain.state import Filing
from shared.contracts.canonical import canonical
from shared.contracts.codes import FeedCode, RequestsCode, WebCode
from shared.contracts.problems import Code, Fault, Refused
from shared.contracts.strict import decode
from shared.security.principals import Principal
from shared.security.receipts import content_digest
from shared.web.asking import shown
from shared.web.auth import allow, spend
from shared.web.feed.bodies import MOST_BYTES, kind_of, split
from shared.web.messages import pointer_of, text_of
from shared.web.problems import errors_of, problem
from shared.web.routes import Router

JUDGE = "requests"
Label = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(?:.*\S)?$")]
_CODES = {"missing": FeedCode.FIELD_MISSING, "extra_forbidden": FeedCode.FIELD_UNKNOWN}


class Submitted(BaseModel):
    """The envelope of one entered application (CloudEvents 1.0); ``subject`` is the agency's own number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    specversion: Literal["1.0"]
    id: Label
    source: Label
    type: Literal["requests.application-submitted"]
    subject: Label
    data: Enter
    time: AwareDatetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Label | None = None
    correlationid: Label | None = None
    traceparent: Label | None = None


def intake(made: Router, deps: Deps) -> None:
    """Add the routes of the intake."""

    @made.post("/intake", status_code=202, summary="报送线下申请", max_body_size=MOST_BYTES)
    async def submit(request: Request, caller: Annotated[Principal, allow("agency")]) -> Response:
        kind = kind_of(request.headers)
        parts = split(kind, await _body(request))
        spend(request, deps.buckets, len(parts))
        accepted: list[dict[str, Any]] = []
        rejected: list[dict[str, Any]] = []
        for index, part in enumerate(parts):
            wire: Any = None
            try:
                wire = decode(part) if isinstance(part, bytes) else part
                accepted.append(await _take(deps, caller, wire))
            except Refused as refused:
                faults = refused.faults or (Fault(refused.code.name, "", refused.detail),)
                rejected.append({"index": index, "id": _id_of(wire), "errors": errors_of(faults)})
        if accepted:
            return shown({"accepted": accepted, "rejected": rejected}, status=202)
        return _nothing(rejected)

    @made.get("/receipts/{receipt}", summary="查询回执")
    async def receipt(receipt: str, caller: Annotated[Principal, allow("agency")]) -> Response:
        """The verdict on an application the caller entered."""
        found = await deps.views.of(receipt) if deps.receipts.check(receipt, [caller.id]) else None
        if found is None:
            raise Refused(FeedCode.RECEIPT_UNKNOWN)
        return shown({"receipt": receipt, "judge": JUDGE, **found})


async def _take(deps: Deps, caller: Principal, wire: Any) -> dict[str, Any]:
    """Take one application in. Raises ``Refused`` with pointers into the event; nothing of it is echoed."""
    event = _read(wire)
    _allowed(caller, event)
    content = deps.people.fingerprint([event.type, event.subject, wire["data"]])
    told = content_digest(event.type, event.subject, content.encode())
    receipt = deps.receipts.issue(caller.id, JUDGE, event.source, event.id, told)
    answer = {"id": event.id, "source": event.source, "receipt": receipt}
    known = await deps.views.of(receipt)
    if known is not None:
        return {**answer, "request_id": known["aggregate"]}
    office = await deps.views.office(event.data.body)
    if office is None:
        raise Refused(RequestsCode.BODY_UNKNOWN, pointer="/data/body")
    filing = Filing(receipt=receipt, source=event.source, event=event.id, agency=caller.id)
    try:
        command = await deps.intake.offline(event.data, filing, event.subject, office)
        outcome = await deps.dispatcher.execute(command)
    except Refused as refused:
        raise _inside_data(refused) from refused
    return {**answer, "request_id": outcome.id}


def _read(wire: Any) -> Submitted:
    if not isinstance(wire, dict):
        raise Refused(FeedCode.NOT_OBJECT, pointer="")
    try:
        return Submitted.model_validate_json(canonical(wire), strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)[:20]
        faults = tuple(Fault(_code(e).name, pointer_of(e["loc"]), text_of(e)) for e in errors)
        raise Refused(FeedCode.FIELD_INVALID, faults=faults) from None


def _code(error: Mapping[str, Any]) -> FeedCode:
    if tuple(error["loc"]) == ("type",) and error["type"] != "missing":
        return FeedCode.TYPE_UNKNOWN
    return _CODES.get(error["type"], FeedCode.FIELD_INVALID)


def _allowed(caller: Principal, event: Submitted) -> None:
    refusals: tuple[tuple[bool, Code, str], ...] = (
        (caller.may_file(event.type), FeedCode.TYPE_NOT_YOURS, "/type"),
        (caller.owns_source(event.source), FeedCode.SOURCE_NOT_YOURS, "/source"),
        (caller.acts_for(event.data.body), RequestsCode.BODY_NOT_YOURS, "/data/body"),
    )
    for allowed, code, pointer in refusals:
        if not allowed:
            raise Refused(code, pointer=pointer)


def _inside_data(refused: Refused) -> Refused:
    """Move pointers of the domain, which knows the application only, below the event's data."""
    faults = tuple(
        Fault(f.code, f.pointer if f.pointer in ("", "/id") else f"/data{f.pointer}", f.detail) for f in refused.faults
    )
    return Refused(refused.code, refused.detail, faults=faults)


def _id_of(wire: Any) -> str | None:
    id_ = wire.get("id") if isinstance(wire, dict) else None
    return id_ if isinstance(id_, str) and len(id_) <= 200 else None


def _nothing(rejected: list[dict[str, Any]]) -> Response:
    """Answer a call of which nothing was accepted: 403 where it was all another's, else 422."""
    codes = {error["code"] for each in rejected for error in each["errors"]}
    foreign = codes <= {FeedCode.TYPE_NOT_YOURS.name, FeedCode.SOURCE_NOT_YOURS.name, RequestsCode.BODY_NOT_YOURS.name}
    return problem(WebCode.FORBIDDEN if foreign else WebCode.INVALID, accepted=[], rejected=rejected)


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise Refused(WebCode.INVALID, "内容没有传完") from error
