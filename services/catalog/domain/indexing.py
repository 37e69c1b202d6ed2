"""The index number of public information (索引号): given once, in order of publication (目录系统实施指引)."""

from __future__ import annotations

from pydantic import Field

from services.catalog.domain.state import Body, Document
from shared.contracts.facts.base import Fact, Value
from shared.contracts.facts.catalog import DocumentIndexed, DocumentView, IndexAssigned

PUBLIC = "主动公开"


class IndexRegister(Value):
    """The register of one body and year: the serial number each document got, in the order they became public."""

    body: str
    year: int
    serials: dict[str, int] = Field(default_factory=dict)


def index_register_id(body: str, year: int) -> str:
    """Return the id of the register of a body and year."""
    return f"ix-{body}-{year}"


def wants_index(view: DocumentView) -> bool:
    """Whether a document is public and has no index number; one that came with another system's keeps it as it is."""
    return view.attribute == PUBLIC and view.index_number is None


def assign_index(state: IndexRegister | None, view: DocumentView, issuer: Body | None, year: int) -> list[Fact]:
    """Hand out the next number for a document; one that has its number gets no other.

    The first part is the issuer's 9-character organisation code (组织机构代码) without its hyphen, else its code in our
    register of bodies: as they are on this day, so a later change of the body changes no number.
    """
    serials = state.serials if state is not None else {}
    if view.document_id in serials:
        return []
    serial = len(serials) + 1
    code = (issuer.organisation_code or "").replace("-", "") if issuer is not None else ""
    number = printed(code or view.body, year, serial)
    return [IndexAssigned(body=view.body, year=year, serial=serial, document_id=view.document_id, index_number=number)]


def evolve_index_register(state: IndexRegister | None, fact: Fact) -> IndexRegister:
    """Fold a fact into a register."""
    if not isinstance(fact, IndexAssigned):
        raise ValueError(f"a register of index numbers cannot hear {type(fact).__name__}")
    state = state or IndexRegister(body=fact.body, year=fact.year)
    return state.model_copy(update={"serials": {**state.serials, fact.document_id: fact.serial}})


def enter_index(state: Document | None, index_number: str) -> list[Fact]:
    """Write the number into its document; not into one that was withdrawn meanwhile, or has a number."""
    if state is None or state.view is None or state.withdrawn is not None or state.view.index_number is not None:
        return []
    return [DocumentIndexed(document=state.view.model_copy(update={"index_number": index_number}))]


def printed(code: str, year: int, serial: int) -> str:
    """Return a number as it is printed: 000014349/2026-00110."""
    return f"{code}/{year}-{serial:05d}"
