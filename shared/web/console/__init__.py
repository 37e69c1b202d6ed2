"""The operators' pages of the console (运维控制台): what ``/ops`` answers, for people."""

from collections.abc import Mapping

from shared.replay.operations import Operations
from shared.web.auth import allow
from shared.web.routes import Router

__all__ = ["operators_router"]


def operators_router(ops: Operations, all_: Mapping[str, Operations]) -> Router:
    """Return the operators' pages of one service."""
    return Router(include_in_schema=False, dependencies=[allow("operator")])
