"""Forms: what a step asks for, how a form becomes a wish, and how a refusal comes back to the page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.requests.domain.steps import StepName
from services.requests.handlers import Wanted
from services.requests.pages.fields import FIELDS, Field
from services.requests.pages.supporting import segment_of
from shared.contracts.codes import WebCode
from shared.contracts.problems import Fault, Refused
from shared.security.principals import Principal
from shared.web.messages import pointer_of, text_of
from shared.web.templating import render

TEMPLATES = Path(__file__).parent / "templates"
STALE = "表单不完整或者页面已过期，请重新提交"
M = TypeVar("M", bound=BaseModel)


def wish_of(model: type[M], values: Mapping[str, Any]) -> M:
    """Return the wish a form states; empty fields are not given. Raises ``Refused`` INVALID with a fault per field."""
    given = {name: value for name, value in values.items() if value not in ("", None, {}, ())}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        faults = tuple(Fault(WebCode.INVALID.name, pointer_of(e["loc"]), _text(e)) for e in errors)
        raise Refused(WebCode.INVALID, faults=faults) from None


def _text(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a field; on a form nothing is missing, it is not filled in."""
    return "没有填写" if error["type"] == "missing" else text_of(error)


def step_wish(name: StepName, model: type[M], form: FormData) -> M:
    """Return the wish of a step's form."""
    values: dict[str, Any] = {}
    for field in FIELDS[name]:
        values[field.name] = _value(field, str(form.get(field.name, "")).strip())
    return wish_of(model, values)


def _value(field: Field, text: str) -> Any:
    if field.kind == "number" and text.isascii() and text.isdigit():
        return int(text)
    if field.kind == "parts":
        return tuple({"description": line.strip()} for line in text.splitlines() if line.strip())
    if field.kind == "segments":
        return tuple(segment_of(line) for line in text.splitlines() if line.strip())
    return text


def names_of(name: StepName) -> dict[str, str]:
    """Return the label of every pointer of a step's form."""
    return {f"/{field.name}": field.label for field in FIELDS.get(name, ())}


def wanted(caller: Principal, form: FormData) -> Wanted:
    """Return who wants it: the form's own token makes a second click the same wish; its version what was seen."""
    once, version = once_of(form), str(form.get("version", ""))
    if not (version.isascii() and version.isdigit()):
        raise Refused(WebCode.INVALID, STALE)
    return Wanted(caller.id, f"form:{caller.kind}/{caller.id}:{once}", int(version))


def once_of(form: FormData) -> str:
    """Return a form's own token. Raises ``Refused`` INVALID where it has none."""
    once = str(form.get("once", ""))
    if not 16 <= len(once) <= 64:
        raise Refused(WebCode.INVALID, STALE)
    return once


def page(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    refused: Refused | None = None,
    names: Mapping[str, str] | None = None,
    place: Callable[[str], str] = lambda pointer: pointer.removeprefix("/"),
) -> HTMLResponse:
    """Render a page, with a refusal on top where there was one, and each fault beside its field.

    ``names`` are the labels of the fields by pointer, ``place`` gives the id under which a field stands on the page.
    """
    told = [_told(fault, names or {}, place) for fault in refused.faults] if refused else []
    wrong = {each["pointer"]: each["detail"] for each in reversed(told)}
    known: dict[str, Any] = {"refused": refused, "told": told, "wrong": wrong, "once": secrets.token_urlsafe(16)}
    made = render(request, template, {**known, **values}, TEMPLATES)
    if refused is not None:
        made.status_code = refused.code.status
    return made


def _told(fault: Fault, names: Mapping[str, str], place: Callable[[str], str]) -> dict[str, str]:
    """Return a fault under the nearest field that the page has."""
    pointer = fault.pointer
    while pointer and pointer not in names:
        pointer = pointer.rpartition("/")[0]
    label = names.get(pointer, "")
    return {"pointer": pointer, "label": label, "detail": fault.detail, "id": place(pointer) if label else ""}
