"""Policies over the register of issuing bodies."""

from __future__ import annotations

from collections.abc import Sequence

from services.catalog.domain.bodies import Origin, register_body
from services.catalog.domain.merging import normal
from services.catalog.domain.state import Body, Rejection
from services.catalog.handlers.documents import envelope_of
from services.catalog.store import BODY
from shared.bus.decider import Aggregate, Context, Heard, Target, new_id
from shared.contracts.facts import catalog, feed
from shared.contracts.facts.base import Fact
from shared.store.port import Row

WAITING = "waiting_issuers"
"""Table of names newly in the register of issuers: documents waiting for one are to be judged again."""


def _names_of(fact: feed.BodyRegistered | catalog.BodyRegistered) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(name) for name in (fact.name, *fact.aliases)))


def body_reads(heard: Heard) -> tuple[tuple[Aggregate[Body], str], ...]:
    """Return what judging a reported body looks at: itself and whoever has its names."""
    return ((BODY, f"id:{heard.fact.body}"), *((BODY, f"name:{name}") for name in _names_of(heard.fact)))


def body_of(heard: Heard) -> Target:
    """Return the body a report is about."""
    return Target(heard.fact.body, reads=body_reads(heard))


def body_rejection_of(heard: Heard) -> Target:
    """Return the rejection a report of a body may become."""
    return Target(new_id("rj", heard.envelope.receipt or heard.envelope.id), reads=body_reads(heard))


def _judge_body(fact: feed.BodyRegistered, context: Context) -> list[Fact]:
    envelope = envelope_of(context)
    owners = (context.other(BODY, f"name:{name}") for name in _names_of(fact))
    return register_body(
        context.other(BODY, f"id:{fact.body}"),
        fact,
        Origin(
            receipt=envelope.receipt or f"rc_{envelope.id}",
            source=envelope.source,
            event=envelope.id,
            agency=envelope.agency or "",
            bodies=tuple((envelope.agencybodies or "").split()),
        ),
        name_owner=next((o.body for o in owners if o is not None and o.body != fact.body), None),
        now=context.now,
    )


def _is_rejection(facts: Sequence[Fact]) -> bool:
    return any(isinstance(fact, catalog.FilingJudged) and fact.verdict == "rejected" for fact in facts)


def when_body_registered_register_body(
    state: Body | None, fact: feed.BodyRegistered, context: Context
) -> Sequence[Fact]:
    """Enter a reported body into the register."""
    facts = _judge_body(fact, context)
    return [] if _is_rejection(facts) else facts


def when_body_registered_reject_foreign(
    state: Rejection | None, fact: feed.BodyRegistered, context: Context
) -> Sequence[Fact]:
    """A report the key may not make, or one that contradicts the register, is rejected and touches nothing."""
    facts = _judge_body(fact, context)
    return facts if _is_rejection(facts) and state is None else []


def waiting_rows(heard: Heard) -> Sequence[Row]:
    """Note down the names of a body now in the register, for the sweep over documents that wait for one of them."""
    fact: catalog.BodyRegistered = heard.fact
    cause = heard.envelope.id
    return [Row(WAITING, f"{cause}|{n}", 1, {"issuer": n, "cause": cause}) for n in _names_of(fact)]
