"""Lawful wishes for every step of a case, and how a wish is spoiled: one wrong date, number, code, part or text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.unit.requests.conftest import RULES
from tests.unit.requests.oracle import CORRECTION, OPINION, Known, workdays_after

Wish = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
DISCLOSING = {"A1", "A2", "B"}
ALWAYS = ("A1", "A2", "B", "C1", "D1", "D2", "E1", "F3")
LAPSED = {"correcting": "F1", "paying": "F2"}
DATES = {"consult": "sent_on", "end-consultation": "ended_on", "extend": "told_on"}
"""The name of a step's date where it is not ``on``."""
DATELESS = frozenset(
    (
        "decide",
        "draft",
        "approve",
        "return-draft",
        "withdraw-draft",
        "judge-reason",
        "transfer",
        "sever",
        "split",
        "close",
    )
) | {"tag-case", "close-rectification"}
ODD = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ("", " ", "\x00", "\x1b[31m", "\ud800", "\u202e倒\u202c", "\ufeff", "𠮷" * 3000, "a" * 6000, "\u2028", "é" * 201)
)


def code_of(case: Known, draw: Draw) -> str:
    """A code whose own condition holds."""
    if case.phase in LAPSED and not (case.phase == "correcting" and case.late_notice):
        return LAPSED[case.phase]
    more = [
        *(["D3"] if case.corrected else []),
        *(["E4"] if case.reason == "unreasonable" else []),
        *(["C4"] if any(each.kind == "third_party" for each in case.asked) else []),
    ]
    return str(draw(st.sampled_from((*ALWAYS, *more))))


def overridden(case: Known, wish: Wish) -> set[int]:
    """The third parties against whose will a decision discloses something."""
    if wish["code"] not in ("A2", "B") or "X15" in wish.get("grounds", ()):
        return set()
    return {n for n, a in enumerate(case.asked, 1) if (a.kind, a.outcome) == ("third_party", "refused")}


def ruling(case: Known, today: date, draw: Draw) -> Wish:
    """A complete decision."""
    code = code_of(case, draw)
    kind = RULES.vocabularies.decisions[code]
    wish: Wish = {"code": code, "article": "条例第36条", "despite": "已逐项核实，仍应如此决定"}
    wish["parts"] = dict.fromkeys(kind.parts, "已依法写明。")
    if code == "B":
        wish["grounds"] = [draw(st.sampled_from(("X14a", "X15")))]
    if code in DISCLOSING:
        wish["record"] = {"number": f"沪电发〔2026〕{draw(st.integers(1, 3))}号"}
    if overridden(case, wish):
        wish["parts"]["public_interest"] = "公共利益更为重要。"
    return wish


def earliest(name: str, case: Known) -> date:
    """The first day a step can have happened on."""
    filed = [remedy.filed for remedy in case.remedies]
    decided = case.decisions[-1][1] if case.decisions else None
    out = [case.asked[n - 1].sent for n in case.out]
    known: Mapping[str, date | None] = {
        "notify-correction": case.begun,
        "notify-fee": case.begun,
        "correct": case.notice,
        "pay": case.fee,
        "end-consultation": out[0] if out else None,
        "give-reason": case.reason_on,
        "tell-third-party": decided,
        "send": decided,
        "serve": decided,
        "sign": case.sent,
        "return-mail": case.sent,
        "file-remedy": case.due if case.phase in ("processing", "correcting") else decided,
        "conclude-remedy": next((r.filed for r in case.remedies if not r.result), None),
        "report-remedy": filed[_reportable(case) - 1] if _reportable(case) else None,
        "confirm": case.submitted,
        "note-contact": case.submitted,
    }
    return known.get(name) or case.received or case.submitted


def _reportable(case: Known) -> int:
    reportable = (n for n, r in enumerate(case.remedies, 1) if r.reports < (2 if r.result else 1))
    return next(reportable, 0)


def _consult(case: Known, today: date, draw: Draw) -> Wish:
    kind = draw(st.sampled_from(("third_party", "co_maker", "other_agency")))
    return {"kind": kind, "party": "甲公司"} | ({"arrived_on": str(today)} if draw(st.booleans()) else {})


def _end(case: Known, today: date, draw: Draw) -> Wish:
    number = case.out[0] if case.out else 1
    outcomes = ["agreed", "refused", "dropped"]
    until = case.asked[number - 1].until if case.out else None
    if case.out and ((until and today > until) or case.asked[number - 1].kind == "other_agency"):
        outcomes = ["silent"]
    return {"consultation": number, "outcome": draw(st.sampled_from(outcomes))}


def _judge(case: Known, today: date, draw: Draw) -> Wish:
    wish: Wish = {"reasonable": draw(st.booleans()), "why": "件数多，说明与核实的情况一致"}
    if wish["reasonable"] and case.due and not case.overdue(today) and draw(st.booleans()):
        wish["until"] = str(max(case.due, today) + timedelta(days=draw(st.integers(1, 90))))
    return wish


def _remedy(case: Known, today: date, draw: Draw) -> Wish:
    kinds = st.sampled_from(("reconsideration", "reconsideration", "suit", "suit_after"))
    return {"kind": draw(kinds), "organ": "上海市人民政府", "co_defendant": draw(st.booleans())}


def _conclude(case: Known, today: date, draw: Draw) -> Wish:
    number = next((n for n, r in enumerate(case.remedies, 1) if not r.result), 1)
    wish: Wish = {"remedy": number, "result": draw(st.sampled_from(("upheld", "corrected", "corrected", "other")))}
    return wish | {"anew": draw(st.booleans())}


def _rectify(case: Known, today: date, draw: Draw) -> Wish:
    number = next((n for n, r in enumerate(case.remedies, 1) if r.rectifying), 1)
    return {"remedy": number, "measures": "修订答复口径", "evidence": "培训签到表"}


Made = Callable[[Known, date, Draw], Wish]


def _plain(**wish: Any) -> Made:
    return lambda *_: dict(wish)


WISHES: Mapping[str, Made] = {
    "confirm": _plain(),
    "accept": _plain(identity_seen=True),
    "transfer": lambda c, t, d: {"to": "ja-office" if c.body != "ja-office" else "sh-power", "reason": "不属于职权"},
    "split": _plain(parts=[{"description": "2025年度预算与决算"}, {"description": "有序用电方案编制依据"}]),
    "notify-correction": lambda c, t, d: {"text": "请写明年度"} | d(st.sampled_from(({}, {"days": 5}))),
    "correct": _plain(description="2025年度的有序用电方案"),
    "inquire-attribute": lambda c, t, d: {"unit": "综合处", "document_id": f"doc-{c.documents + 1}"},
    "consult": _consult,
    "end-consultation": _end,
    "ask-reason": _plain(count=42),
    "give-reason": _plain(text="研究需要"),
    "judge-reason": _judge,
    "extend": lambda c, t, d: {"days": d(st.integers(1, 20)), "approved_by": "负责人", "reason": "检索档案"},
    "notify-fee": _plain(yuan=100),
    "pay": _plain(),
    "sever": _plain(segments=[{"name": "正文"}, {"name": "附件", "grounds": ["X15"]}]),
    "note-contact": _plain(means="phone", summary="电话说明情况"),
    "draft": ruling,
    "approve": _plain(despite="已逐项核实，仍应如此决定"),
    "return-draft": _plain(reason="理由不充分"),
    "withdraw-draft": _plain(reason="有新情况"),
    "decide": ruling,
    "tell-third-party": lambda c, t, d: {"consultation": min(c.untold, default=1)},
    "send": _plain(way="邮寄", carrier="ems", tracking="EA123456789CN", address="示例路1号"),
    "sign": _plain(),
    "return-mail": _plain(reason="迁移新址不明"),
    "serve": _plain(way="当面"),
    "withdraw": _plain(),
    "close": _plain(),
    "file-remedy": _remedy,
    "conclude-remedy": _conclude,
    "report-remedy": lambda c, t, d: {"remedy": _reportable(c) or 1, "to": "市政府办公厅"},
    "close-rectification": _rectify,
    "tag-case": _plain(tag="typical", note="值得研究"),
}
NUMBERED = {"end-consultation", "tell-third-party", "conclude-remedy", "report-remedy", "close-rectification"}
FLAWS = ("future", "early", "unknown field", "missing", "number", "code", "odd")


def spoiled(name: str, wish: Wish, flaw: str, case: Known, today: date, draw: Draw) -> Wish | None:
    """The wish with one flaw, where it has a place for it; ``odd`` may still be right, every other one is wrong."""
    field = DATES.get(name, "on")
    dated = name not in DATELESS and wish.get("outcome") != "silent"
    required = [
        key for key in ("text", "party", "reason", "why", "code", "to", "parts", "means", "yuan") if key in wish
    ]
    changes: Mapping[str, Wish | None] = {
        "future": {field: str(today + timedelta(days=draw(st.sampled_from((1, 400, 200_000)))))} if dated else None,
        "early": {field: str(earliest(name, case) - timedelta(days=1))} if dated else None,
        "unknown field": {draw(st.sampled_from(("note2", "by", "at", "request_id"))): "x"},
        "missing": {draw(st.sampled_from(required)): None} if required and name != "withdraw" else None,
        "number": {("consultation" if "consultation" in wish else "remedy"): draw(st.sampled_from((0, 999, -1, "x")))}
        if name in NUMBERED
        else None,
        "code": {"code": draw(st.sampled_from(("", "Z9", "a2", 7)))} if "code" in wish else None,
        "odd": {draw(st.sampled_from(required)): draw(ODD)} if required else None,
    }
    change = changes[flaw]
    return None if change is None else wish | change


def limit_of(name: str, wish: Wish, today: date) -> date | None:
    """Until when the applicant, or those who are asked, have time."""
    on = date.fromisoformat(wish.get("on") or str(today))
    if name == "notify-correction":
        return workdays_after(on, wish.get("days") or CORRECTION)
    arrived = wish.get("arrived_on")
    if wish.get("kind") in ("third_party", "co_maker") and arrived:
        return workdays_after(date.fromisoformat(arrived), OPINION)
    return None
