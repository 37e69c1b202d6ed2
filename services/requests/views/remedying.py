"""Until when a decision can be challenged (救济期限), as it is shown."""

from __future__ import annotations

from typing import Any

from services.requests.domain.state import Request
from shared.law.remedying import Served, remedies_open
from shared.law.rules import Rules


def remedy_deadlines(case: Request, served: Served, rules: Rules) -> list[dict[str, Any]]:
    """Return the periods open against the newest decision of a case, each with its last day and its article."""
    if case.decision is None:
        return []
    words = rules.vocabularies
    way = words.remedies.of(words.decisions[case.decision.code], case.decision.made_on)
    return [
        {
            "code": each.code,
            "title": rules.periods[each.code].title,
            "since": each.since.isoformat(),
            "until": each.due.date.isoformat(),
            "provisional": each.due.provisional,
            "calendar": each.due.calendar_version,
            "expiry": rules.periods[each.code].expiry,
            "article": rules.periods[each.code].article,
        }
        for each in remedies_open(way.code, served, lambda code, day: rules.deadline(code, day, case.place))
    ]
