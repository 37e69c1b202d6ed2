"""From the bytes of a call to events: three media types, each event decoded strictly."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers

from shared.contracts.codes import FeedCode, WebCode
from shared.contracts.problems import Refused
from shared.contracts.strict import decode

ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
MOST_EVENTS = 1_000
MOST_BYTES = 4 * 1024 * 1024


def kind_of(headers: Headers) -> str:
    """Return which of the three media types a call uses. Raises ``Refused`` MEDIA_TYPE."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(WebCode.MEDIA_TYPE, "不接受压缩的内容，请去掉 Content-Encoding")
    kind, _, parameters = headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = parameters.strip().lower().replace('"', "")
    if kind not in (ONE, BATCH, LINES) or charset not in ("", "charset=utf-8"):
        raise Refused(WebCode.MEDIA_TYPE, f"内容类型应为 {ONE}、{BATCH} 或 {LINES}，编码为 UTF-8")
    return kind


def split(kind: str, body: bytes) -> list[Any]:
    """Return the events of a body, undecoded where they are lines. Raises ``Refused`` for the body as a whole."""
    if kind == LINES:
        parts: list[Any] = [line for line in body.split(b"\n") if line and not line.isspace()]
    elif not body or body.isspace():
        parts = []
    else:
        value = decode(body)
        if kind == BATCH and not isinstance(value, list):
            raise Refused(FeedCode.NOT_OBJECT, "批量上报的内容应是事件的数组")
        parts = value if kind == BATCH else [value]
    if not parts:
        raise Refused(FeedCode.EMPTY)
    if len(parts) > MOST_EVENTS:
        raise Refused(FeedCode.TOO_MANY_EVENTS)
    return parts
