"""The description of all services in one file, for processes that hold only one of them (``gongkai openapi``)."""

from __future__ import annotations

import importlib
import json
import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from gongkai.launcher import SERVICES
from shared.bus.kafka import KafkaLog
from shared.bus.memory import MemoryLog
from shared.clock import Clock
from shared.contracts.topics import Topics
from shared.law.book import Lawbook
from shared.law.rules import load_rules
from shared.security.keys import KeyRing
from shared.security.receipts import Receipts
from shared.security.sessions import Sessions
from shared.web.auth import Access
from shared.web.descriptions import OPENAPI, merged
from shared.wiring import Platform, load_settings
from shared.wiring.commons import specs


async def describe() -> dict[str, Any]:
    """Return the merged OpenAPI of the four services: built over a log in memory and never started."""
    with TemporaryDirectory(prefix="gongkai-describe-") as folder:
        settings = load_settings(data=Path(folder), kafka="nowhere:0", store="sqlite")
        ring, clock, log = KeyRing(), Clock(None), MemoryLog()
        await log.ensure(specs(settings))
        access = Access(ring, Sessions(ring), clock)
        platform = Platform(
            settings, clock, Topics(settings.topic_prefix), cast(KafkaLog, log), Lawbook(load_rules()), ring, access,
            Receipts(secrets.token_bytes(32)),
        )  # fmt: skip
        services = [await importlib.import_module(f"services.{name}.app").build(platform) for name in SERVICES]
        try:
            return merged([service.app.openapi() for service in services])
        finally:
            for service in services:
                await service.house.stop()


async def write() -> Path:
    """Write the description to where the services look for it; return where that is."""
    OPENAPI.write_text(json.dumps(await describe(), ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return OPENAPI
