"""Work that follows from the date: deadlines that are near or have passed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date

from services.requests.domain.casework import remind, reminder_days
from services.requests.domain.registers import NATIONAL, PLACES
from services.requests.domain.state import Request
from services.requests.domain.timing import Doing
from services.requests.handlers.continuing import SYSTEM
from services.requests.store import REQUEST
from services.requests.views import Views
from shared.bus.decider import Command, Context, Target
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.facts.base import Fact
from shared.contracts.problems import Refused, Unavailable
from shared.law.book import Lawbook

EVERY_SECONDS = 60.0


class Deadlines:
    """Reminds of deadlines by looking at the state: nothing is lost when no process ran on the day itself."""

    def __init__(self, views: Views, dispatcher: Dispatcher, clock: Clock, law: Lawbook) -> None:
        self._views, self._dispatcher = views, dispatcher
        self._clock, self._law = clock, law

    async def run(self) -> None:
        """Sweep at the start and once a minute."""
        while True:
            with suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> int:
        """Look at every open case whose deadline is near; return in how many something was said."""
        doing = Doing(self._clock.business(), SYSTEM, self._law.rules)
        days = [day for place in (NATIONAL, *PLACES.values()) for day in reminder_days(place, doing)]
        horizon = doing.rules.calendars.add_workdays(doing.today, max(days)).date
        said = 0
        async for case in self._views.approaching(horizon.isoformat()):
            if remind(case, doing):
                said += await self._remind(case, doing.today)
        return said

    async def _remind(self, case: Request, today: date) -> bool:
        def decide(state: Request | None, context: Context) -> list[Fact]:
            return remind(state, Doing(context.now, SYSTEM, self._law.rules))

        cause = f"sweep:deadline:{case.request_id}:{case.due}:{today}"
        with suppress(Refused):
            outcome = await self._dispatcher.execute(Command(REQUEST, Target(case.request_id), decide, cause))
            return bool(outcome.events)
        return False
