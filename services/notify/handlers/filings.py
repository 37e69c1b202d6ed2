"""Policies over what agencies report of enterprises, partners and licences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.notify.domain.directory import Directory
from services.notify.domain.filing import (
    Report,
    change_licence,
    code_defects,
    defect,
    judged,
    register_enterprise,
    register_partner,
    reject_faulty_code,
)
from services.notify.domain.state import Enterprise, Partner, Rejection
from services.notify.store import ENTERPRISE, JUDGED, PARTNER, REJECTION, partner_id
from shared.bus.decider import Aggregate, Context, Heard, Policy, Target, new_id
from shared.contracts.codes import NotifyCode
from shared.contracts.envelope import Envelope
from shared.contracts.facts import feed
from shared.contracts.facts.base import Fact
from shared.law.rules import Rules

Reported = feed.EnterpriseRegistered | feed.PartnerRegistered | feed.LicenceChanged
_Judge = Callable[[Any, Report, Context], list[Fact]]


def report_of(envelope: Envelope | None, fact: feed.FeedFact) -> Report:
    """Return a reported fact with what the door stamped on it."""
    if envelope is None:
        raise ValueError("a policy hears envelopes")
    return Report(envelope.receipt or f"rc_{envelope.id}", envelope.source, envelope.id, envelope.agency or "", fact)


def _event_key(source: str, event: str) -> str:
    return f"event:{source}|{event}"


def _target(heard: Heard) -> Target:
    """Return the aggregate a report is about; where its id was used before, the one that has it."""
    key = _event_key(heard.envelope.source, heard.envelope.id)
    fact: Reported = heard.fact
    if isinstance(fact, feed.PartnerRegistered):
        id_ = partner_id(fact.partner)
    else:
        id_ = "" if code_defects(fact.credit_code) else fact.credit_code
    return Target(id_, keys=(key, f"id:{id_}") if id_ else (key,), reads=tuple((each, key) for each in JUDGED))


def _used_elsewhere(own: Aggregate[Any], report: Report, context: Context) -> bool:
    """Whether another kind of aggregate has heard an event of this source and id."""
    key = _event_key(report.source, report.event)
    others = [context.others.get((each.kind, key)) for each in JUDGED if each is not own]
    return any(o is not None and all(r.receipt != report.receipt for r in o.receipts) for o in others)


def _filing(own: Aggregate[Any], judge: _Judge) -> Callable[[Any, Any, Context], Sequence[Fact]]:
    def decide(state: Any, fact: Reported, context: Context) -> Sequence[Fact]:
        report = report_of(context.envelope, fact)
        return [] if _used_elsewhere(own, report, context) else judge(state, report, context)

    return decide


def _rejecting(own: Aggregate[Any]) -> Callable[[Rejection | None, Any, Context], Sequence[Fact]]:
    def decide(state: Rejection | None, fact: Reported, context: Context) -> Sequence[Fact]:
        report = report_of(context.envelope, fact)
        if state is not None:
            return []
        if _used_elsewhere(own, report, context):
            return [judged(report, "rejected", context.now, [defect(NotifyCode.ID_REUSED, "/id")])]
        used = context.others.get((own.kind, _event_key(report.source, report.event))) is not None
        if isinstance(fact, feed.PartnerRegistered) or used:
            return []
        return reject_faulty_code(report, fact.credit_code, context.now)

    return decide


def _rejection_target(heard: Heard) -> Target:
    key = _event_key(heard.envelope.source, heard.envelope.id)
    id_ = new_id("rj", heard.envelope.receipt or heard.envelope.id)
    return Target(id_, reads=tuple((each, key) for each in JUDGED))


def filing_policies(directory: Directory, rules: Rules) -> dict[str, tuple[Policy, ...]]:
    """Return who judges which report."""

    def enterprise(state: Enterprise | None, report: Report, context: Context) -> list[Fact]:
        return register_enterprise(state, report, context.now, rules, directory.draw)

    def partner(state: Partner | None, report: Report, context: Context) -> list[Fact]:
        return register_partner(state, report, context.now, rules)

    def licence(state: Enterprise | None, report: Report, context: Context) -> list[Fact]:
        return change_licence(state, report, context.now)

    table: tuple[tuple[type[Fact], str, Aggregate[Any], _Judge], ...] = (
        (feed.EnterpriseRegistered, "enterprise_registered", ENTERPRISE, enterprise),
        (feed.PartnerRegistered, "partner_registered", PARTNER, partner),
        (feed.LicenceChanged, "licence_changed", ENTERPRISE, licence),
    )
    return {
        fact.type: (
            Policy(f"when_{name}_judge_report", own, _target, _filing(own, judge)),
            Policy(f"when_{name}_reject_faulty", REJECTION, _rejection_target, _rejecting(own)),
        )
        for fact, name, own, judge in table
    }
