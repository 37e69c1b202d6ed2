"""How the aggregates of requests are stored, found and listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.requests.domain.demand import Demand, evolve_demand
from services.requests.domain.folding import evolve_request
from services.requests.domain.hotspots import Hotspot, evolve_hotspot
from services.requests.domain.inquiries import Waiting, evolve_waiting
from services.requests.domain.orders import Order, evolve_order
from services.requests.domain.registers import Office, Register, evolve_office, evolve_register
from services.requests.domain.reporting.tabling import Tabling, evolve_tabling
from services.requests.domain.review import Review, evolve_review
from services.requests.domain.state import Request
from services.requests.domain.visits import Visit, evolve_visit
from services.requests.domain.wording import Wording, evolve_wording
from shared.bus.decider import Aggregate
from shared.store.port import Scalar

NO_DAY = "9999-12-31"
"""Sorts cases in which no deadline runs behind those in which one does."""


def _request_keys(state: Request) -> Iterator[str]:
    for receipt in state.receipts:
        yield f"receipt:{receipt.receipt}"
        yield f"event:{receipt.source}|{receipt.event}"
    if state.receipts and state.content:
        yield f"content:{state.content}"
    if state.number:
        yield f"number:{state.body}|{state.number}"


def _request_index(state: Request) -> Mapping[str, Scalar]:
    return {
        "body": state.body,
        "information": state.information,
        "open": int(state.open),
        "phase": state.phase,
        "applicant": state.applicant,
        "disputed": int(bool(state.remedies)),
        "due": state.due.isoformat() if state.due else NO_DAY,
        "counted_to": state.counted_to.isoformat() if state.open and state.counted_to else "",
        "agency": state.receipts[-1].agency if state.receipts else "",
        "entered": state.entered_at.isoformat(),
        "archiving": int(state.phase == "closed" and state.archiving),
    }


def _demand_index(state: Demand) -> Mapping[str, Scalar]:
    """The newest request sorts the groups that people look at; who is joined to another is looked for there."""
    newest = max((ask.on.isoformat() for ask in state.asks), default="")
    return {"body": state.body, "newest": newest, "many": int(len(state.asks) > 1 and not state.into)}


REQUEST = Aggregate("request", "requests", Request, evolve_request, _request_keys, _request_index)
REGISTER = Aggregate("register", "requests", Register, evolve_register, remembers=False)
OFFICE = Aggregate("office", "requests", Office, evolve_office, index=lambda s: {"name": s.name})
DEMAND = Aggregate("demand", "requests", Demand, evolve_demand, index=_demand_index, remembers=False)
WAITING = Aggregate("waiting", "requests", Waiting, evolve_waiting)
REVIEW = Aggregate(
    "review",
    "requests",
    Review,
    evolve_review,
    index=lambda s: {"body": s.body, "status": s.status, "opened": s.opened_at.isoformat()},
)
TABLING = Aggregate(
    "tabling",
    "requests",
    Tabling,
    evolve_tabling,
    index=lambda s: {"body": s.body, "year": s.year, "due": int(s.due)},
)
ORDER = Aggregate(
    "order",
    "requests",
    Order,
    evolve_order,
    index=lambda s: {"body": s.body, "stage": s.stage, "issued": s.issued_at.isoformat()},
)
VISIT = Aggregate(
    "visit",
    "requests",
    Visit,
    evolve_visit,
    index=lambda s: {"body": s.body, "waiting": int(s.waiting), "on": s.visited_on.isoformat()},
)
HOTSPOT = Aggregate(
    "hotspot",
    "requests",
    Hotspot,
    evolve_hotspot,
    index=lambda s: {"spot": f"{s.dimension}|{s.value}", "stage": s.stage, "on": s.on.isoformat()},
)

WORDING = Aggregate("wording", "requests", Wording, evolve_wording, index=lambda s: {"code": s.code})
AGGREGATES = (REQUEST, REGISTER, OFFICE, DEMAND, WAITING, REVIEW, TABLING, ORDER, VISIT, HOTSPOT, WORDING)
