"""The comparison of schemas finds every kind of breaking change, and lets additions through."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, Field

from shared.contracts.compare import breaks


class Inner(BaseModel):
    kind: Literal["a", "b"] = "a"


class Before(BaseModel):
    name: str
    count: int = 0
    note: str | None = None
    inner: Inner = Inner()
    rows: tuple[Inner, ...] = ()
    short: str = Field("", max_length=10)


class AddsOptional(Before):
    extra: str = ""


class Widens(Before):
    short: str = Field("", max_length=20)


class _WideInner(BaseModel):
    kind: Literal["a", "b", "c"] = "a"


class WidensChoice(Before):
    inner: _WideInner = _WideInner()  # type: ignore[assignment]


class AddsRequired(Before):
    extra: str


class Retypes(Before):
    count: str = ""  # type: ignore[assignment]


class Tightens(Before):
    short: str = Field("", max_length=5)


class Requires(Before):
    count: int


class Relaxes(Before):
    name: str = ""


class Removes(BaseModel):
    name: str
    count: int = 0


class _NarrowInner(BaseModel):
    kind: Literal["a"] = "a"


class Narrows(Before):
    rows: tuple[_NarrowInner, ...] = ()  # type: ignore[assignment]


@pytest.mark.parametrize("after", [AddsOptional, Widens, WidensChoice], ids=lambda m: m.__name__)
def test_additions_break_nothing(after: type[BaseModel]) -> None:
    assert breaks(Before.model_json_schema(), after.model_json_schema()) == []


@pytest.mark.parametrize(
    ("after", "at"),
    [
        (AddsRequired, "/extra: required"),
        (Retypes, "/count: type"),
        (Tightens, "/short: maxLength"),
        (Requires, "/count: required"),
        (Relaxes, "/name: no longer required"),
        (Removes, "/inner: removed"),
        (Narrows, "/rows/*/kind"),
    ],
    ids=lambda m: getattr(m, "__name__", ""),
)
def test_every_breaking_change_is_named(after: type[BaseModel], at: str) -> None:
    told = breaks(Before.model_json_schema(), after.model_json_schema())
    assert any(line.startswith(at) for line in told), told
