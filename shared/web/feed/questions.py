"""Questions about receipts, passed on to the judges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.contracts.codes import FeedCode, WebCode
from shared.contracts.problems import Refused
from shared.web.asking import Slice, close_cursor
from shared.web.feed.deps import FeedDeps


class Questions:
    """Asks the judge a receipt names; for lists, one judge after the other."""

    def __init__(self, deps: FeedDeps) -> None:
        self._receipts = deps.receipts
        self._verdicts = deps.verdicts
        self._judges = sorted(deps.verdicts)

    async def one(self, receipt: str, agencies: Iterable[str]) -> dict[str, Any]:
        """Return the state of a receipt. Raises ``Refused`` RECEIPT_UNKNOWN for one that is not theirs or not ours."""
        known = self._receipts.check(receipt, agencies)
        if known is None:
            raise Refused(FeedCode.RECEIPT_UNKNOWN)
        judge = self._verdicts.get(known.judge)
        verdict = await judge.of(receipt) if judge is not None else None
        # A right code proves that the event was taken in, whether or not its judge has come to it.
        return {"receipt": receipt, "judge": known.judge, **(verdict or {"state": "accepted", "held": False})}

    async def many(self, agency: str, state: str | None, part: Slice) -> dict[str, Any]:
        """Return a page of an agency's receipts; the cursor names the judge to go on with."""
        name, _, after = (part.after or f"{self._judges[0] if self._judges else ''}|").partition("|")
        if part.after is not None and name not in self._verdicts:
            raise Refused(WebCode.INVALID, "游标无效，请从第一页重新读取", pointer="#query/after")
        items: list[Any] = []
        for judge in [each for each in self._judges if each >= name]:
            found = await self._verdicts[judge].listed(agency, state, after or None, part.limit - len(items))
            items += [{"judge": judge, **item} for item in found.items]
            if found.next is not None:
                return {"items": items, "next": close_cursor(f"{judge}|{found.next}")}
            after = ""
            if len(items) >= part.limit and judge != self._judges[-1]:
                following = self._judges[self._judges.index(judge) + 1]
                return {"items": items, "next": close_cursor(f"{following}|")}
        return {"items": items, "next": None}
