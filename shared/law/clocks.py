"""The answer clock of an application (答复期限), a pure fold over what happened to the case.

政府信息公开条例 Art. 30 (correction), Art. 33 (answer, extension, time not counted), 国办函〔2020〕109号 (fees). The
order in which the facts are given does not matter, only their dates do.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.law.lines import COUNTED, Course, Line, Pause, walk
from shared.law.profiles import Profiles
from shared.law.workdays import Calendars, Due, legal_date

FactKind = Literal[
    "received",
    "correction_notified",
    "corrected",
    "consulted",
    "extended",
    "delayed",
    "fee_notified",
    "paid",
    "reopened",
]
Mode = Literal["running", "consulting", "correcting", "paying"]

STARTS: dict[FactKind, tuple[str, str]] = {
    "received": ("条例第31条、第33条", "收到申请之日"),
    "corrected": ("条例第30条", "收到补正之日"),
    "paid": ("国办函〔2020〕109号", "完成缴费之日"),
    "reopened": ("行政复议法第64条；行政诉讼法第70条", "责令重新答复之日"),
}
"""What a full period runs from: its article and what the receipt calls it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to the case, by legal date.

    received: the received date of 条例 Art. 31 (exactly one). correction_notified: the correction notice was given.
    corrected: the corrected application arrived. consulted: third parties or *other* agencies were asked on `on` and
    had answered, or their time had run out, on `until` (None: still out); asking one's own sections is no such fact.
    extended: the extension by `days` working days was approved and told. fee_notified: the applicant received the fee
    notice. paid: the payment was complete. delayed: an accepted reason for excessive applications put the answer off to
    `until` (条例第35条), which was told. reopened: a remedy annulled the decision, and a new one is owed by `until`.
    A day fixed in either way is kept as it is: nothing pauses or extends it. Whether an extension or a fee notice came
    in time is for whoever records it to decide: the fold takes both as they are.
    `label` is what the receipt says of it.
    """

    on: dt.date
    kind: FactKind
    until: dt.date | None = None
    days: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the answer clock stands.

    `due` is None while the applicant has to correct or to pay: no answer is owed until the clock starts anew. While a
    consultation is out it is the day that would result if the consultation ended on the day asked about.
    """

    mode: Mode
    started: dt.date
    extended: bool
    due: Due | None
    days: tuple[Line, ...]
    calendars: Calendars = field(repr=False, compare=False)

    @property
    def provisional(self) -> bool:
        """Whether the deadline rests on a calendar that is not published yet."""
        return self.due is not None and self.due.provisional

    def days_left(self, now: dt.datetime) -> int | None:
        """Counted days after today up to the deadline; negative: working days overdue; None: nothing is owed now."""
        if self.due is None:
            return None
        today = legal_date(now)
        if today > self.due.date:
            return self.calendars.workdays_between(today, self.due.date)
        return sum(line.kind in COUNTED and line.date > today for line in self.days)


def answer_clock(facts: Iterable[Fact], place: str, profiles: Profiles, calendars: Calendars, as_of: dt.date) -> Clock:
    """Fold the facts of one case into its clock as of a date in Shanghai.

    Raises ValueError unless exactly one fact is `received`, NoSuchRule when the profiles know no answer period for it.
    """
    known = sorted(facts, key=_key)
    start = _start(known, place, profiles, calendars)
    normal = profiles.number(place, "answer_days", start.on)
    extension, granted = _extension(known, start.on, place, profiles)
    stop, mode = _stopped(known, start, place, profiles, calendars)
    fixed, fixing = _fixed(known, start)
    course = Course(normal, normal + extension, _pauses(known, as_of), granted, stop, fixed, fixing)
    article, called = STARTS[start.kind]
    lines = walk(Line(start.on, "start", None, article, called), course, calendars)
    if mode == "running" and any(f.kind == "consulted" and f.until is None for f in known):
        mode = "consulting"
    due = calendars.due(start.on, lines[-1].date) if stop is None else None
    return Clock(mode, start.on, extension > 0, due, lines, calendars)


def _key(fact: Fact) -> tuple[dt.date, str, dt.date, int, str]:
    return (fact.on, fact.kind, fact.until or dt.date.max, fact.days, fact.label)


def _timely_notice(known: Sequence[Fact], place: str, profiles: Profiles, calendars: Calendars) -> Fact | None:
    """The correction notice, if it was given in time: a late one must not cost the applicant (条例 Art. 30)."""
    notice = next((f for f in known if f.kind == "correction_notified"), None)
    if notice is None:
        return None
    received = _received(known)
    limit = calendars.add_workdays(received.on, profiles.number(place, "correction_notice_days", received.on))
    return notice if notice.on <= limit.date else None


def _since(known: Sequence[Fact], kind: FactKind, day: dt.date) -> list[Fact]:
    """The facts of a kind from a day on, earliest first."""
    return [f for f in known if f.kind == kind and f.on >= day]


def _received(known: Sequence[Fact]) -> Fact:
    received = [f for f in known if f.kind == "received"]
    if len(received) != 1:
        raise ValueError("a case is received exactly once")
    return received[0]


def _start(known: Sequence[Fact], place: str, profiles: Profiles, calendars: Calendars) -> Fact:
    """The fact from which a full period runs: reception, or the latest correction or payment (C5, C12)."""
    notice = _timely_notice(known, place, profiles, calendars)
    corrected = _since(known, "corrected", notice.on) if notice else []
    paid, reopened = _since(known, "paid", dt.date.min), _since(known, "reopened", dt.date.min)
    return max([*reopened, _received(known), *corrected, *paid], key=lambda f: f.on)


def _fixed(known: Sequence[Fact], start: Fact) -> tuple[dt.date | None, str]:
    """The day the answer was put off to (C9), or by which a remedy ordered a new one, and what it is called."""
    delayed = [f for f in _since(known, "delayed", start.on) if f.until]
    last = max(delayed, key=lambda f: f.until or f.on) if delayed else start
    return (last.until, last.label) if last.kind in ("delayed", "reopened") else (None, "")


def _extension(known: Sequence[Fact], start: dt.date, place: str, profiles: Profiles) -> tuple[int, str]:
    """Working days added by the one extension this period may have (C2), and what it is called."""
    granted = _since(known, "extended", start)
    if not granted:
        return 0, ""
    return min(granted[0].days, profiles.number(place, "extension_days", start)), granted[0].label


def _stopped(
    known: Sequence[Fact], start: Fact, place: str, profiles: Profiles, calendars: Calendars
) -> tuple[dt.date | None, Mode]:
    """Since when, and why, it is the applicant's turn."""
    asked = _timely_notice(known, place, profiles, calendars)
    if asked and asked.on >= start.on and not _since(known, "corrected", asked.on):
        return asked.on, "correcting"
    billed = _since(known, "fee_notified", start.on)
    if billed and not _since(known, "paid", billed[0].on):
        return billed[0].on, "paying"
    return None, "running"


def _pauses(known: Sequence[Fact], as_of: dt.date) -> tuple[Pause, ...]:
    """What does not count; a consultation still out lasts until the day asked about (C8)."""
    return tuple(Pause(f.on, f.until or as_of, f.label) for f in known if f.kind == "consulted")
