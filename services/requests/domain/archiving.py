"""Filing a case away (办结归档): the package of its evidence, once for every time it is closed."""

from __future__ import annotations

from services.requests.domain.state import Request
from services.requests.domain.timing import Doing, noted
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import requests as say
from shared.contracts.facts.base import Blob, Fact
from shared.contracts.problems import Refused


def archive(state: Request | None, events: int, head: str, package: Blob, doing: Doing) -> list[Fact]:
    """Note the package of a closed case; again, or for a case that was opened again meanwhile, changes nothing."""
    if state is None:
        raise Refused(RequestsCode.REQUEST_UNKNOWN)
    if state.phase != "closed" or not state.archiving:
        return []
    fact = say.CaseArchived(request_id=state.request_id, events=events, head=head, package=package)
    return [noted(state, fact, doing)]
