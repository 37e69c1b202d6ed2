"""What the routes need, and the one place that says whose cases a caller may touch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from services.requests.domain.review import Review
from services.requests.domain.state import Request
from services.requests.evidence import Bundles, Histories
from services.requests.handlers import Acting, Intake, Material, People
from services.requests.handlers.backtests import Backtests
from services.requests.handlers.grouping import Grouping
from services.requests.views import Demands, Scope, Views, Yearbook
from services.requests.views.heat import Counts, no_counts
from shared.bus.dispatch import Dispatcher
from shared.bus.port import Log
from shared.clock import Clock
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused, Unavailable
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.law.rules import Rules
from shared.security.limits import Buckets
from shared.security.principals import Principal, PrincipalKind
from shared.security.receipts import Receipts
from shared.security.vault import Vault
from shared.store.blobs import Blobs
from shared.store.port import Store
from shared.web.auth import require_body

STAFF = (PrincipalKind.OFFICER, PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR)
OVERSIGHT = (PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR)


@dataclass(frozen=True)
class Deps:
    """What the routes and pages of requests stand on.

    ``buckets`` limit the feed of agencies, ``public`` what anybody may send: applications and access codes.
    ``notice_font`` is the font of letters as PDF, where one is set; ``log`` is what back-tests read,
    ``heat`` what the streams process counts.
    """

    dispatcher: Dispatcher
    store: Store
    law: Lawbook
    clock: Clock
    blobs: Blobs
    vault: Vault
    receipts: Receipts
    histories: Histories
    buckets: Buckets = field(default_factory=Buckets)
    public: Buckets = field(default_factory=lambda: Buckets(rate=0.5, burst=30))
    notice_font: str = ""
    log: Log | None = None
    heat: Counts = no_counts
    topics: Topics = field(default_factory=Topics)

    @property
    def rules(self) -> Rules:
        """The rules as they are now; ask anew for every call."""
        return self.law.rules

    @cached_property
    def people(self) -> People:
        """Who asks, sealed."""
        return People(self.vault)

    @cached_property
    def views(self) -> Views:
        """The questions."""
        return Views(self.store)

    @cached_property
    def tried(self) -> Backtests:
        """Thresholds tried over the past. Raises ``Unavailable`` where there is no log to read."""
        if self.log is None:
            raise Unavailable("no log")
        return Backtests(self.log, self.topics, self.store, self.clock, self.law)

    @cached_property
    def demands(self) -> Demands:
        """The questions about the same information."""
        return Demands(self.store)

    @cached_property
    def yearbook(self) -> Yearbook:
        """The questions about a year."""
        return Yearbook(self.store, self.rules)

    @cached_property
    def bundles(self) -> Bundles:
        """The evidence of a case."""
        return Bundles(self.store, self.histories, self.law, self.vault)

    @cached_property
    def material(self) -> Material:
        """What wishes are made into facts with."""
        return Material(self.people, self.blobs, self.store, self.law)

    @cached_property
    def acting(self) -> Acting:
        """What staff do."""
        return Acting(self.law, self.material)

    @cached_property
    def grouping(self) -> Grouping:
        """What is done about the same information."""
        return Grouping(self.law, self.people)

    @cached_property
    def intake(self) -> Intake:
        """How applications come in."""
        return Intake(self.law, self.people)


def may_read(caller: Principal, body: str) -> None:
    """Refuse who may not see a body's cases: officers see their own bodies', oversight sees all, but no people."""
    if caller.kind not in OVERSIGHT:
        require_body(caller, body)


def scope_of(caller: Principal, body: str | None) -> Scope:
    """Return whose cases a list shows. Raises ``Refused`` FORBIDDEN, or BODY_REQUIRED where it is not clear."""
    if body:
        may_read(caller, body)
        return Scope(equal={"body": body})
    if caller.kind in OVERSIGHT:
        return Scope()
    if len(caller.bodies) != 1:
        raise Refused(RequestsCode.BODY_REQUIRED, pointer="#query/body")
    [own] = caller.bodies
    return Scope(prefix={"body": own[:-1]}) if own.endswith("*") else Scope(equal={"body": own})


async def case_of(deps: Deps, caller: Principal, request_id: str) -> tuple[Request, int]:
    """Return a case of the caller's bodies and its version. Raises ``Refused`` REQUEST_UNKNOWN or FORBIDDEN."""
    found = await deps.views.case(request_id)
    if found is None:
        raise Refused(RequestsCode.REQUEST_UNKNOWN)
    may_read(caller, found[0].body)
    return found


async def review_of(deps: Deps, caller: Principal, review_id: str) -> tuple[Review, int]:
    """Return a review of the caller's bodies and its version. Raises ``Refused`` REVIEW_UNKNOWN or FORBIDDEN."""
    found = await deps.views.review(review_id)
    if found is None:
        raise Refused(RequestsCode.REVIEW_UNKNOWN)
    may_read(caller, found[0].body)
    return found
