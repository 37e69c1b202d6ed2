"""What notify does when it hears of something; every policy is pure, the dispatcher loads and saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.notify.domain.directory import Directory
from services.notify.domain.shelf import Shelf
from services.notify.handlers.filings import filing_policies
from services.notify.handlers.owed import Owing
from services.notify.handlers.pushes import Pushing
from shared.bus.decider import Hears
from shared.store.port import Row

Wake = Callable[[Sequence[Row]], None]


def hears(directory: Directory, shelf: Shelf, owing: Owing, wake: Wake, close: Wake) -> Hears:
    """Say which fact goes to which policy."""
    return {
        **filing_policies(directory, directory.rules),
        **Pushing(directory, shelf).policies(),
        **owing.plans(wake, close),
    }
