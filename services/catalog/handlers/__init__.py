"""What the catalog does when it hears of something; every policy is pure, the dispatcher loads and saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.catalog.handlers.bodies import (
    WAITING,
    body_reads,
    waiting_rows,
    when_body_registered_register_body,
    when_body_registered_reject_foreign,
)
from services.catalog.handlers.documents import Policies, conversion_target, rejection_of
from services.catalog.store import BODY, DOCUMENT, REJECTION
from shared.bus.decider import Hears, Plan, Policy, Target, new_id
from shared.contracts.facts import catalog, feed, requests
from shared.store.port import Row

__all__ = ["WAITING", "Policies", "hears"]


def hears(policies: Policies, wake: Callable[[Sequence[Row]], None]) -> Hears:
    """Say which fact goes to which policy; ``wake`` is told that a body was registered."""
    return {
        feed.DocumentIssued.type: (
            Policy(
                "when_document_issued_file_document",
                DOCUMENT,
                policies.document_of,
                policies.when_document_issued_file_document,
            ),
            Policy(
                "when_document_issued_reject_foreign",
                REJECTION,
                rejection_of,
                policies.when_document_issued_reject_foreign,
            ),
        ),
        feed.BodyRegistered.type: (
            Policy(
                "when_body_registered_register_body",
                BODY,
                lambda heard: Target(heard.fact.body, reads=body_reads(heard)),
                when_body_registered_register_body,
            ),
            Policy(
                "when_body_registered_reject_foreign",
                REJECTION,
                lambda heard: Target(
                    new_id("rj", heard.envelope.receipt or heard.envelope.id), reads=body_reads(heard)
                ),
                when_body_registered_reject_foreign,
            ),
        ),
        requests.ConversionApproved.type: (
            Policy(
                "when_conversion_approved_change_attribute",
                DOCUMENT,
                conversion_target,
                policies.when_conversion_approved_change_attribute,
            ),
        ),
        catalog.BodyRegistered.type: (Plan("when_body_registered_judge_waiting_documents", waiting_rows, wake),),
    }
