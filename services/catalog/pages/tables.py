"""Filing many documents by spreadsheet (表格报送): the template, the upload, what is wrong row by row."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.pages.filings import Agency
from services.catalog.pages.words import ROOT, TEMPLATES, field_of, label_of
from shared.contracts.codes import FeedCode
from shared.contracts.problems import Refused
from shared.documents.events import event_of
from shared.documents.faults import FileCode
from shared.documents.tables import Row, Table, read_table, write_template
from shared.security.principals import Principal
from shared.store.blobs import LIMIT
from shared.web.auth import spend
from shared.web.feed import Door
from shared.web.feed.bodies import MOST_EVENTS
from shared.web.pages import render
from shared.web.routes import Router

KIND = "documents"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_pages() -> Router:
    """Return the template and the upload."""
    made = Router(prefix=ROOT, include_in_schema=False)

    @made.get("/template.xlsx")
    async def template(_: Agency) -> Response:
        content = await asyncio.to_thread(write_template, KIND)
        named = f"attachment; filename=template.xlsx; filename*=UTF-8''{quote('公文报送模板.xlsx')}"
        return Response(content, headers={"Content-Disposition": named}, media_type=XLSX)

    @made.get("/table")
    async def empty(request: Request, _: Agency) -> Response:
        return _page(request, {})

    @made.post("/table", max_body_size=LIMIT)
    async def upload(request: Request, caller: Agency) -> Response:
        async with request.form() as given:
            file = given.get("upload")
            if not isinstance(file, UploadFile) or not file.filename:
                return _page(request, {"fault": "请选择一个 XLSX 或 CSV 文件"}, 422)
            name, raw = file.filename, await file.read()
        try:
            table = await asyncio.to_thread(read_table, name, raw, KIND)
            return _page(request, await _sent(request, caller, table))
        except Refused as refused:
            return _page(request, {"fault": refused.detail}, refused.code.status)

    return made


def _page(request: Request, values: dict[str, Any], status: int = 200) -> Response:
    known: dict[str, Any] = {"fault": "", "rows": None, "errors": [], "root": ROOT, "most": MOST_EVENTS}
    page = render(request, "table.html", {**known, **values}, TEMPLATES)
    page.status_code = status
    return page


async def _sent(request: Request, caller: Principal, table: Table) -> dict[str, Any]:
    """Send the rows that can be read through the door in one call; tell the others by line and column."""
    errors = [{"line": e.line, "column": e.column, "code": e.code, "detail": e.detail} for e in table.errors]
    if len(table.rows) > MOST_EVENTS:
        raise Refused(FeedCode.TOO_MANY_EVENTS, f"网页一次最多报送 {MOST_EVENTS} 行，请拆分，或用 gongkai feed 报送")
    if not table.rows:
        if not errors:
            raise Refused(FileCode.FILE_EMPTY, "表中没有填写任何公文")
        return {"rows": [], "errors": errors}
    door: Door = request.app.state.door
    spend(request, door.deps.buckets, len(table.rows))
    source = f"{(caller.source or '').rstrip('/')}/console"
    taken = await door.take(caller, [event_of(row, source) for row in table.rows])
    refused = {each["index"]: each["errors"] for each in taken.rejected}
    errors += [_told(table.rows[index], error) for index, faults in refused.items() for error in faults]
    passed = [row for index, row in enumerate(table.rows) if index not in refused]
    rows = [
        {"line": row.line, "title": row.data.get("title") or row.identity, "receipt": said["receipt"]}
        for row, said in zip(passed, taken.accepted, strict=True)
    ]
    return {"rows": rows, "errors": sorted(errors, key=lambda each: int(str(each["line"])))}


def _told(row: Row, error: dict[str, str]) -> dict[str, Any]:
    column = label_of(error["pointer"]) or field_of(error["pointer"])
    return {"line": row.line, "column": column, "code": error["code"], "detail": error["detail"]}
