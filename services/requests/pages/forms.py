"""Forms: what a step asks for, how a form becomes a wish, and how a refusal comes back to the page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.requests.domain.steps import StepName
from services.requests.handlers import Wanted
from services.requests.views import showing
from shared.contracts.codes import WebCode
from shared.contracts.problems import Fault, Refused
from shared.security.principals import Principal
from shared.web.messages import pointer_of, text_of
from shared.web.templating import render

TEMPLATES = Path(__file__).parent / "templates"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's form."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    most: int = 200
    options: tuple[tuple[str, str], ...] = ()


_ON = Field("on", "日期", "date", help="不填即为今天")
FIELDS: Mapping[StepName, tuple[Field, ...]] = {
    "confirm": (Field("on", "双方确认之日", "date", help="不填即为今天"),),
    "notify-correction": (
        _ON,
        Field("days", "补正期限（工作日）", "number", help="不填按默认期限"),
        Field("text", "一次性告知的全部补正事项", "area", required=True, most=5000),
    ),
    "correct": (_ON, Field("description", "补正后的内容描述（有变化时填写）", "area", most=2000)),
    "consult": (
        Field("kind", "征求对象", required=True, options=tuple(showing.KINDS.items())),
        Field("party", "名称或者姓名", required=True),
        Field("sent_on", "发出日期", "date", help="不填即为今天"),
        Field("arrived_on", "对方收到日期", "date", help="对方的答复期限自收到之日起算"),
    ),
    "end-consultation": (
        Field("consultation", "第几次征求意见", "number", required=True),
        Field("outcome", "结果", required=True, options=tuple(showing.OUTCOMES.items())),
        Field("ended_on", "答复日期", "date", help="不填即为今天"),
        Field("arrived_on", "对方收到日期（此前未填时）", "date"),
    ),
    "extend": (
        Field("days", "延长工作日数", "number", help="不填按法定上限"),
        Field("approved_by", "批准的机构负责人", required=True),
        Field("reason", "延长的理由", required=True),
    ),
    "notify-fee": (
        Field("on", "申请人收到通知之日", "date", help="不填即为今天"),
        Field("yuan", "金额（元）", "number", required=True),
    ),
    "pay": (Field("on", "缴清之日", "date", help="不填即为今天"),),
    "serve": (
        Field("on", "送达日期", "date", help="邮寄的，填交邮之日；不填即为今天"),
        Field("way", "方式", required=True, options=tuple((way, way) for way in ("当面", "邮寄", "电子送达"))),
    ),
    "withdraw": (_ON,),
    "close": (),
}
NUMBERS = frozenset({"days", "consultation", "yuan"})


def wish_of(model: type[M], values: Mapping[str, Any]) -> M:
    """Return the wish a form states; empty fields are not given. Raises ``Refused`` INVALID with a fault per field."""
    given = {name: value for name, value in values.items() if value not in ("", None, {}, ())}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        faults = tuple(Fault(WebCode.INVALID.name, pointer_of(e["loc"]), text_of(e)) for e in errors)
        raise Refused(WebCode.INVALID, faults=faults) from None


def step_wish(name: StepName, model: type[M], form: FormData) -> M:
    """Return the wish of a step's form."""
    values: dict[str, Any] = {}
    for field in FIELDS[name]:
        text = str(form.get(field.name, "")).strip()
        values[field.name] = int(text) if field.name in NUMBERS and text.isascii() and text.isdigit() else text
    return wish_of(model, values)


def names_of(name: StepName) -> dict[str, str]:
    """Return the label of every pointer of a step's form."""
    return {f"/{field.name}": field.label for field in FIELDS.get(name, ())}


def wanted(caller: Principal, form: FormData) -> Wanted:
    """Return who wants it: the form's own token makes a second click the same wish; its version what was seen."""
    once, version = str(form.get("once", "")), str(form.get("version", ""))
    if not 8 <= len(once) <= 64 or not (version.isascii() and version.isdigit()):
        raise Refused(WebCode.INVALID, "表单不完整，请刷新后重新提交")
    return Wanted(caller.id, f"form:{caller.kind}/{caller.id}:{once}", int(version))


def page(request: Request, template: str, values: Mapping[str, Any], refused: Refused | None = None) -> HTMLResponse:
    """Render a page, with a refusal on top where there was one."""
    known: dict[str, Any] = {"refused": refused, "names": {}, "once": secrets.token_urlsafe(16)}
    made = render(request, template, {**known, **values}, TEMPLATES)
    if refused is not None:
        made.status_code = refused.code.status
    return made
