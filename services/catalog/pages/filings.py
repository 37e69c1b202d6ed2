"""What an agency filed and what became of it (我的报送)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from services.catalog.domain.state import Document
from services.catalog.pages.words import ROOT, STATES, TEMPLATES, plain, told
from services.catalog.views import Views, visible
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect, Receipt
from shared.contracts.problems import Refused
from shared.documents.filling import COLUMNS
from shared.security.principals import Principal
from shared.store.port import Query
from shared.web.asking import Paged, Slice, close_cursor
from shared.web.auth import allow
from shared.web.feed import Door, Questions
from shared.web.pages import render
from shared.web.routes import Router

Agency = Annotated[Principal, allow("agency")]
Filter = Literal["", "admitted", "returned", "rejected", "withdrawn"]
FILTERS = {"": "全部公文", "admitted": "已入库", "returned": "退回", "rejected": "拒收", "withdrawn": "已撤回"}
_UNSHOWN = ("text_blob", "files", "origin", "secrecy", "audience")


def filing_pages(views: Views) -> Router:
    """Return the list, the detail and the receipt."""
    made = Router(prefix=ROOT, include_in_schema=False)

    @made.get("")
    async def filings(request: Request, caller: Agency, page: Paged, state: Filter = "") -> Response:
        values = await _listed(views, caller.id, state, page)
        return render(request, "filings.html", {**values, "state": state, "filters": FILTERS, "root": ROOT}, TEMPLATES)

    @made.get("/receipts/{receipt}")
    async def receipt(request: Request, caller: Agency, receipt: str) -> Response:
        door: Door = request.app.state.door
        verdict = await Questions(door.deps).one(receipt, [caller.id])
        answer = render(request, "receipt.html", _told_of(verdict), TEMPLATES)
        if verdict["state"] == "accepted" and not verdict.get("held"):
            answer.headers["Refresh"] = "1"  # without a script: the page asks again until it is judged
        return answer

    @made.get("/{document_id}")
    async def detail(request: Request, caller: Agency, document_id: str) -> Response:
        found = await views.document(document_id)
        if found is None or not visible(found[0], caller) or not _own(found[0], caller):
            raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
        return render(request, "filing.html", _whole(found[0], caller), TEMPLATES)

    return made


async def _listed(views: Views, agency: str, state: str, page: Slice) -> dict[str, Any]:
    query = Query(after=page.after, limit=page.limit)
    if state == "rejected":
        rejected = await views.rejections(agency, query)
        rows, following = [_row(each) for each in rejected.items], rejected.next
    else:
        found = await views.filings(agency, state or None, query)
        rows, following = [_row(each.receipts[-1], each) for each in found.items if each.receipts], found.next
    return {
        "rows": rows,
        "later": page.after is not None,
        "next": close_cursor(following) if following is not None else None,
    }


def _row(receipt: Receipt, document: Document | None = None) -> dict[str, Any]:
    state = _state(document) if document else receipt.verdict
    address = f"{ROOT}/{document.document_id}" if document else f"{ROOT}/receipts/{receipt.receipt}"
    number = document.view.number if document and document.view else None
    return {
        "title": (document.title if document else receipt.title) or "（没有标题）",
        "number": number or next((f.values.get("number") for f in _filings(document)), None) or "",
        "address": address,
        "word": STATES[state],
        "last": STATES[receipt.verdict] if receipt.verdict != state else None,
        "defects": told(receipt.defects),
        "judged": receipt.judged_at,
    }


def _filings(document: Document | None) -> list[Any]:
    return list(document.filings.values()) if document else []


def _state(document: Document) -> str:
    if document.withdrawn is not None:
        return "withdrawn"
    return "admitted" if document.view else "returned"


def _told_of(verdict: dict[str, Any]) -> dict[str, Any]:
    defects = [Defect.model_validate(each) for each in verdict.get("defects", ())]
    return {"verdict": verdict, "word": STATES[verdict["state"]], "defects": told(defects), "root": ROOT}


def _own(document: Document, caller: Principal) -> bool:
    return any(receipt.agency == caller.id for receipt in document.receipts)


def _whole(document: Document, caller: Principal) -> dict[str, Any]:
    own = [receipt for receipt in reversed(document.receipts) if receipt.agency == caller.id]
    receipts = [{"r": each, "word": STATES[each.verdict], "defects": told(each.defects)} for each in own]
    return {
        "document": document,
        "title": document.title or "（没有标题）",
        "word": STATES[_state(document)],
        "defects": told(document.defects if document.view is None else own[0].defects),
        "sources": _sources(document, caller),
        "receipts": receipts,
        "can_correct": document.withdrawn is None,
        "root": ROOT,
    }


def _sources(document: Document, caller: Principal) -> list[dict[str, Any]]:
    """Return one row per field with what each origin reports; another agency's report is not shown."""
    own = {origin: f.values for origin, f in document.filings.items() if f.agency == caller.id}
    rows = []
    for name, column in COLUMNS.items():
        cells = {origin: plain(values.get(name)) for origin, values in own.items()}
        if name not in _UNSHOWN and any(cells.values()):
            differs = len({cell for cell in cells.values() if cell}) > 1
            rows.append({"label": column.header, "oa": cells.get("oa"), "web": cells.get("web"), "differs": differs})
    return rows
