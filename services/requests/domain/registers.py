"""The register that hands out numbers without gaps (登记簿), and the bodies that may be asked."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.requests import BodyNoted, NumberAssigned

PLACES: Mapping[str, str] = {"31": "shanghai", "310106": "jingan", "1404": "changzhi"}
"""Which profile holds for bodies of a region (GB/T 2260 prefix); the longest prefix wins, else the national one."""
NATIONAL = "national"


class Register(Value):
    """The register of one body and year: the serial number each case got."""

    body: str
    year: int
    serials: dict[str, int] = Field(default_factory=dict)


class Office(Value):
    """A body that may be asked for information, and whose profile of the law holds there."""

    body: str
    name: str
    place: str
    region: str = ""


def place_of(region: str | None) -> str:
    """Return the profile for a region code."""
    fitting = [prefix for prefix in PLACES if (region or "").startswith(prefix)]
    return PLACES[max(fitting, key=len)] if fitting else NATIONAL


def note_office(state: Office | None, body: str, name: str, region: str | None) -> list[Fact]:
    """Know a body as the register of issuers names it."""
    office = Office(body=body, name=name, place=place_of(region), region=region or "")
    return [] if state == office else [BodyNoted(**office.model_dump())]


def evolve_office(_: Office | None, fact: Fact) -> Office:
    """Fold a fact into a body."""
    if not isinstance(fact, BodyNoted):
        raise ValueError(f"a body cannot hear {type(fact).__name__}")
    return Office(**fact.model_dump())


def register_id(body: str, year: int) -> str:
    """Return the id of the register of a body and year."""
    return f"reg-{body}-{year}"


def next_number(state: Register | None, body: str, year: int, request_id: str) -> list[Fact]:
    """Hand out the next number for a case; one that has its number gets no other."""
    serials = state.serials if state else {}
    if request_id in serials:
        return []
    return [NumberAssigned(body=body, year=year, serial=len(serials) + 1, request_id=request_id)]


def evolve_register(state: Register | None, fact: Fact) -> Register:
    """Fold a fact into a register."""
    if not isinstance(fact, NumberAssigned):
        raise ValueError(f"a register cannot hear {type(fact).__name__}")
    state = state or Register(body=fact.body, year=fact.year)
    return state.model_copy(update={"serials": {**state.serials, fact.request_id: fact.serial}})


def printed(year: int, serial: int) -> str:
    """Return a number as it is printed: 〔2026〕第3号."""
    return f"〔{year}〕第{serial}号"
