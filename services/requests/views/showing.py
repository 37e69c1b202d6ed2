"""How cases, clocks, reviews and reports are shown: plain values with Chinese labels, for API and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.requests.domain.parts import Consultation, Decision
from services.requests.domain.review import STATUSES, Review
from services.requests.domain.stages import stages
from services.requests.domain.state import PHASES, Request
from services.requests.domain.steps import lawful
from services.requests.domain.timing import Doing, clock_of, days_left
from shared.contracts.facts.requests import DeadlineRecomputed
from shared.law.clocks import Clock
from shared.law.rules import Rules
from shared.law.workdays import legal_date

EVENTS: Mapping[str, str] = {
    "requests.request-received": "收到申请",
    "requests.receipt-confirmed": "双方确认收到",
    "requests.request-registered": "登记编号",
    "requests.correction-notified": "告知补正",
    "requests.corrected": "收到补正",
    "requests.consultation-started": "征求意见",
    "requests.consultation-ended": "结束征求意见",
    "requests.deadline-extended": "延长答复期限",
    "requests.fee-notified": "发出收费通知",
    "requests.fee-paid": "收到缴费",
    "requests.deadline-recomputed": "按新日历重算期限",
    "requests.deadline-neared": "期限临近提醒",
    "requests.deadline-passed": "期限届满",
    "requests.application-accepted": "受理审查通过",
    "requests.reason-asked": "要求说明理由",
    "requests.reason-given": "收到理由",
    "requests.reason-judged": "认定理由",
    "requests.attribute-inquired": "询问拟稿单位",
    "requests.attribute-noted": "拟稿单位已答复公开属性",
    "requests.contact-noted": "与申请人沟通",
    "requests.information-severed": "区分处理",
    "requests.case-tagged": "列入案例",
    "requests.transferred": "转送",
    "requests.case-split": "拆分",
    "requests.case-continued": "转为另一件",
    "requests.decision-drafted": "提出办理意见",
    "requests.draft-approved": "批准办理意见",
    "requests.draft-returned": "退回办理意见",
    "requests.draft-withdrawn": "撤回办理意见",
    "requests.decision-made": "作出处理决定",
    "requests.third-party-told": "告知第三方",
    "requests.notice-sent": "发出告知书",
    "requests.notice-returned": "邮件退回",
    "requests.served": "送达",
    "requests.remedy-filed": "登记复议、诉讼",
    "requests.remedy-concluded": "登记复议、诉讼结果",
    "requests.remedy-reported": "报备复议、诉讼",
    "requests.case-reopened": "须重新作出决定",
    "requests.rectification-opened": "以案促改",
    "requests.rectification-closed": "完成整改",
    "requests.withdrawn": "申请人撤回",
    "requests.closed": "归档",
    "requests.case-archived": "生成归档包",
    "requests.applicant-erased": "删除申请人信息",
}
LINES = {
    "start": "起算日，不计入",
    "counted": "计入",
    "makeup": "调休上班，计入",
    "extended": "延长期内，计入",
    "fixed": "另行确定的期限内，计入",
    "paused": "征求意见期间，不计入",
    "weekend": "周末，不计入",
    "holiday": "节假日，不计入",
}
MODES = {"running": "计算中", "consulting": "征求意见，暂不计算", "correcting": "待补正", "paying": "待缴费"}
KINDS = {"third_party": "第三方", "co_maker": "共同制作机关", "other_agency": "其他机关"}
OUTCOMES = {"agreed": "同意公开", "refused": "不同意公开", "silent": "逾期未提出意见", "dropped": "不再征求"}
MEANS = {"phone": "电话", "mail": "信函", "on_site": "当面", "online": "网上"}
TAGS = {"typical": "典型", "difficult": "疑难", "novel": "新型"}
CARRIERS = {"ems": "邮政特快专递（EMS）", "registered": "挂号信"}
REMEDIES = {"reconsideration": "行政复议", "suit": "未经复议直接起诉", "suit_after": "复议后起诉"}
RESULTS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}
REVIEW_BODY, COURT = "有管辖权的行政复议机关", "有管辖权的人民法院"


def card(case: Request, rules: Rules, now: datetime) -> dict[str, Any]:
    """Return a case as lists show it: nobody is named."""
    return {
        "request_id": case.request_id,
        "number": case.number,
        "body": case.body,
        "channel": rules.vocabularies.channels[case.channel].label,
        "category": rules.vocabularies.applicants[case.category].label,
        "phase": case.phase,
        "phase_label": PHASES[case.phase],
        "received_on": case.received_on.isoformat() if case.received_on else None,
        "due": case.due.isoformat() if case.due else None,
        "provisional": case.provisional,
        "days_left": days_left(case, rules, now),
        "overdue": case.overdue,
        "code": case.decision.code if case.decision else None,
    }


def detail(
    case: Request, rules: Rules, now: datetime, by: str = "", scopes: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return everything about a case but the people in it, with the steps that are lawful now for who asks."""
    doing = Doing(now, by, rules)
    shown = card(case, rules, now)
    shown |= case.model_dump(mode="json", include=_PLAIN)
    shown["steps"] = [
        {"name": s.name, "label": s.label, "article": s.article} for s in lawful(case, doing) if s.open_to(scopes)
    ]
    shown["timeline"] = _timeline(case)
    passing = stages(case, rules, doing.today)
    shown["stage"] = next((stage.label for stage in passing if stage.current), None)
    shown["stages"] = [{"label": s.label, "at": s.at.isoformat() if s.at else None} for s in passing]
    shown["consultations"] = [_consultation(c) for c in case.consultations]
    shown["decision"] = _decision(case.decision, rules) if case.decision else None
    shown["decisions"] = [_decision(made, rules) for made in case.decisions]
    shown["draft"] = _draft(case, rules)
    return shown | _gathered(case)


_PLAIN = {
    *("information", "document_id", "number_key", "form", "delivery", "entered_late", "subject", "fee_yuan"),
    *("submitted_on", "entered_at", "entry_due", "turn_until", "served_on", "served_late", "withdrawn_on", "erased"),
    *("accepted_on", "again_by", "origin", "continued", "transferred_to", "inquiries"),
}


def _gathered(case: Request) -> dict[str, Any]:
    """Return what a case gathered besides its clock, without the words that are sealed."""
    return {
        "explaining": case.explaining.model_dump(mode="json", exclude={"text", "why"}) if case.explaining else None,
        "contacts": [
            {**c.model_dump(mode="json", exclude={"summary"}), "means_label": MEANS[c.means]} for c in case.contacts
        ],
        "tags": [{"tag": t.tag, "label": TAGS[t.tag], "by": t.by} for t in case.tags],
        "deliveries": [d.model_dump(mode="json", exclude={"address", "reason"}) for d in case.deliveries],
        "remedies": [
            {
                **r.model_dump(mode="json", exclude={"text", "measures", "evidence"}),
                "kind_label": REMEDIES[r.kind],
                "result_label": RESULTS[r.result] if r.result else None,
            }
            for r in case.remedies
        ],
    }


def _draft(case: Request, rules: Rules) -> dict[str, Any] | None:
    if case.draft is None:
        return None
    plain = case.draft.model_dump(mode="json", exclude={"parts", "form_reason"})
    return {**plain, "label": rules.vocabularies.decisions[case.draft.code].label}


def _timeline(case: Request) -> list[dict[str, Any]]:
    """Return what happened, line by line; a deadline counted anew tells both days."""
    recounts = (each.model_dump(mode="json") for each in case.recounts)
    return [
        {
            "type": e.type,
            "label": EVENTS.get(e.type, e.type),
            "at": e.at.isoformat() if e.at else None,
            "by": e.by,
            "recomputed": next(recounts) if e.type == DeadlineRecomputed.type else None,
        }
        for e in case.timeline
    ]


def _consultation(each: Consultation) -> dict[str, Any]:
    shown = each.model_dump(mode="json", exclude={"party"})
    outcome = OUTCOMES[each.outcome] if each.outcome else None
    return {**shown, "kind_label": KINDS[each.kind], "outcome_label": outcome}


def _decision(made: Decision, rules: Rules) -> dict[str, Any]:
    """Return a decision with what its notice must tell: label, grounds, remedy by code and date."""
    words = rules.vocabularies
    decision = words.decisions[made.code]
    way = words.remedies.of(decision, made.made_on)
    return {
        **made.model_dump(mode="json", exclude={"parts", "form_reason", "despite"}),
        "label": decision.label,
        "group": decision.group,
        "row": decision.row,
        "ground_labels": [words.grounds[ground].label for ground in made.grounds],
        "required": {part: words.notices.label[part] for part in words.notices.required(decision)},
        "remedy": way.text.format(reconsideration_body=REVIEW_BODY, court=COURT),
        "remedy_article": way.article,
    }


def clock_receipt(case: Request, rules: Rules, now: datetime) -> dict[str, Any]:
    """Return where the clock of a case stands, with a line for every day it looked at (期限回执)."""
    ended = case.decision.made_on if case.decision and not case.open else case.withdrawn_on
    clock = clock_of(case, rules, ended or legal_date(now))
    head = {"request_id": case.request_id, "number": case.number, "days_left": days_left(case, rules, now)}
    if clock is None:
        return {**head, "mode": "confirming", "mode_label": PHASES["confirming"], "due": None, "lines": []}
    return {**head, **_clock(clock), "turn_until": case.turn_until.isoformat() if case.turn_until else None}


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "mode": clock.mode,
        "mode_label": MODES[clock.mode],
        "started": clock.started.isoformat(),
        "extended": clock.extended,
        "due": clock.due.date.isoformat() if clock.due else None,
        "provisional": clock.provisional,
        "calendar": clock.due.calendar_version if clock.due else None,
        "lines": [
            {
                "date": line.date.isoformat(),
                "kind": line.kind,
                "label": LINES[line.kind],
                "number": line.number,
                "article": line.article,
                "note": line.note,
            }
            for line in clock.days
        ],
    }


def review(state: Review) -> dict[str, Any]:
    """Return a conversion review."""
    return {
        **state.model_dump(mode="json", exclude={"suggestions"}),
        "status_label": STATUSES[state.status],
        "suggested_by": [each.request_id for each in state.suggestions],
        "history": [{**each.model_dump(mode="json"), "status_label": STATUSES[each.status]} for each in state.history],
    }
