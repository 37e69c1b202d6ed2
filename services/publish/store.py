"""How the aggregates of publishing are stored, found and listed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from services.publish.domain.columns import Columns
from services.publish.domain.item import Item, evolve_item
from services.publish.domain.reports.form import Form
from services.publish.domain.reports.state import Body, Report, evolve_body, evolve_report
from services.publish.domain.shelf import Rejection, Shelf, evolve_rejection, evolve_shelf, issuer_key
from shared.bus.decider import Aggregate
from shared.contracts.codes import PublishCode
from shared.contracts.facts.publish import FilingJudged
from shared.law.docnumbers import number_key
from shared.store.port import Scalar


def _item_keys(state: Item) -> Iterator[str]:
    if state.shown is None:
        return
    document = state.shown.document
    number = number_key(document.number) if document.number else None
    if number is not None:
        yield f"number:{issuer_key(document.issuer)}|{number}"


def _item_index(state: Item) -> Mapping[str, Scalar]:
    if state.shown is None:
        return {"state": "withdrawn"}
    until = state.shown.validity_until
    return {
        "state": "shown",
        "column": state.shown.column,
        "due": until.isoformat() if until is not None else None,
    }


def _report_keys(judged: Iterable[FilingJudged]) -> Iterator[str]:
    for each in judged:
        yield f"receipt:{each.receipt}"
        if all(defect.code != PublishCode.ID_REUSED.name for defect in each.defects):
            yield f"event:{each.source}|{each.event}"


def _shelf_keys(state: Shelf) -> Iterator[str]:
    yield from _report_keys(state.judged)


def _latest(judged: FilingJudged) -> Mapping[str, Scalar]:
    return {"agency": judged.agency, "verdict": judged.verdict, "judged": judged.judged_at.isoformat()}


def _shelf_index(state: Shelf) -> Mapping[str, Scalar]:
    waiting = sum(1 for each in state.kept if not each.linked)
    return {**(_latest(state.judged[-1]) if state.judged else {}), "waiting": waiting}


REPORT: Aggregate[Report] = Aggregate(
    "report",
    "publish",
    Report,
    evolve_report,
    index=lambda state: {
        "body": state.body,
        "year": state.year,
        "status": state.status,
        "public": 1 if state.published else 0,
    },
)
BODY: Aggregate[Body] = Aggregate(
    "body", "publish", Body, evolve_body, index=lambda state: {"name": state.name, "parent": state.parent}
)
# None of the three remembers causes: sequence, edition and the reports' own ids in the state recognise repeated news.
ITEM: Aggregate[Item] = Aggregate(
    "item", "publish", Item, evolve_item, keys=_item_keys, index=_item_index, remembers=False
)
SHELF: Aggregate[Shelf] = Aggregate(
    "shelf", "publish", Shelf, evolve_shelf, keys=_shelf_keys, index=_shelf_index, remembers=False
)
REJECTION: Aggregate[Rejection] = Aggregate(
    "rejection",
    "publish",
    Rejection,
    evolve_rejection,
    keys=lambda state: _report_keys((state.judged,)),
    index=lambda state: _latest(state.judged),
    remembers=False,
)


def load_columns() -> Columns:
    """Read the columns shipped with the service. Raises ValueError where they are not sound."""
    return Columns.parse(_shipped("columns.toml"))


def load_form() -> Form:
    """Read the form of the annual report shipped with the service. Raises ValueError where it is not sound."""
    return Form.parse(_shipped("report.toml"))


def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(files("services.publish").joinpath(name).read_text("utf-8"))
