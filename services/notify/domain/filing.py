"""Judging reports of enterprises, partners and licences: what is right is admitted, the rest is said back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notify.domain.profiles import RESERVED, profile_of
from services.notify.domain.state import Enterprise, Licence, Partner
from shared.contracts.canonical import digest
from shared.contracts.codes import NotifyCode
from shared.contracts.facts import feed, notify
from shared.contracts.facts.base import Defect, Fact, Receipt, Verdict
from shared.law import credit
from shared.law.rows import UnknownCode
from shared.law.rules import Rules


@dataclass(frozen=True, slots=True)
class Report:
    """A reported fact with what the door stamped on it."""

    receipt: str
    source: str
    event: str
    agency: str
    values: feed.FeedFact

    @property
    def content(self) -> str:
        """Digest of what is reported."""
        return digest(self.values.model_dump(mode="json", exclude_defaults=True))

    @property
    def title(self) -> str:
        """What an agency recognises the report by."""
        return str(getattr(self.values, "name", "") or getattr(self.values, "licence", ""))


def defect(code: NotifyCode, field: str = "", detail: str = "") -> Defect:
    """Return a defect of a code."""
    return Defect(code=code.name, field=field, detail=detail or code.text)


def judged(
    report: Report, verdict: Verdict, now: datetime, defects: Sequence[Defect] = (), *,
    aggregate: str | None = None, first: str | None = None,
) -> notify.FilingJudged:  # fmt: skip
    """Return the verdict on a report."""
    return notify.FilingJudged(
        receipt=report.receipt,
        source=report.source,
        event=report.event,
        feed_type=report.values.type,
        agency=report.agency,
        verdict=verdict,
        defects=tuple(defects),
        aggregate=aggregate,
        first=first,
        title=report.title,
        judged_at=now,
        content=report.content,
    )


def code_defects(code: str, field: str = "/data/credit_code") -> list[Defect]:
    """Return what is wrong with a credit code (统一社会信用代码), GB 32100-2015."""
    return [defect(NotifyCode[f"CREDIT_CODE_{fault}"], field) for fault in credit.faults(code)]


def known_already(receipts: Sequence[Receipt], report: Report, now: datetime, aggregate: str) -> list[Fact] | None:
    """Answer what needs no judging: the same report, its id on other content, its content under another id."""
    for old in receipts:
        if old.receipt == report.receipt:
            return []
        if (old.source, old.event) == (report.source, report.event):
            return [judged(report, "rejected", now, [defect(NotifyCode.ID_REUSED, "/id")])]
    latest = next((r for r in reversed(receipts) if r.verdict == "admitted" and _same_kind(r, report)), None)
    if latest is not None and latest.content == report.content:
        return [judged(report, "duplicate", now, aggregate=aggregate, first=latest.receipt)]
    return None


def _same_kind(receipt: Receipt, report: Report) -> bool:
    # of one enterprise several licences are reported; a repeated one is recognised by its own content only
    return receipt.feed_type == report.values.type and receipt.title == report.title


def register_enterprise(
    state: Enterprise | None, report: Report, now: datetime, rules: Rules, draw: Callable[[], int]
) -> list[Fact]:
    """Enter or change an enterprise's profile; ``draw`` gives a number that no enterprise has."""
    values = report.values
    assert isinstance(values, feed.EnterpriseRegistered)  # noqa: S101 -- the table of handlers says so
    state = state or Enterprise()
    answer = known_already(state.receipts, report, now, values.credit_code)
    if answer is not None:
        return answer
    defects = _profile_defects(values, rules)
    old = state.profile
    if old is not None and values.as_of is not None and old.as_of is not None and values.as_of < old.as_of:
        defects.append(defect(NotifyCode.OUTDATED, "/data/as_of"))
    if defects:
        return [judged(report, "returned", now, defects, aggregate=values.credit_code)]
    profile = profile_of(values, rules)
    verdict = judged(report, "admitted", now, aggregate=values.credit_code)
    if old is None:
        return [notify.EnterpriseRegistered(number=draw(), profile=profile, agency=report.agency), verdict]
    changed = tuple(f for f in notify.Profile.model_fields if getattr(profile, f) != getattr(old, f))
    fact = notify.EnterpriseChanged(profile=profile, changed=changed, agency=report.agency)
    return [fact, verdict] if changed else [verdict]


def _profile_defects(values: feed.EnterpriseRegistered, rules: Rules) -> list[Defect]:
    found = []
    if values.region is not None and values.region not in rules.regions.rows:
        found.append(defect(NotifyCode.REGION_UNKNOWN, "/data/region"))
    if values.industry is not None:
        try:
            profile_of(values.model_copy(update={"region": None}), rules)
        except UnknownCode:
            found.append(defect(NotifyCode.INDUSTRY_UNKNOWN, "/data/industry"))
    for place, tag in enumerate(values.tags):
        if tag.partition(":")[0] in RESERVED:
            found.append(defect(NotifyCode.TAG_RESERVED, f"/data/tags/{place}"))
    return found


def register_partner(state: Partner | None, report: Report, now: datetime, rules: Rules) -> list[Fact]:
    """Enter a park or association, or replace its list of members."""
    values = report.values
    assert isinstance(values, feed.PartnerRegistered)  # noqa: S101 -- the table of handlers says so
    state = state or Partner()
    answer = known_already(state.receipts, report, now, values.partner)
    if answer is not None:
        return answer
    defects = [d for place, code in enumerate(values.members) for d in code_defects(code, f"/data/members/{place}")]
    if values.region is not None and values.region not in rules.regions.rows:
        defects.append(defect(NotifyCode.REGION_UNKNOWN, "/data/region"))
    if defects:
        return [judged(report, "returned", now, defects[:100], aggregate=values.partner)]
    fact = notify.PartnerRegistered(
        **values.model_dump(exclude={"members"}), members=tuple(sorted(set(values.members))), agency=report.agency
    )
    return [fact, judged(report, "admitted", now, aggregate=values.partner)]


def change_licence(state: Enterprise | None, report: Report, now: datetime) -> list[Fact]:
    """Note a licence; that of an enterprise not yet registered waits with its code."""
    values = report.values
    assert isinstance(values, feed.LicenceChanged)  # noqa: S101 -- the table of handlers says so
    state = state or Enterprise()
    answer = known_already(state.receipts, report, now, values.credit_code)
    if answer is not None:
        return answer
    licence = Licence(**values.model_dump(exclude={"credit_code", "licence"}))
    after = state.model_copy(update={"licences": {**state.licences, values.licence: licence}})
    fact = notify.LicenceChanged(**values.model_dump(), kinds=after.kinds)
    return [fact, judged(report, "admitted", now, aggregate=values.credit_code)]


def reject_faulty_code(report: Report, code: str, now: datetime) -> list[Fact]:
    """A report under a wrong credit code has no identity: it touches nothing."""
    defects = code_defects(code)
    return [judged(report, "rejected", now, defects)] if defects else []
