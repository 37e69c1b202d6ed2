"""Notify put together: adapters made, policies bound, HTTP in front."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import datetime
from functools import partial

from services.notify.api import Deps, router
from services.notify.domain.directory import Directory
from services.notify.domain.shelf import Shelf
from services.notify.gateway.sending import Sending, Strongbox
from services.notify.handlers import hears
from services.notify.handlers.closing import Closing
from services.notify.handlers.owed import Owing
from services.notify.handlers.settling import Telling
from services.notify.views.answers import Answers, Receipts
from services.notify.views.everybody import Everybody
from shared.clock import ZONE
from shared.contracts.problems import Unavailable
from shared.effects.egress import Egress
from shared.effects.ledger import Ledger
from shared.effects.ledger_courier import Courier
from shared.effects.mail import Mailer
from shared.security.keyfiles import load_key
from shared.security.vault import Vault
from shared.wiring import House, Platform, Service, Settings, service_app

SLOTS = 128
EACH, QUICK = 2, 8
"""Attempts in flight at one endpoint: a slow one takes no more of the courier than two, one that answers at once gets
its messages at the rate they come."""


async def build(platform: Platform) -> Service:
    """Return notify, not yet started."""
    settings, wire = platform.settings, platform.clock.wire
    house = House("notify", platform)
    everybody = Everybody(Directory(platform.rules), Shelf())
    start = {slot: end for slot, (_, end) in (await platform.log.bounds(platform.topics.of("notify"))).items()}
    await everybody.load(house.store)
    if settings.store != "sqlite":
        house.tasks.append(lambda: everybody.follow(platform.log, start))
    vault = open_vault(settings)
    egress = Egress([each for each in settings.egress_allow.replace(",", " ").split() if each])
    ledger = Ledger(house.store)

    async def hold(channel: str) -> None:
        await courier.pause(channel)

    telling = Telling(lambda: house.dispatcher, hold, wire)
    sending = Sending(
        Strongbox(everybody.directory, vault), everybody.shelf, wire, egress, mailer(platform),
        settings.public_url, telling.confirmed,
    )  # fmt: skip
    courier = Courier(
        ledger, sending.purposes(), platform.clock, random.SystemRandom().random,
        slots=SLOTS, each=EACH, quick=QUICK, settled=telling.settled, noticed=telling.noticed,
    )  # fmt: skip
    closing = Closing(ledger, wire)
    owing = Owing(everybody.directory, ledger, wire, settings.public_url)
    table = hears(everybody.directory, everybody.shelf, owing, courier.wake, closing.wake)
    dispatcher = house.listen(("feed", "catalog", "notify"), table)
    house.tasks += [partial(start_courier, courier), closing.run]
    house.closers += [courier.stop, egress.close, partial(asyncio.to_thread, vault.close)]
    answers = Answers(house.store, everybody, ledger, settings.public_url)
    deps = Deps(
        dispatcher, answers, vault, egress.guard.target, courier.pause, courier.resume,
        settings.public_url, bool(settings.smtp),
    )  # fmt: skip
    return service_app(house, "政策精准推送", [router(deps)], Receipts(house.store))


async def start_courier(courier: Courier) -> None:
    """Begin delivering as soon as the store can be read."""
    while True:
        with suppress(Unavailable):
            await courier.start()
            return
        await asyncio.sleep(1.0)


def open_vault(settings: Settings) -> Vault:
    """Open the vault of the channels' keys; its master key lies elsewhere (embedded: drawn once beside the data)."""
    kek = load_key(settings.kek_file or settings.data / "kek.key", create=settings.loopback)
    folder = settings.data / "notify"
    folder.mkdir(parents=True, exist_ok=True)
    return Vault(folder / "vault.db", kek)


def mailer(platform: Platform) -> Mailer | None:
    """Return the mail relay, None where none is configured."""
    settings = platform.settings
    if not settings.smtp:
        return None

    def now() -> datetime:
        return datetime.fromtimestamp(platform.clock.wire(), ZONE)

    return Mailer(settings.smtp, settings.mail_from, now=now)
