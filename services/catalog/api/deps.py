"""What the catalog's routes need, and who may call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.catalog.domain.state import Document
from services.catalog.handlers import Wish
from services.catalog.views import ReviewViews, Views, shown_receipt, visible
from shared.bus.dispatch import Dispatcher
from shared.contracts.codes import CatalogCode
from shared.contracts.problems import Refused
from shared.law.rules import Rules
from shared.security.principals import Principal, PrincipalKind
from shared.store.port import Store
from shared.web.asking import command_from, outcome
from shared.web.auth import require_body

STAFF = (PrincipalKind.OFFICER, PrincipalKind.SUPERVISOR, PrincipalKind.OPERATOR)
EDITORS = (PrincipalKind.OFFICER, PrincipalKind.AGENCY)


@dataclass(frozen=True)
class Deps:
    """What the routes need."""

    dispatcher: Dispatcher
    store: Store
    rules: Rules
    place: str

    @property
    def views(self) -> Views:
        """The questions."""
        return Views(self.store)

    @property
    def reviews(self) -> ReviewViews:
        """The questions about reviews."""
        return ReviewViews(self.store)


async def change(deps: Deps, request: Request, caller: Principal, body: Any, document_id: str, wish: Wish) -> Response:
    """Carry out a wish about a document, for whoever may act for its body. Raises ``Refused``."""
    found = await deps.views.document(document_id)
    if found is None or not visible(found[0], caller):
        raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
    require_body(caller, found[0].body or "")
    command = command_from(request, wish.aggregate, wish.target, wish.decide, body=body, versioned=True)
    result = await deps.dispatcher.execute(command)
    return outcome(result, whole(result.state))


def whole(document: Document) -> dict[str, Any]:
    """Return everything the catalog knows of a document, for those who may read it."""
    return {
        "document_id": document.document_id,
        "state": "withdrawn" if document.withdrawn is not None else "admitted" if document.view else "returned",
        "title": document.title,
        "view": document.view.model_dump(mode="json") if document.view else None,
        "defects": [d.model_dump() for d in document.defects],
        "attributes": [a.model_dump(mode="json") for a in document.attributes],
        "reviews": [r.model_dump(mode="json") for r in document.reviews],
        "sources": {origin: f.values for origin, f in document.filings.items()},
        "receipts": [shown_receipt(r, document.document_id) for r in document.receipts],
        "withdrawn": document.withdrawn,
    }
