"""Whether one event may come in: its secrecy, its envelope, whose it is, and its data. Pure, and the hot path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import SchemaValidator

from shared.contracts.canonical import canonical
from shared.contracts.codes import FeedCode
from shared.contracts.facts import FACTS
from shared.contracts.facts.feed import FeedFact
from shared.contracts.problems import Fault
from shared.security.principals import Principal
from shared.store.blobs import Blobs
from shared.web.feed.plain import plain
from shared.web.feed.references import blob_faults
from shared.web.messages import pointer_of, text_of

FEED_TYPES: Mapping[str, type[FeedFact]] = {name: model for name, model in FACTS.items() if issubclass(model, FeedFact)}
DOCUMENT = "feed.document-issued"
OPEN = "非密"
MOST_TEXT = 256 * 1024
"""Bytes of an inline text; a longer one is uploaded as a file."""
_MOST_FAULTS = 20

_REQUIRED = frozenset(("specversion", "id", "source", "type", "subject", "data"))
_KNOWN = _REQUIRED | {"time", "datacontenttype", "dataschema", "correlationid", "traceparent"}
_TIME = re.compile(r"(?:19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_MARK = re.compile(r"(?:绝密|机密|秘密)\s*★")
_CODES = {"missing": FeedCode.FIELD_MISSING, "extra_forbidden": FeedCode.FIELD_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Kind:
    """A feed type as this caller may use it; ``refusal`` where it may not; ``files``: its data can name files."""

    plain: SchemaValidator | None
    validator: SchemaValidator | None
    judge: str
    files: bool
    refusal: FeedCode | None


class Examiner:
    """Examines the events of one call; what is the same for all of them is worked out once."""

    def __init__(self, caller: Principal, blobs: Blobs) -> None:
        self._caller, self._blobs = caller, blobs
        self._kinds: dict[str, Kind] = {}
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def secret(self, wire: Any) -> FeedCode | None:
        """Return CLASSIFIED or SECRECY_MISSING for what must neither be kept nor echoed (涉密不入库)."""
        data = wire.get("data") if wire.__class__ is dict else None
        if data.__class__ is not dict:
            return None
        secrecy = data.get("secrecy")
        if secrecy is None or secrecy == "":
            if wire.get("type") == DOCUMENT:
                return FeedCode.SECRECY_MISSING
        elif secrecy != OPEN:
            return FeedCode.CLASSIFIED
        # A mark such as 机密★10年 (GB/T 9704) in the head of the document speaks louder than the field.
        marked = _marked(data.get("title")) or _marked(data.get("number"))
        return FeedCode.CLASSIFIED if marked else None

    def faults(self, wire: Any) -> list[Fault]:
        """Return what is wrong with an event; empty when it may come in."""
        if wire.__class__ is not dict:
            return [_fault(FeedCode.NOT_OBJECT)]
        found = self._envelope(wire) if self.frame(wire) is None else []
        type_, data = wire.get("type"), wire.get("data")
        if type_.__class__ is not str:  # missing or no text: said above
            return found[:_MOST_FAULTS]
        kind = self.kind(type_)
        if kind.refusal is not None:
            found.append(_fault(kind.refusal, "/type"))
        elif data.__class__ is dict:
            found += _data(kind, data)
            if kind.files and not found:
                found += _text(data) or blob_faults(data, self._blobs)
        return found[:_MOST_FAULTS]

    def kind(self, type_: str) -> Kind:
        """Return what this caller may do with a type."""
        found = self._kinds.get(type_)
        if found is None:
            found = self._kinds[type_] = _kind(self._caller, type_)
        return found

    def frame(self, wire: dict[str, Any]) -> bytes | None:
        """Return the frame of a good envelope, as `_frame` makes it; None where it needs examining.

        Most envelopes of a call differ from an earlier good one in id, subject, time and data only.
        """
        shape = self._shapes.get(tuple(wire))
        if shape is None:
            return None
        try:
            frame = shape.good.get(shape.common(wire))
            timely = not shape.timed or _timely(wire["time"])
        except TypeError:  # a list or an object where a text should be
            return None
        alike = frame and timely and _label(wire["id"]) and _label(wire["subject"]) and wire["data"].__class__ is dict
        return frame if alike else None

    def _envelope(self, wire: dict[str, Any]) -> list[Fault]:
        if not _REQUIRED <= wire.keys() <= _KNOWN:
            return _names(wire)
        wrong = [name for name, value in wire.items() if not _CHECKS[name](value)]
        found = [_fault(FeedCode.FIELD_INVALID, f"/{name}", _TEXTS[name]) for name in wrong]
        if "source" not in wrong and not self._caller.owns_source(wire["source"]):
            found.append(_fault(FeedCode.SOURCE_NOT_YOURS, "/source"))
        if not found:
            shape = self._shapes.setdefault(tuple(wire), _Shape(wire))
            shape.good[shape.common(wire)] = _frame(wire)
        return found


class _Shape:
    """Envelopes with the same names in the same order: a frame for those of their repeating values found good."""

    def __init__(self, wire: dict[str, Any]) -> None:
        self.common = itemgetter(*(name for name in wire if name not in _VARIED))
        self.timed = "time" in wire
        self.good: dict[Any, bytes] = {}


def _frame(wire: dict[str, Any]) -> bytes:
    """Return the JSON of an envelope with ``%(id)b``, ``%(subject)b``, … in the place of what varies."""
    held = {name: f"%({name})b" if name in _VARIED else value.replace("%", "%%") for name, value in wire.items()}
    return orjson.dumps(held).replace(b'"%(data)b"', b"%(data)b")


def _kind(caller: Principal, type_: str) -> Kind:
    model = FEED_TYPES.get(type_)
    if model is None:
        people = type_.startswith(("requests.", "feed.request-", "feed.application-"))
        return Kind(None, None, "", False, FeedCode.PEOPLE_NOT_HERE if people else FeedCode.TYPE_UNKNOWN)
    validator = model.__pydantic_validator__
    assert isinstance(validator, SchemaValidator)  # noqa: S101 -- no plugin wraps it here
    files = not model.model_fields.keys().isdisjoint(("text_blob", "files"))
    if not caller.may_file(type_):
        return Kind(None, validator, model.judge, files, FeedCode.TYPE_NOT_YOURS)
    return Kind(plain(model), validator, model.judge, files, None)


def _names(wire: dict[str, Any]) -> list[Fault]:
    unknown = [_fault(FeedCode.FIELD_UNKNOWN, pointer_of((name,))) for name in wire.keys() - _KNOWN]
    return unknown + [_fault(FeedCode.FIELD_MISSING, f"/{name}") for name in sorted(_REQUIRED - wire.keys())]


def _data(kind: Kind, data: dict[str, Any]) -> list[Fault]:
    assert kind.validator is not None  # noqa: S101 -- a kind without refusal has one
    try:
        # JSON in, strictly: what is checked is what will be written, and "true" is no boolean.
        kind.validator.validate_json(canonical(data), strict=True, extra="forbid")
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]
        return [_of_pydantic(each, data) for each in errors]
    return []


def _text(data: dict[str, Any]) -> list[Fault]:
    text = data.get("text")
    if text is None:
        return []
    if len(text) > MOST_TEXT // 4 and len(text.encode()) > MOST_TEXT:
        return [_fault(FeedCode.FIELD_INVALID, "/data/text", "正文超过 256 KiB，请先上传为文件")]
    if data.get("text_blob") is not None:
        return [_fault(FeedCode.FIELD_INVALID, "/data/text_blob", "正文和正文文件只能给出一项")]
    return []


def _of_pydantic(error: Mapping[str, Any], data: Any) -> Fault:
    """Name the place in the data; pydantic's own steps through unions are left out."""
    steps: list[str | int] = []
    *before, last = error["loc"] or ("",)
    for step in before:
        if (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int)):
            steps.append(step)
            data = data[step]
    if last != "" and (isinstance(data, dict) or (isinstance(data, list) and isinstance(last, int))):
        steps.append(last)
    code = _CODES.get(error["type"], FeedCode.FIELD_INVALID)
    return Fault(code.name, pointer_of(steps, "/data"), text_of(error))


def _fault(code: FeedCode, pointer: str = "", detail: str = "") -> Fault:
    return Fault(code.name, pointer, detail or code.text)


def _marked(value: Any) -> bool:
    return value.__class__ is str and "★" in value and _MARK.search(value) is not None


def _label(value: Any) -> bool:
    return value.__class__ is str and 0 < len(value) <= 200 and value.isprintable() and value.strip() == value


def _moment(value: Any) -> bool:
    if value.__class__ is not str or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_timely = lru_cache(maxsize=1_000)(_moment)
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "specversion": lambda value: value == "1.0",
    "id": _label,
    "source": _label,
    "type": lambda value: value.__class__ is str,
    "subject": _label,
    "time": _moment,
    "datacontenttype": lambda value: value == "application/json",
    "dataschema": _label,
    "data": lambda value: value.__class__ is dict,
    "correlationid": _label,
    "traceparent": lambda value: value.__class__ is str and _TRACE.fullmatch(value) is not None,
}
_VARIED = frozenset(("id", "subject", "time", "data"))
_NAME = "应为 1 至 200 个可见字符的文字，首尾没有空格"
_TEXTS = {
    "specversion": "应为 1.0",
    "id": _NAME,
    "source": _NAME,
    "type": "应为文字",
    "subject": _NAME,
    "time": "应为带时区的时间，写作 2026-03-02T09:00:00+08:00",
    "datacontenttype": "应为 application/json",
    "dataschema": _NAME,
    "data": "应为对象",
    "correlationid": _NAME,
    "traceparent": "应符合 W3C Trace Context",
}
