"""What the routes need, and who may touch whose reports."""

from __future__ import annotations

from dataclasses import dataclass

from services.publish.domain.reports.state import Report
from services.publish.handlers.reports import Reporting
from services.publish.views.questions import Questions
from services.publish.views.reports.questions import Reports
from shared.bus.dispatch import Dispatcher
from shared.clock import Clock
from shared.contracts.codes import PublishCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.blobs import Blobs
from shared.web.auth import require_body

STAFF = (PrincipalKind.OFFICER, PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR)


@dataclass(frozen=True)
class ReportDesk:
    """What the routes of annual reports stand on."""

    dispatcher: Dispatcher
    clock: Clock
    blobs: Blobs
    reporting: Reporting
    reports: Reports


@dataclass(frozen=True)
class Deps:
    """What the routes need."""

    questions: Questions
    desk: ReportDesk


async def report_of(desk: ReportDesk, caller: Principal, id_: str) -> tuple[Report, int]:
    """Return a report the caller may see as it is drafted. Raises ``Refused`` REPORT_UNKNOWN or FORBIDDEN."""
    found = await desk.reports.report(id_)
    if found is None:
        raise Refused(PublishCode.REPORT_UNKNOWN)
    may_touch(caller, found[0].body)
    return found


def may_touch(caller: Principal, body: str) -> None:
    """Refuse an officer of another body, and a supervisor whose key names other bodies."""
    if caller.kind is PrincipalKind.OFFICER or (caller.kind is PrincipalKind.SUPERVISOR and caller.bodies):
        require_body(caller, body)
