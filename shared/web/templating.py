"""The one Jinja2 environment: autoescaping, filters for dates, and a page rendered for whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.clock import ZONE
from shared.security.principals import PrincipalKind
from shared.security.sessions import Session

HERE = Path(__file__).parent
STATIC = "/console/static"
KINDS = {
    PrincipalKind.AGENCY: "报送单位",
    PrincipalKind.OFFICER: "工作人员",
    PrincipalKind.SUPERVISOR: "主管部门",
    PrincipalKind.OPERATOR: "运维人员",
    PrincipalKind.ENTERPRISE: "企业",
    PrincipalKind.PARTNER: "协作方",
}


def moment(value: datetime | str | None) -> str:
    """Print a time in Asia/Shanghai with its offset (北京时间)."""
    if value is None or value == "":
        return "—"
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S +08:00")


def day(value: date | str | None) -> str:
    """Print a date the Chinese way: 2026年3月2日."""
    if value is None or value == "":
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return f"{value.year}年{value.month}月{value.day}日"


@lru_cache
def asset(name: str) -> str:
    """Return the address of a static file; its content is part of it, so it may be cached for ever."""
    mark = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC}/{mark}/{name}"


@lru_cache
def environment(*folders: Path) -> Environment:
    """Return the environment that looks into ``folders`` first and then into the shared templates."""
    loaders = [FileSystemLoader(folder) for folder in (*folders, HERE / "templates")]
    made = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(moment=moment, day=day)
    made.globals.update(asset=asset, kinds=KINDS)
    return made


def csrf_field(session: Session | None) -> Markup:
    """Return the hidden field every form of a session carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(session.csrf if session else "")


def render(request: Request, template: str, values: Mapping[str, Any], *folders: Path) -> HTMLResponse:
    """Render a page with what every page knows: the session (for its CSRF field), the caller, the address."""
    state = request.scope.get("state", {})
    known = {"session": state.get("session"), "principal": state.get("principal"), "path": request.url.path}
    known["request_id"] = state.get("request_id", "")
    known["csrf_field"] = partial(csrf_field, known["session"])
    html = environment(*folders).get_template(template).render({**known, **values})
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def wants_page(request: Request) -> bool:
    """Return whether the caller is a browser that shows a page; an API client never puts HTML first."""
    return request.headers.get("accept", "").startswith("text/html")
