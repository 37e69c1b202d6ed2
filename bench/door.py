"""The feed's door as a process of its own, wired as in every service, with no judge beside it."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from shared.wiring import House, Platform, load_settings, server, service_app


async def serve() -> None:
    """Open the door until SIGTERM."""
    settings = load_settings()
    platform = await Platform.open(settings)
    house = House("door", platform)
    house.listen(("feed",), {})  # wired, but never started: judging is another question
    http = server(service_app(house, "报送入口", []).app, settings.host, settings.port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: setattr(http, "should_exit", True))
    await http.serve()
    await platform.close()


if __name__ == "__main__":
    uvloop.run(serve())
