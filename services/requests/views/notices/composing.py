"""A letter composed: the places of its lines filled with what the case says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.requests.domain.parts import Consultation, Decision
from services.requests.domain.state import Mark, Request
from services.requests.domain.timing import clock_of
from services.requests.views import showing
from services.requests.views.notices.kinds import Notice, decision_of
from services.requests.views.notices.sheet import Sheet, printed_day
from shared.contracts.facts.requests import ConsultationStarted, DeadlineExtended, Record
from shared.law.clocks import FactKind
from shared.law.rules import Rules

Fields = Mapping[str, str | list[str]]
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """What a letter is composed of. ``opened`` is what is personal in the case, ``words`` in the decision told of.

    ``name`` is the body's; ``follow`` the code the applicant follows the case with.
    """

    case: Request
    name: str
    rules: Rules
    opened: Mapping[str, Any]
    words: Mapping[str, str]
    follow: str = ""


def compose(notice: Notice, source: Source) -> Sheet:
    """Return a letter; a line with a place that nothing fills is left out."""
    letters, case = source.rules.letters, source.case
    letter = letters.of(notice.letter, notice.on)
    made = decision_of(case, notice)
    fields = {**_common(source), **_FIELDS[notice.kind](notice, source)}
    number = f"{case.number or ''}-{letter.mark}{notice.nth if notice.nth > 1 else ''}"
    outsider = notice.kind in ("consultation", "override")
    addressee = source.opened["parties"][str(notice.nth)] if outsider else source.opened["applicant"]["name"]
    decided = notice.kind == "decision" and made is not None
    return Sheet(
        body=source.name,
        title=letters.titles[made.code[0]] if decided and made else letter.title,
        number=made.notice if decided and made else number,
        addressee=addressee,
        paragraphs=tuple(_filled([letters.in_full(line) for line in letter.lines], fields)),
        seal=f"（此处加盖{source.name}印章）",
        on=notice.on,
    )


def _filled(lines: list[str], fields: Fields) -> Iterator[str]:
    for line in lines:
        places = _PLACE.findall(line)
        values = [fields.get(place) for place in places]
        if places and isinstance(values[0], list):
            yield from values[0]
        elif all(values):
            yield _PLACE.sub(lambda match: str(fields[match[1]]), line)


def _common(source: Source) -> dict[str, str]:
    case = source.case
    return {
        "received": printed_day(case.received_on) if case.received_on else "",
        "asked": source.opened["applicant"]["description"],
        "reconsideration_body": showing.REVIEW_BODY,
        "court": showing.COURT,
        "public_interest": source.words.get("public_interest", ""),
        "information": _information(case.decision.record if case.decision else None),
    }


def _decision(notice: Notice, source: Source) -> Fields:
    made = decision_of(source.case, notice)
    if made is None:
        return {}
    letters, vocabulary = source.rules.letters, source.rules.vocabularies
    way = vocabulary.remedies.of(vocabulary.decisions[made.code], made.made_on)
    labels = vocabulary.notices.label
    grounds = (vocabulary.grounds[ground] for ground in made.grounds)
    return {
        "history": _history(source, made),
        "answer": letters.answers[made.code],
        "parts": [f"{labels[part]}：{source.words[part]}" for part in labels if part in source.words],
        "grounds": [f"不予公开的理由：{each.label}（{letters.in_full(each.article)}）" for each in grounds],
        "information": _information(made.record),
        "form": made.form,
        "form_reason": source.words.get("form_reason", ""),
        "article": letters.in_full(made.article),
        "remedy": way.text.format(reconsideration_body=showing.REVIEW_BODY, court=showing.COURT),
        "remedy_article": letters.in_full(way.article),
        "channel": next((d.channel for d in source.case.deliveries if d.decision == made.ordinal and d.channel), ""),
    }


def _information(record: Record | None) -> str:
    if record is None:
        return ""
    title = f"《{record.title}》" if record.title else ""
    number = f"（{record.number}）" if title and record.number else record.number or ""
    return f"{title}{number}" or (f"公文编号{record.document_id}" if record.document_id else "")


def _history(source: Source, made: Decision) -> list[str]:
    """Return what happened before the decision, as the applicant has to know it: nobody who was asked is named."""
    case, words = source.case, source.rules.letters.history
    days = {kind: _day(case.marked(kind)) for kind in _DAYS}
    days = {kind: day for kind, day in days.items() if day}
    told: list[str] = []
    if "corrected" in days and "correction_notified" in days:
        told.append(words["corrected"].format(notified=days["correction_notified"], corrected=days["corrected"]))
    told += [words[kind].format(**{kind: days[kind]}) for kind in ("extended", "paid") if kind in days]
    told += [_asked(each, words) for each in case.consultations if each.outcome and each.sent_on <= made.made_on]
    if case.explaining:
        told.append(words["explained"].format(asked=printed_day(case.explaining.asked_on)))
    return told


_DAYS: tuple[FactKind, ...] = ("correction_notified", "corrected", "extended", "paid")


def _asked(each: Consultation, words: Mapping[str, str]) -> str:
    outcome = showing.OUTCOMES[each.outcome] if each.outcome else ""
    return words[each.kind].format(sent=printed_day(each.sent_on), outcome=outcome)


def _day(mark: Mark | None) -> str:
    return printed_day(mark.on) if mark else ""


def _correction(notice: Notice, source: Source) -> Fields:
    mark = source.case.marked("correction_notified")
    days = mark.days if mark and mark.days else None
    until = source.rules.deadline("C4", notice.on, source.case.place, days=days)
    return {"correction": source.opened["applicant"].get("correction", ""), "until": printed_day(until.date)}


def _extension(notice: Notice, source: Source) -> Fields:
    case = source.case
    mark = case.marked("extended")
    known = case.marks[: case.marks.index(mark) + 1] if mark else ()
    # The letter names the day as it was counted then, whatever was asked of whom since.
    told = [entry.type for entry in case.timeline]
    before = told[: told.index(DeadlineExtended.type)].count(ConsultationStarted.type)
    asked = tuple(_as_of(each, notice.on) for each in case.consultations[:before])
    then = case.model_copy(update={"marks": known, "consultations": asked, "phase": "processing"})
    clock = clock_of(then, source.rules, notice.on)
    return {
        "reason": case.extended_why,
        "approved_by": case.extended_by,
        "days": str(mark.days) if mark else "",
        "due": printed_day(clock.due.date) if clock and clock.due else "",
    }


def _as_of(each: Consultation, day: date) -> Consultation:
    """Return a consultation as it stood on a day."""
    out = each.ended_on is not None and each.ended_on > day
    return each.model_copy(update={"ended_on": None, "outcome": None}) if out else each


def _consultation(notice: Notice, source: Source) -> Fields:
    [asked] = (each for each in source.case.consultations if each.number == notice.nth)
    names = {"third_party": "third_party_days", "co_maker": "co_maker_days"}
    if asked.kind not in names:
        return {}
    days = source.rules.profiles.number(source.case.place, names[asked.kind], notice.on)
    return {"answer_days": str(days)}


def _override(notice: Notice, source: Source) -> Fields:
    [asked] = (each for each in source.case.consultations if each.number == notice.nth)
    return {"consulted": printed_day(asked.sent_on), "made": printed_day(notice.on)}


def _fee(notice: Notice, source: Source) -> Fields:
    case, rules = source.case, source.rules
    return {
        "yuan": str(case.fee_yuan),
        "payment_days": str(rules.profiles.number(case.place, "payment_days", notice.on)),
        "until": printed_day(rules.deadline("C11", notice.on, case.place).date),
    }


def _reason(_: Notice, source: Source) -> Fields:
    return {"count": str(source.case.explaining.count) if source.case.explaining else ""}


def _receipt(_: Notice, source: Source) -> Fields:
    case, rules = source.case, source.rules
    due = rules.deadline("C1", case.received_on, case.place).date if case.received_on else None
    return {
        "case": case.number or "",
        "channel": rules.vocabularies.channels[case.channel].label,
        "wanted": case.form,
        "delivery": case.delivery,
        "due": printed_day(due) if due else "",
        "follow": source.follow,
    }


_FIELDS: Mapping[str, Callable[[Notice, Source], Fields]] = {
    "decision": _decision,
    "correction": _correction,
    "extension": _extension,
    "consultation": _consultation,
    "override": _override,
    "fee": _fee,
    "reason": _reason,
    "receipt": _receipt,
}
