"""Policies over filed documents: filing, rejecting what is not theirs, converting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.catalog.domain import disclosure, reviewing
from services.catalog.domain.filing import file_document, judge_again
from services.catalog.domain.merging import CONVERTED_COLUMN, key_of_number, key_of_title, normal
from services.catalog.domain.report import Report, Surroundings, defect, judged, may_file
from services.catalog.domain.state import Body, Document, Rejection
from services.catalog.store import BODY, DOCUMENT, REJECTION
from shared.bus.decider import Command, Context, Heard, Keys, Others, Target, new_id
from shared.contracts.codes import CatalogCode
from shared.contracts.envelope import Envelope
from shared.contracts.facts import feed, requests
from shared.contracts.facts.base import Fact


def report_of(envelope: Envelope, fact: feed.DocumentIssued) -> Report:
    """Return a reported document with what the door stamped on it."""
    return Report(
        receipt=envelope.receipt or f"rc_{envelope.id}",
        source=envelope.source,
        event=envelope.id,
        subject=envelope.subject,
        agency=envelope.agency or "",
        bodies=tuple((envelope.agencybodies or "").split()),
        sent_at=envelope.time,
        values=fact,
    )


def _issuer(others: Others, name: str | None) -> Body | None:
    found: Body | None = others.get((BODY.kind, f"name:{normal(name)}"))
    return found


def _event_key(report: Report) -> str:
    return f"event:{report.source}|{report.event}"


def identity(report: Report) -> Callable[[Others], Keys]:
    """Return under which keys the document of a report may be known, the strongest first."""
    number = key_of_number(report.values.number)
    title = key_of_title(report.values.title, report.values.written_on)

    def lookup(others: Others) -> Keys:
        issuer = _issuer(others, report.values.issuer)
        numbers = (f"number:{issuer.body}|{number}",) if issuer and number else ()
        titles = tuple(f"{kind}:{issuer.body}|{title}" for kind in ("title", "titled")) if issuer and title else ()
        match = (_event_key(report), *numbers, *(titles[:1] if number else titles), f"draft:{report.draft}")
        return Keys(match, probe=titles)

    return lookup


class Policies:
    """The policies of the catalog; ``numbered`` are the genres (文种) whose documents carry a number."""

    def __init__(self, numbered: frozenset[str]) -> None:
        self._numbered = numbered

    def _around(self, context: Context, report: Report) -> Surroundings:
        taken = any(id_ != context.id for key, id_ in context.known.items() if key.startswith(("title:", "titled:")))
        return Surroundings(context.now, _issuer(context.others, report.values.issuer), taken, self._numbered)

    def document_of(self, heard: Heard) -> Target:
        """Return the document a report is about, with its issuer and an earlier rejection of the same event."""
        report = report_of(heard.envelope, heard.fact)
        reads = ((BODY, f"name:{normal(report.values.issuer)}"), (REJECTION, _event_key(report)))
        return Target(new_id("d", report.receipt), reads=reads, lookup=identity(report))

    def when_document_issued_file_document(
        self, state: Document | None, fact: feed.DocumentIssued, context: Context
    ) -> Sequence[Fact]:
        """Keep every filing that may be made, admit what passes the gates."""
        report = report_of(envelope_of(context), fact)
        around = self._around(context, report)
        if _foreign(report, around.issuer) or context.other(REJECTION, _event_key(report)) is not None:
            return []
        return reviewing.settling(state, file_document(state, report, context.id, around), context.now)

    def when_document_issued_reject_foreign(
        self, state: Rejection | None, fact: feed.DocumentIssued, context: Context
    ) -> Sequence[Fact]:
        """A report for another agency's body, or on a rejected event's id, is rejected and touches nothing."""
        report = report_of(envelope_of(context), fact)
        earlier = context.other(REJECTION, _event_key(report))
        if earlier is not None and earlier.receipts[-1].receipt != report.receipt:
            return [judged(report, "rejected", context.now, (defect(CatalogCode.ID_REUSED, "/id"),))]
        if state is not None or not _foreign(report, _issuer(context.others, fact.issuer)):
            return []
        if context.other(DOCUMENT, _event_key(report)) is not None:
            return []
        return [judged(report, "rejected", context.now, (defect(CatalogCode.BODY_NOT_YOURS, "/data/issuer"),))]

    def judge_waiting(self, document_id: str, issuer: str, cause: str) -> Command:
        """Judge a waiting document again, now that the issuer of that name is registered."""

        def decide(state: Document | None, context: Context) -> Sequence[Fact]:
            if state is None:
                return []
            around = Surroundings(context.now, context.other(BODY, f"name:{issuer}"), False, self._numbered)
            return judge_again(state, around)

        return Command(DOCUMENT, Target(document_id, reads=((BODY, f"name:{issuer}"),)), decide, cause)

    def when_conversion_approved_change_attribute(
        self, state: Document | None, fact: requests.ConversionApproved, context: Context
    ) -> Sequence[Fact]:
        """What was disclosed on request becomes public; information that was no filed document is archived as one."""
        by = fact.approved_by
        if state is not None or not fact.title:
            facts = disclosure.convert(state, fact.reason, fact.basis, by, fact.request_id, context.now)
            return reviewing.settling(state, facts, context.now)
        issuer = context.other(BODY, f"id:{fact.body}")
        report = _converted(fact, issuer, envelope_of(context))
        around = Surroundings(context.now, issuer, False, frozenset())
        return disclosure.convert_record(report, context.id, around, by, fact.request_id)


def envelope_of(context: Context) -> Envelope:
    """Return the envelope a policy heard."""
    if context.envelope is None:
        raise ValueError("a policy hears envelopes")
    return context.envelope


def _foreign(report: Report, issuer: Body | None) -> bool:
    return issuer is not None and not may_file(report.bodies, issuer.body)


def _converted(fact: requests.ConversionApproved, issuer: Body | None, envelope: Envelope) -> Report:
    values = feed.DocumentIssued(
        title=fact.title,
        number=fact.number,
        issuer=issuer.name if issuer else None,
        written_on=fact.written_on,
        attribute="主动公开",
        attribute_reason=fact.reason,
        attribute_basis=fact.basis or disclosure.CONVERSION_BASIS,
        secrecy="非密",
        column=CONVERTED_COLUMN,
        text_blob=fact.text,
    )
    return Report(
        receipt=f"conversion:{envelope.id}",
        source=envelope.source,
        event=envelope.id,
        subject=fact.request_id,
        agency=issuer.agency if issuer else "",
        bodies=(fact.body,),
        sent_at=envelope.time,
        values=values,
    )


def rejection_of(heard: Heard) -> Target:
    """Return the rejection a report may become, with what decides that."""
    report = report_of(heard.envelope, heard.fact)
    event = _event_key(report)
    reads = ((BODY, f"name:{normal(report.values.issuer)}"), (REJECTION, event), (DOCUMENT, event))
    return Target(new_id("rj", report.receipt), reads=reads)


def conversion_target(heard: Heard) -> Target:
    """Return the document a conversion is about: by id, by number, or a new record."""
    fact: requests.ConversionApproved = heard.fact
    if fact.document_id:
        return Target("", keys=(f"id:{fact.document_id}",))
    number = key_of_number(fact.number)
    keys = (f"number:{fact.body}|{number}",) if number else ()
    return Target(new_id("d", f"conversion:{heard.envelope.id}"), keys, reads=((BODY, f"id:{fact.body}"),))
