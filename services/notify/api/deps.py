"""What the routes need, and who calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from services.notify.handlers.wishes import Wish
from services.notify.views.answers import Answers
from shared.bus.decider import Command, Outcome
from shared.bus.dispatch import Dispatcher
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.notify import OwnerKind
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.security.vault import Vault
from shared.web.asking import cause_of, digest_of, shown

RECIPIENTS = (PrincipalKind.ENTERPRISE, PrincipalKind.PARTNER)
STAFF = (PrincipalKind.OFFICER, PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR)
Held = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Deps:
    """``guard`` refuses addresses the door outwards would not contact; ``pause``/``resume`` tell the courier."""

    dispatcher: Dispatcher
    answers: Answers
    vault: Vault
    guard: Callable[[str], object]
    pause: Held
    resume: Held
    public_url: str
    mail: bool

    async def order(self, request: Request, wish: Wish, body: object = None) -> Outcome:
        """Carry out a wish under the request's Idempotency-Key."""
        cause, digest = cause_of(request), digest_of(request, body)
        return await self.dispatcher.execute(Command(wish.aggregate, wish.target, wish.decide, cause, digest))

    def owner(self, caller: Principal) -> tuple[OwnerKind, str]:
        """Return whom a recipient's key speaks for. Raises ``Refused`` where nobody has reported them."""
        if caller.kind is PrincipalKind.PARTNER:
            if caller.id not in self.answers.directory.partners:
                raise Refused(NotifyCode.PARTNER_UNKNOWN)
        elif caller.id not in self.answers.directory.numbers:
            raise Refused(NotifyCode.ENTERPRISE_UNKNOWN)
        return cast(OwnerKind, caller.kind.value), caller.id


def done(value: object, status: int = 200) -> Response:
    """Return a plain answer."""
    return shown(value, status=status)
