"""What the catalog does when it hears of something; every policy is pure, the dispatcher loads and saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.catalog.handlers.bodies import (
    WAITING,
    body_of,
    body_rejection_of,
    waiting_rows,
    when_body_registered_register_body,
    when_body_registered_reject_foreign,
)
from services.catalog.handlers.documents import Policies, conversion_target, rejection_of
from services.catalog.handlers.erasures import ERASURES, erasure_rows
from services.catalog.handlers.indexing import ASSIGN, ENTER
from services.catalog.handlers.reports import TABLES_DUE, FigurePolicies, due_rows, figures_of, figures_rejection_of
from services.catalog.handlers.reviews import (
    demanded,
    inquired,
    lapsed,
    when_attribute_inquired_open_review,
    when_demand_lapsed_close_review,
    when_demand_reached_propose_change,
)
from services.catalog.handlers.wishes import (
    Wish,
    change_attribute,
    change_reviewed,
    determine_attribute,
    keep_attribute,
    tag_document,
    withdraw_document,
)
from services.catalog.store import BODY, DOCUMENT, FIGURES, REJECTION
from shared.bus.decider import Aggregate, Heard, Hears, Plan, Policy, Target
from shared.contracts.facts import catalog, feed, publish, requests
from shared.store.port import Row

__all__ = [
    "ERASURES",
    "TABLES_DUE",
    "WAITING",
    "FigurePolicies",
    "Policies",
    "Wish",
    "change_attribute",
    "change_reviewed",
    "determine_attribute",
    "hears",
    "keep_attribute",
    "tag_document",
    "withdraw_document",
]


def hears(policies: Policies, figures: FigurePolicies, wake: Callable[[Sequence[Row]], None]) -> Hears:
    """Say which fact goes to which policy; ``wake`` is told that there is work for a sweep."""
    return {
        feed.FiguresReported.type: (
            _policy(FIGURES, figures_of, figures.when_figures_reported_enter_figures),
            _policy(REJECTION, figures_rejection_of, figures.when_figures_reported_reject_defective),
        ),
        publish.ReportOpened.type: (Plan("when_report_opened_note_table_due", due_rows, wake),),
        feed.DocumentIssued.type: (
            _policy(DOCUMENT, policies.document_of, policies.when_document_issued_file_document),
            _policy(REJECTION, rejection_of, policies.when_document_issued_reject_foreign),
        ),
        feed.BodyRegistered.type: (
            _policy(BODY, body_of, when_body_registered_register_body),
            _policy(REJECTION, body_rejection_of, when_body_registered_reject_foreign),
        ),
        requests.ConversionApproved.type: (
            _policy(DOCUMENT, conversion_target, policies.when_conversion_approved_change_attribute),
        ),
        requests.DemandReached.type: (_policy(DOCUMENT, demanded, when_demand_reached_propose_change),),
        requests.DemandLapsed.type: (_policy(DOCUMENT, lapsed, when_demand_lapsed_close_review),),
        requests.AttributeInquired.type: (_policy(DOCUMENT, inquired, when_attribute_inquired_open_review),),
        catalog.DocumentArchived.type: (ASSIGN,),
        catalog.AttributeChanged.type: (ASSIGN,),
        catalog.IndexAssigned.type: (ENTER,),
        catalog.DocumentWithdrawn.type: (Plan("when_document_withdrawn_erase_blobs", erasure_rows, wake),),
        catalog.BodyRegistered.type: (Plan("when_body_registered_judge_waiting_documents", waiting_rows, wake),),
    }


def _policy(aggregate: Aggregate[Any], target: Callable[[Heard], Target | None], decide: Callable[..., Any]) -> Policy:
    return Policy(decide.__name__, aggregate, target, decide)
