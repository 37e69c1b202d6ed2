"""The catalog put together: adapters made, policies bound, HTTP in front."""

from __future__ import annotations

from functools import partial

from services.catalog.api import Deps, router
from services.catalog.handlers import FigurePolicies, Policies, hears
from services.catalog.pages import pages
from services.catalog.sweeps import Counting, ReviewSweep, Sweeps
from services.catalog.views import Views, library, reviews
from shared.law.rules import Rules
from shared.wiring import House, Platform, Service, service_app
from shared.wiring.streams import show_rates


def numbered_genres(rules: Rules) -> frozenset[str]:
    """Return the genres (文种) whose documents must carry a number, with their other names."""
    return frozenset(name for g in rules.vocabularies.genres if g.numbered for name in (g.code, *g.also))


async def build(platform: Platform) -> Service:
    """Return the catalog, not yet started."""
    house = House("catalog", platform)
    sweeps = Sweeps(house.store, house.blobs)
    policies = Policies(numbered_genres(platform.rules))
    figures = FigurePolicies(platform.rules.table_one)
    dispatcher = house.listen(("feed", "catalog", "requests", "publish"), hears(policies, figures, sweeps.wake))
    house.project(partial(library, house.store))
    house.project(partial(reviews, house.store))
    counting = Counting(platform.rules, platform.settings.place, lambda: house.consumer.settled)
    house.tasks.append(partial(sweeps.run, policies, dispatcher, counting))
    review = ReviewSweep(
        house.store, dispatcher, platform.clock, platform.law, platform.settings.place, house.relay.room
    )
    house.tasks.append(review.run)
    views = Views(house.store)
    deps = Deps(dispatcher, house.store, platform.rules, platform.settings.place)
    routers = [router(deps), *pages(views, platform.rules, dispatcher)]
    service = service_app(house, "公文目录", routers, views)
    show_rates(house)
    return service
