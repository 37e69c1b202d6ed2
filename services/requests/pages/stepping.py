"""The steps that are lawful in a case, as its page offers them: what is usual first, each with what the case knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.requests.domain.registers import Office
from services.requests.domain.state import Request as Case
from services.requests.domain.steps import StepName
from services.requests.pages.fields import FIELDS, Field
from services.requests.views import showing

RARE: frozenset[StepName] = frozenset(
    {
        "transfer",
        "split",
        "inquire-attribute",
        "ask-reason",
        "notify-fee",
        "note-contact",
        "withdraw-draft",
        "withdraw",
        "file-remedy",
        "report-remedy",
        "tag-case",
    }
)
"""Steps that most cases never need; the page folds them away."""
OWN_PAGE: frozenset[StepName] = frozenset({"decide", "draft"})
"""Steps whose form is a page of its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One step as offered: its name and article, the fields of its form."""

    name: StepName
    label: str
    article: str
    fields: tuple[Field, ...]


def offers(
    case: Case, steps: Sequence[Mapping[str, Any]], parties: Mapping[str, str], offices: Sequence[Office]
) -> tuple[list[Offer], list[Offer]]:
    """Return the steps most cases take, and the others; a number to choose comes with what it stands for."""
    known = {**_numbers(case, parties), "to": [(o.body, o.name) for o in offices if o.body != case.body]}
    made = [Offer(s["name"], s["label"], s["article"], tuple(_fields(s["name"], known))) for s in steps]
    return [each for each in made if each.name not in RARE], [each for each in made if each.name in RARE]


def _fields(name: StepName, known: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[Field]:
    for field in FIELDS[name]:
        key = f"{name}/{field.name}"
        options = known.get(key, known.get(field.name, ()) if key != "report-remedy/to" else ())
        yield replace(field, options=tuple(options)) if options else field


def _numbers(case: Case, parties: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what the numbers of consultations and remedies stand for, by the field that asks for them."""
    asked = {str(c.number): f"第 {c.number} 次：{parties.get(str(c.number), '')}" for c in case.consultations}
    out = {str(c.number) for c in case.consultations if c.ended_on is None}
    untold = {str(number) for number in (case.decision.untold if case.decision else ())}
    return {
        "end-consultation/consultation": [(n, text) for n, text in asked.items() if n in out],
        "tell-third-party/consultation": [(n, text) for n, text in asked.items() if n in untold],
        "remedy": [(str(r.remedy), f"第 {r.remedy} 件：{showing.REMEDIES[r.kind]}，{r.organ}") for r in case.remedies],
    }
