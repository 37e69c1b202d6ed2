"""What pushing knows of enterprises, partners and rejected reports, folded from its own facts."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from shared.contracts.facts.base import Fact, Receipt, Value
from shared.contracts.facts.notify import (
    EnterpriseChanged,
    EnterpriseRegistered,
    FilingJudged,
    LicenceChanged,
    PartnerRegistered,
    Profile,
)


class Licence(Value):
    """A licence (证照) as last reported."""

    kind: str
    status: str
    valid_from: date | None = None
    valid_to: date | None = None


class Enterprise(Value):
    """An enterprise; ``profile`` and ``number`` exist once a report of it was admitted."""

    number: int | None = None
    profile: Profile | None = None
    licences: dict[str, Licence] = Field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of licences of which it holds a valid one."""
        return tuple(sorted({each.kind for each in self.licences.values() if each.status == "valid"}))


class Partner(Value):
    """A park or association with its members; ``name`` is empty until a report was admitted."""

    partner: str = ""
    name: str = ""
    kind: str = ""
    region: str | None = None
    members: tuple[str, ...] = ()
    agency: str = ""
    receipts: tuple[Receipt, ...] = ()


class Rejection(Value):
    """A reported event that touched nothing."""

    receipts: tuple[Receipt, ...] = ()


def receipt_of(fact: FilingJudged) -> Receipt:
    """Return the receipt a verdict settles."""
    return Receipt(**fact.model_dump(exclude={"aggregate"}))


def evolve_enterprise(state: Enterprise | None, fact: Fact) -> Enterprise:
    """Fold a fact into an enterprise."""
    state = state or Enterprise()
    match fact:
        case EnterpriseRegistered():
            return state.model_copy(update={"number": fact.number, "profile": fact.profile})
        case EnterpriseChanged():
            return state.model_copy(update={"profile": fact.profile})
        case LicenceChanged():
            licence = Licence(**fact.model_dump(exclude={"credit_code", "licence", "kinds"}))
            return state.model_copy(update={"licences": {**state.licences, fact.licence: licence}})
        case FilingJudged():
            return state.model_copy(update={"receipts": (*state.receipts, receipt_of(fact))})
    raise ValueError(f"an enterprise cannot hear {type(fact).__name__}")


def evolve_partner(state: Partner | None, fact: Fact) -> Partner:
    """Fold a fact into a partner."""
    state = state or Partner()
    match fact:
        case PartnerRegistered():
            return Partner(**fact.model_dump(), receipts=state.receipts)
        case FilingJudged():
            return state.model_copy(update={"receipts": (*state.receipts, receipt_of(fact))})
    raise ValueError(f"a partner cannot hear {type(fact).__name__}")


def evolve_rejection(state: Rejection | None, fact: Fact) -> Rejection:
    """Fold a fact into a rejection."""
    if not isinstance(fact, FilingJudged):
        raise ValueError(f"a rejection cannot hear {type(fact).__name__}")
    return Rejection(receipts=(*(state.receipts if state else ()), receipt_of(fact)))
