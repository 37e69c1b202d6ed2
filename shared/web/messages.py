"""What pydantic finds wrong, said in Chinese, with a JSON pointer and never with the value itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.contracts.problems import Fault

_TEXTS = {
    "missing": "缺少必填字段",
    "extra_forbidden": "不认识的字段",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不符合要求",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "整数过大",
    "int_from_float": "应为整数，不能带小数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "list_type": "应为数组",
    "tuple_type": "应为数组",
    "set_type": "应为数组",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "union_tag_invalid": "类别只能是 {expected_tags}",
    "union_tag_not_found": "缺少类别",
    "none_required": "应为空",
    "recursion_loop": "不能引用自身",
    "json_invalid": "不是合法的 JSON",
}
_DATE = "应为合法的日期，写作 2026-03-02"
_TIME = "应为合法的时间，写作 2026-03-02T09:00:00+08:00"
_TEXTS |= dict.fromkeys(
    ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DATE
)
_TEXTS |= dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"), _TIME)
_OTHER = "不符合要求"


def text_of(error: Mapping[str, Any]) -> str:
    """Return the Chinese text of one pydantic error; a validator of ours speaks Chinese itself."""
    kind = error["type"]
    context = error.get("ctx") or {}
    if kind == "value_error":
        return str(context.get("error") or _OTHER)
    text = _TEXTS.get(kind, _OTHER)
    try:
        return text.format_map(context).replace(" or ", " 或 ")
    except KeyError:
        return _OTHER


def pointer_of(place: Iterable[str | int], root: str = "") -> str:
    """Return the JSON pointer (RFC 6901) of a place, cut to a length nobody can flood a log or a page with."""
    steps = (str(step).replace("~", "~0").replace("/", "~1")[:80] for step in place)
    return (root + "".join(f"/{step}" for step in steps))[:400]


def faults_of(errors: Sequence[Mapping[str, Any]], code: str) -> tuple[Fault, ...]:
    """Return FastAPI's validation errors as faults: a body's place as its pointer, others as ``#query/limit``."""
    found = []
    for error in errors[:100]:
        where, *rest = error["loc"] or ("body",)
        root = "" if where == "body" else f"#{where}"
        # In a malformed body the "place" is a character's number, which is no pointer.
        place: Sequence[str | int] = () if error["type"] == "json_invalid" else rest
        found.append(Fault(code, pointer_of(place, root), text_of(error)))
    return tuple(found)
