"""Until when a decision can be challenged (救济期限): reconsideration and litigation, told of in the notice or not."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.law.workdays import Due

Deadline = Callable[[str, dt.date], Due]
"""The last day of a period by its code, started on a day."""

DIRECT = frozenset({"either", "withheld_first"})
"""Ways of remedy that leave the court open without reconsideration, for the whole decision or for a part of it."""


@dataclass(frozen=True, slots=True)
class Served:
    """What the periods run from.

    on: the day the applicant got the decision. told: whether the notice said what can be done against it. known: the
    day he learnt of that otherwise. reconsidered: the day he got the reconsideration decision, or its time was over.
    copied: the day the agency got the copy of an application for reconsideration in simplified procedure.
    """

    on: dt.date
    told: bool = True
    known: dt.date | None = None
    reconsidered: dt.date | None = None
    copied: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """One period of remedy: its clock, the day it runs from, its last day."""

    code: str
    since: dt.date
    due: Due


def remedies_open(way: str, served: Served, deadline: Deadline) -> Iterator[Open]:
    """Yield the periods that a decision with this way of remedy opens (行政复议法 Art. 20, 行政诉讼法 Art. 45, 46).

    Where nothing was told, a period runs from the day the applicant learnt of it, and ends at the latest a year after
    he got the decision. The agency's own reply has its period too (C16).
    """
    if way != "none":
        yield _challenge("C14", "C14U", served, deadline)
    if way in DIRECT:
        yield _challenge("C15", "C15U", served, deadline)
    if way != "none" and served.reconsidered is not None:
        yield Open("C15R", served.reconsidered, deadline("C15R", served.reconsidered))
    if way != "none" and served.copied is not None:
        yield Open("C16", served.copied, deadline("C16", served.copied))


def _challenge(code: str, untold: str, served: Served, deadline: Deadline) -> Open:
    if served.told:
        return Open(code, served.on, deadline(code, served.on))
    longest = Open(untold, served.on, deadline(untold, served.on))
    if served.known is None:
        return longest
    learnt = Open(code, served.known, deadline(code, served.known))
    return min(learnt, longest, key=lambda each: each.due.date)
