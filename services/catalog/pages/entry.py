"""Filing one document by form (新增报送、补正): through the feed's door, with its checks and receipts."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.catalog.pages.filings import Agency
from services.catalog.pages.sheet import FIELDS, GROUPS, NEEDED, STATES, Sheet, choices_of, read_sheet, sheet_of
from services.catalog.pages.words import ROOT, TEMPLATES
from services.catalog.views import Views, visible
from shared.contracts.codes import CatalogCode, WebCode
from shared.contracts.problems import Refused, Unavailable
from shared.documents.filling import COLUMNS, filled, refuse_classified, text_of
from shared.documents.proposals import Proposal
from shared.documents.proposing import propose
from shared.documents.reading import decode, read_document
from shared.law.rules import Rules
from shared.security.principals import Principal
from shared.store.blobs import LIMIT
from shared.web.auth import spend
from shared.web.feed import Door
from shared.web.feed.examine import MOST_TEXT
from shared.web.pages import render
from shared.web.routes import Router

READ = frozenset((".txt", ".docx", ".pdf"))
PLAIN = "text/plain"
_FORM = 2 * 1024 * 1024


def entry_pages(views: Views, rules: Rules) -> Router:
    """Return the form, empty or with an earlier filing, and what its submission comes to."""
    made = Router(prefix=ROOT, include_in_schema=False)
    lists = {
        "genre": [genre.code for genre in rules.vocabularies.genres],
        "subject": [subject.label for subject in rules.vocabularies.subjects],
        "attribute_reason": [ground.code for ground in rules.vocabularies.grounds],
    }

    def form(request: Request, sheet: Sheet, status: int = 200) -> Response:
        known = {"columns": COLUMNS, "groups": GROUPS, "needed": NEEDED, "states": STATES, "choices": choices_of}
        page = render(request, "entry.html", {"sheet": sheet, "lists": lists, "root": ROOT, **known}, TEMPLATES)
        page.status_code = status
        return page

    @made.get("/new")
    async def new(request: Request, caller: Agency, document: str = "") -> Response:
        return form(request, await _begun(views, caller, document) if document else Sheet())

    @made.post("/new", max_body_size=LIMIT + _FORM)
    async def submit(request: Request, caller: Agency) -> Response:
        async with request.form() as given:
            try:
                sheet = read_sheet(given)
            except ValueError as error:
                raise Refused(WebCode.INVALID) from error
            upload, wish = given.get("upload"), given.get("action")
            if isinstance(upload, UploadFile) and upload.filename:
                await _attach(request, sheet, upload, proposing=_empty(sheet) or wish == "propose")
        if wish == "propose" or sheet.proposed or sheet.errors:
            return form(request, sheet, 422 if sheet.errors else 200)
        receipt = await _file(request, caller, sheet)
        if receipt is None:
            return form(request, sheet, 503 if "busy" in sheet.errors else 422)
        return RedirectResponse(f"{ROOT}/receipts/{receipt}", 303)

    return made


async def _begun(views: Views, caller: Principal, document_id: str) -> Sheet:
    found = await views.document(document_id)
    if found is None or not visible(found[0], caller):
        raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
    return sheet_of(found[0], caller.id)


def _empty(sheet: Sheet) -> bool:
    return not any(sheet.values.get(name) for name in FIELDS if name not in ("origin", "secrecy", "attribute"))


async def _attach(request: Request, sheet: Sheet, upload: UploadFile, *, proposing: bool) -> None:
    """Read an uploaded file and keep it; a document with a printed grade of secrecy is not kept."""
    name, raw = PurePath(upload.filename or "").name[:200], await upload.read()
    try:
        if PurePath(name).suffix.lower() in READ:
            raw, mediatype, proposal = await asyncio.to_thread(_read, name, raw)
            if proposing:
                sheet.take_proposal(filled(proposal), text_of(proposal))
        else:
            mediatype = mimetypes.guess_type(name)[0] or "application/ofd"
        blob = await _keep(request, raw, mediatype)
    except Refused as refused:
        sheet.blame("upload", refused.detail)
        return
    others = [each for each in sheet.kept.get("files", []) if each["blob"]["sha256"] != blob["sha256"]]
    sheet.kept["files"] = [*others, {"name": name, "blob": blob}]


def _read(name: str, raw: bytes) -> tuple[bytes, str, Proposal]:
    document = read_document(name, raw)
    proposal = propose(document.text)
    refuse_classified(proposal)
    return (decode(raw).encode() if document.mediatype == PLAIN else raw), document.mediatype, proposal


async def _keep(request: Request, raw: bytes, mediatype: str) -> dict[str, Any]:
    door: Door = request.app.state.door
    spend(request, door.deps.buckets, 1)
    sha256 = hashlib.sha256(raw).hexdigest()
    size, _ = await door.keep(sha256, mediatype, _once(raw))
    return {"sha256": sha256, "size": size, "mediatype": mediatype}


async def _once(raw: bytes) -> AsyncIterator[bytes]:
    yield raw


async def _file(request: Request, caller: Principal, sheet: Sheet) -> str | None:
    """Send the form through the door; return the receipt, None where ``sheet`` says what is wrong."""
    door: Door = request.app.state.door
    data = sheet.data()
    if sheet.errors:
        return None
    if len(raw := str(data.get("text", "")).encode()) > MOST_TEXT:
        del data["text"]
        data["text_blob"] = await _keep(request, raw, PLAIN)
    spend(request, door.deps.buckets, 1)
    try:
        taken = await door.take(caller, [sheet.wire(f"{(caller.source or '').rstrip('/')}/console", data)])
    except Unavailable:
        sheet.errors["busy"] = ["平台暂时无法写入，您填写的内容还在，请稍后再次提交；同样的内容不会重复报送。"]
        return None
    if taken.accepted:
        return taken.accepted[0]["receipt"]
    for each in taken.rejected:
        sheet.rejected(each["errors"])
    return None
