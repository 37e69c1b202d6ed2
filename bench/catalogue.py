"""The catalog as a process of its own: its consumer, store and relay, with neither HTTP nor projections beside it."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from services.catalog.handlers import FigurePolicies, Policies, hears
from shared.wiring import House, Platform, load_settings


async def serve() -> None:
    """Handle documents until SIGTERM."""
    settings = load_settings()
    platform = await Platform.open(settings)
    house = House("catalog", platform)
    figures = FigurePolicies(platform.rules.table_one)
    house.listen(("feed", "catalog", "requests"), hears(Policies(frozenset()), figures, lambda _: None))
    await house.start()
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await over.wait()
    await house.stop()
    await platform.close()


if __name__ == "__main__":
    uvloop.run(serve())
