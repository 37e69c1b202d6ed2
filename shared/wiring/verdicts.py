"""What a judge answers about receipts, with what its consumer knows of those that wait behind a dead letter."""

from __future__ import annotations

from shared.bus.consumer import held
from shared.store.port import Page, Store
from shared.web.feed import Verdict, Verdicts


class Judging:
    """A judge (``Verdicts``) that also knows which of its receipts are held (搁置)."""

    def __init__(self, judge: Verdicts, store: Store) -> None:
        """``store`` is the judge's own, where its consumer keeps the receipts of parked keys."""
        self._judge, self._store = judge, store

    async def of(self, receipt: str) -> Verdict | None:
        """Return the verdict; ``accepted`` and held where the event waits among the dead letters of its key."""
        verdict = await self._judge.of(receipt)
        if verdict is None and await held(self._store, receipt):
            return {"state": "accepted", "held": True}
        return verdict

    async def listed(self, agency: str, state: str | None, after: str | None, limit: int) -> Page[Verdict]:
        """Return a page of an agency's judged receipts."""
        return await self._judge.listed(agency, state, after, limit)
