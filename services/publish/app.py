"""Publishing put together: adapters made, policies bound, the portal and HTTP in front."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

from services.publish.api import Deps, ReportDesk, router
from services.publish.domain.item import Desk
from services.publish.domain.reports.steps import Bureau
from services.publish.gateway.copies import HUB, MIRROR, Copies, Current, Outside, Planned, SecondSite
from services.publish.handlers import hears
from services.publish.handlers.reports import Reporting
from services.publish.pages.portal import PortalFirst, PortalSite
from services.publish.pages.reporting import report_pages
from services.publish.store import ITEM, load_columns, load_form
from services.publish.sweeps import ValiditySweep
from services.publish.views.portal.projection import Portal
from services.publish.views.portal.render import Pages, Site
from services.publish.views.questions import Questions
from services.publish.views.reports.questions import Reports
from services.publish.views.search.projection import Search
from shared.bus.decider import Heard, Plan
from shared.effects.egress import Egress
from shared.effects.ledger import Effect, Ledger
from shared.effects.ledger_courier import Courier, Purpose
from shared.store.port import Row, Store
from shared.wiring import House, Platform, Service, service_app


async def build(platform: Platform) -> Service:
    """Return publishing, not yet started."""
    house, settings = House("publish", platform), platform.settings
    columns, form = load_columns(), load_form()
    desk = Desk(platform.rules, columns, settings.place)
    base = settings.public_url.rstrip("/")
    outside = Outside(SecondSite.parse(settings.mirrors), settings.hub, base)
    plans = _leave(house, platform, outside)
    dispatcher = house.listen(("feed", "catalog", "requests", "publish"), hears(desk, form, plans))
    pages = Pages(Site(base=base, hub=settings.hub), columns)
    files, index = settings.data / "portal", settings.data / "publish" / "search"
    portal = house.project(lambda colour: Portal(house.store, house.blobs, pages, files, colour))
    search = house.project(lambda colour: Search(house.store, house.blobs, index, colour))
    questions = Questions(house.store, portal, search)
    house.tasks.append(ValiditySweep(house.store, dispatcher, platform.clock, desk).run)
    bureau = Bureau(form, platform.rules, settings.place)
    reports = Reports(house.store, platform.rules, form, settings.place)
    deps = Deps(questions, ReportDesk(dispatcher, platform.clock, house.blobs, Reporting(bureau), reports))
    service = service_app(house, "发布", [report_pages(deps.desk), router(deps)], questions)
    site = PortalSite(files, lambda: portal.shown, questions, pages)
    service.app.add_middleware(PortalFirst, site=site)
    return service


def _leave(house: House, platform: Platform, outside: Outside) -> tuple[Plan, ...]:
    """Plan what has to leave the house, and keep a courier for it; nothing where nobody outside has to hear."""
    if not (outside.sites or outside.hub):
        return ()
    clock, allowed = platform.clock, [part.strip() for part in platform.settings.egress_allow.split(",")]
    egress = Egress([part for part in allowed if part])
    ledger = Ledger(house.store)
    copies = Copies(outside, partial(current_item, house.store), house.blobs, clock.wire)
    # One at a time per endpoint: a second site then sees the news of an item in its order.
    purposes = {MIRROR: Purpose(egress, copies.to_mirror), HUB: Purpose(egress, copies.to_hub)}
    courier = Courier(ledger, purposes, clock, random.SystemRandom().random, each=1)
    house.tasks.append(courier.start)
    house.closers += [courier.stop, egress.close]

    def rows(heard: Heard) -> Sequence[Row]:
        return ledger.rows(map(_effect, outside.effects(heard.envelope, heard.fact)), clock.wire())

    return (Plan("when_item_changes_tell_the_world", rows, courier.wake),)


def _effect(planned: Planned) -> Effect:
    return Effect(
        planned.item,
        planned.edition,
        planned.endpoint,
        planned.endpoint,
        planned.purpose,
        payload=planned.payload,
        index={"item": planned.item},
    )


async def current_item(store: Store, id: str) -> Current | None:
    """Return an item as it is now, None where there never was one."""
    found = (await store.load(ITEM.kind, [id])).get(id)
    if found is None:
        return None
    state = ITEM.parse(found.state)
    return Current(found.sequence, state.shown, state.tombstone)
