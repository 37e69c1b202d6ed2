"""The catalog over HTTP. No rule lives here."""

from services.catalog.api.deps import Deps
from services.catalog.api.documents import documents
from services.catalog.api.reviews import reviews
from shared.web.routes import Router


def router(deps: Deps) -> Router:
    """Return the catalog's routes."""
    made = Router(prefix="/catalog/v1", tags=["公文目录"])
    documents(made, deps)
    reviews(made, deps)
    return made


__all__ = ["Deps", "router"]
