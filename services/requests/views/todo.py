"""The list of an officer's day (每日待办): what is left to do, by the working days that are left to do it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.requests.domain.registers import printed
from services.requests.domain.state import Phase, Request
from services.requests.store import REQUEST
from services.requests.views.asking import Scope
from shared.store.port import Page, Query, Store

GROUPS: Mapping[str, str] = {
    "overdue": "逾期",
    "today": "今天到期",
    "three": "剩 1 至 3 个工作日",
    "five": "剩 4 至 5 个工作日",
    "later": "剩 5 个工作日以上",
    "waiting": "等待申请人、第三方或者确认，不计算答复期限",
    "serving": "已作出决定，待送达",
}
UNSERVED: tuple[Phase, ...] = ("decided", "sent")
_NUMBER = re.compile(r"(?:〔?(20\d\d)〕?\D{0,3})?0*(\d{1,7})\D{0,4}")


class Todo:
    """Questions to the store behind the list."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def at(self, scope: Scope, phase: Phase, part: Query) -> Page[Request]:
        """Return a page of cases in one phase, those with the least time first."""
        query = replace(scope.asked(phase=phase), order="due", after=part.after, limit=part.limit)
        page = await self._store.select(REQUEST.kind, query)
        return Page([REQUEST.parse(stored.state) for stored in page.items], page.next)

    async def unserved(self, scope: Scope) -> list[Request]:
        """Return cases whose decision has not reached the applicant, mail that came back first."""
        found = [case for phase in UNSERVED for case in (await self.at(scope, phase, Query(limit=200))).items]
        return sorted(found, key=lambda case: (case.again_by is None, case.again_by, case.number or ""))

    async def numbered(self, bodies: Iterable[str], given: str, year: int) -> Request | None:
        """Return the case a number names (〔2026〕第3号, 2026-3, or 3 of this year) in one of the bodies."""
        match = _NUMBER.fullmatch(given.strip())
        if match is None:
            return None
        number = printed(int(match[1] or year), int(match[2]))
        keys = [f"number:{body}|{number}" for body in bodies]
        ids = list((await self._store.find(REQUEST.kind, keys)).values())
        found = (await self._store.load(REQUEST.kind, ids[:1])).get(ids[0]) if ids else None
        return REQUEST.parse(found.state) if found else None


def grouped(cards: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, list[Mapping[str, Any]]]]:
    """Return cards under the groups of the list, in their order, with nothing for a group that is empty."""
    found: dict[str, list[Mapping[str, Any]]] = {name: [] for name in GROUPS}
    for card in cards:
        found[_group(card["phase"], card["days_left"])].append(card)
    return [(name, GROUPS[name], items) for name, items in found.items() if items]


def _group(phase: str, left: int | None) -> str:
    if phase in UNSERVED:
        return "serving"
    if left is None:
        return "waiting"
    if left < 0:
        return "overdue"
    return "today" if left == 0 else "three" if left <= 3 else "five" if left <= 5 else "later"
