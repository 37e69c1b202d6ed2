"""What operators ask and order over HTTP, under ``/<service>/v1/ops``; for keys of operators only (运维接口)."""

from collections.abc import Mapping

from shared.replay.operations import Operations
from shared.web.auth import allow
from shared.web.ops.calendars import calendars
from shared.web.ops.copies import copies
from shared.web.ops.dead import dead_letters
from shared.web.ops.health import health
from shared.web.ops.keys import keys
from shared.web.ops.reading import topics
from shared.web.ops.replays import rebuilds, replays
from shared.web.routes import Router

__all__ = ["ops_router"]


def ops_router(ops: Operations, all_: Mapping[str, Operations]) -> Router:
    """Return the operators' routes of one service; ``all_`` are those of its process, for traces across services."""
    router = Router(prefix=f"/{ops.name}/v1/ops", tags=["运维"], dependencies=[allow("operator")])
    health(router, ops, all_)
    for part in (dead_letters, replays, rebuilds, keys, calendars, topics, copies):
        part(router, ops)
    return router
