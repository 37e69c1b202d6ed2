"""What is watched all year: numbers without gaps, and agencies' own ledgers against what is entered (全量管理)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.requests.domain.registers import printed
from services.requests.domain.reporting.tally import Tally

_NUMBER = re.compile(r"〔(\d{4})〕第(\d+)号")


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers of a body's register of one year (登记编号): the highest, those no case has, those two cases have."""

    highest: int
    missing: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the numbers run without a gap and each stands for one case."""
        return not self.missing and not self.doubled


@dataclass(frozen=True, slots=True)
class Reconciled:
    """An agency's own ledger held against what is entered (台账核对): its own numbers, and cases.

    ``missing`` are in the ledger and not entered, ``unlisted`` the cases entered that the ledger does not have,
    ``late`` those entered too late (entered within two working days is the duty).
    """

    listed: int
    matched: int
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    late: tuple[str, ...]


def numbering(tallies: Iterable[Tally], year: int) -> Numbering:
    """Look for gaps and doubles in the numbers one body's register handed out in a year."""
    found: Counter[int] = Counter()
    for tally in tallies:
        match = _NUMBER.fullmatch(tally.number)
        if match is not None and int(match[1]) == year:
            found[int(match[2])] += 1
    highest = max(found, default=0)
    missing = tuple(printed(year, serial) for serial in range(1, highest + 1) if serial not in found)
    doubled = tuple(printed(year, serial) for serial, times in sorted(found.items()) if times > 1)
    return Numbering(highest, missing, doubled)


def reconcile(tallies: Iterable[Tally], ledger: Sequence[str], first: date, last: date) -> Reconciled:
    """Hold the numbers in a body's own ledger of offline applications made on these days against what is entered."""
    start, end = first.isoformat(), last.isoformat()
    offline = [tally for tally in tallies if tally.subject and start <= tally.submitted_on <= end]
    listed = dict.fromkeys(ledger)
    entered = {tally.subject: tally for tally in offline}
    return Reconciled(
        listed=len(listed),
        matched=sum(each in entered for each in listed),
        missing=tuple(each for each in listed if each not in entered),
        unlisted=tuple(tally.request_id for tally in offline if tally.subject not in listed),
        late=tuple(tally.request_id for tally in offline if tally.entered_late),
    )
