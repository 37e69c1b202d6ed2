"""The life cycle of a case as data: which step is lawful in which phase, under which article, and who may take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.requests.domain import guards as when
from services.requests.domain.guards import Guard
from services.requests.domain.state import OPEN, PHASES, Phase, Request
from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused

StepName = Literal[
    "confirm",
    "accept",
    "transfer",
    "split",
    "notify-correction",
    "correct",
    "inquire-attribute",
    "consult",
    "end-consultation",
    "ask-reason",
    "give-reason",
    "judge-reason",
    "extend",
    "notify-fee",
    "pay",
    "sever",
    "note-contact",
    "draft",
    "approve",
    "return-draft",
    "withdraw-draft",
    "decide",
    "tell-third-party",
    "send",
    "sign",
    "return-mail",
    "serve",
    "withdraw",
    "close",
    "file-remedy",
    "conclude-remedy",
    "report-remedy",
    "close-rectification",
    "tag-case",
]
HANDLE, APPROVE = "requests.handle", "requests.approve"
SCOPES: Mapping[str, str] = {HANDLE: "办理", APPROVE: "审批"}
"""Scopes of officers' keys that restrict: a key with none of them may take every step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what a person calls it, in which phases it is lawful, its article, what else must hold, who may."""

    name: StepName
    label: str
    phases: frozenset[Phase]
    article: str
    guards: tuple[Guard, ...] = ()
    who: tuple[str, ...] = ("officer",)
    scope: str = HANDLE

    def open_to(self, scopes: frozenset[str]) -> bool:
        """Return whether a key with these scopes may take the step."""
        restricting = scopes & SCOPES.keys()
        return not restricting or self.scope in restricting


_PROCESSING: frozenset[Phase] = frozenset({"processing"})
_DECIDABLE: frozenset[Phase] = OPEN - {"confirming"}
_ANSWERED: frozenset[Phase] = frozenset({"decided", "sent", "served"})
_DISPUTED: frozenset[Phase] = frozenset({"processing", "correcting", "decided", "sent", "served", "closed"})
_ANY: frozenset[Phase] = frozenset(PHASES) - {"transferred", "split"}
_DECIDING = (when.registered, when.nobody_asked, when.applicants_turn_over)
_ONCE = RequestsCode.CORRECTION_ONCE
STEPS: dict[StepName, Step] = {
    step.name: step
    for step in (
        Step("confirm", "确认收到申请", frozenset({"confirming"}), "条例第31条"),
        Step("accept", "受理审查", _PROCESSING, "条例第29条", (when.not_accepted, when.no_draft)),
        Step("transfer", "转送", frozenset({"confirming", "processing"}), "条例第36条", (when.from_zone,)),
        Step("split", "拆分", _PROCESSING, "一事一申请", (when.splittable, when.registered)),
        Step(
            "notify-correction",
            "告知补正",
            _PROCESSING,
            "条例第30条",
            (when.never("correction_notified", _ONCE), when.nobody_asked, when.no_draft),
        ),
        Step("correct", "收到补正", frozenset({"correcting"}), "条例第30条"),
        Step("inquire-attribute", "询问拟稿单位", _PROCESSING, "条例第17条", (when.no_draft,)),
        Step("consult", "征求意见", _PROCESSING, "条例第32条、第34条", (when.no_draft,)),
        Step("end-consultation", "结束征求意见", _PROCESSING, "条例第32条至第34条", (when.somebody_asked,)),
        Step("ask-reason", "要求说明理由", _PROCESSING, "条例第35条", (when.never_asked_why, when.no_draft)),
        Step("give-reason", "收到理由", _PROCESSING, "条例第35条", (when.asked_why,)),
        Step("judge-reason", "认定理由", _PROCESSING, "条例第35条", (when.asked_why, when.no_draft)),
        Step(
            "extend",
            "延长答复期限",
            _PROCESSING,
            "条例第33条",
            (
                when.never("extended", RequestsCode.EXTENSION_ONCE),
                when.never("delayed", RequestsCode.DEADLINE_FIXED),
                when.never("reopened", RequestsCode.DEADLINE_FIXED),
                when.in_time(RequestsCode.EXTENSION_LATE),
            ),
        ),
        Step(
            "notify-fee",
            "发出收费通知",
            _PROCESSING,
            "条例第42条",
            (
                when.never("fee_notified", RequestsCode.STEP_UNLAWFUL),
                when.in_time(RequestsCode.FEE_LATE),
                when.nobody_asked,
                when.no_draft,
            ),
        ),
        Step("pay", "收到缴费", frozenset({"paying"}), "国办函〔2020〕109号"),
        Step("note-contact", "记录与申请人沟通", _ANY - {"closed"}, "条例第43条"),
        Step("sever", "区分处理", _DECIDABLE, "条例第37条", (when.no_draft,)),
        Step("draft", "提出办理意见", _DECIDABLE, "条例第45条", (when.decided_by_approval, when.no_draft, *_DECIDING)),
        Step("approve", "批准办理意见", _DECIDABLE, "条例第45条", (when.others_draft, *_DECIDING), scope=APPROVE),
        Step("return-draft", "退回办理意见", _DECIDABLE, "条例第45条", (when.others_draft,), scope=APPROVE),
        Step("withdraw-draft", "撤回办理意见", _DECIDABLE, "条例第45条", (when.a_draft,)),
        Step(
            "decide",
            "作出处理决定",
            _DECIDABLE,
            "条例第33条、第36条",
            (when.decided_directly, when.no_draft, *_DECIDING),
        ),
        Step("tell-third-party", "告知第三方", _ANSWERED, "条例第32条", (when.third_parties_untold,)),
        Step("send", "发出告知书", frozenset({"decided"}), "国办公开办函〔2015〕207号"),
        Step("sign", "签收、到达", frozenset({"sent"}), "条例第33条"),
        Step("return-mail", "邮件退回", frozenset({"sent"}), "国办公开办函〔2015〕207号"),
        Step("serve", "送达", frozenset({"decided"}), "条例第33条"),
        Step("withdraw", "申请人撤回", OPEN, "条例第45条", (when.undecided,)),
        Step("close", "归档", frozenset({"served", "withdrawn"}), "条例第45条", (when.third_parties_told,)),
        Step("file-remedy", "登记复议、诉讼", _DISPUTED, "条例第51条", (when.answer_or_overdue,)),
        Step("conclude-remedy", "登记复议、诉讼结果", _ANY, "条例第51条", (when.remedy_pending,)),
        Step("report-remedy", "报备复议、诉讼", _ANY, "条例第51条", (when.remedy_unreported,)),
        Step("close-rectification", "完成整改", _ANY, "条例第53条", (when.rectifying,)),
        Step("tag-case", "列入案例", _ANY, "条例第47条"),
    )
}


def refusal(step: Step, state: Request, doing: Doing) -> Refused | None:
    """Return why a step is not lawful now, naming the rule; None where it is."""
    if state.phase == "confirming" and step.name in ("decide", "extend", "consult", "notify-correction"):
        return Refused(RequestsCode.NOT_RECEIVED)
    if state.phase not in step.phases:
        detail = f"案件处于“{PHASES[state.phase]}”状态，不能“{step.label}”（{step.article}）"
        return Refused(RequestsCode.STEP_UNLAWFUL, detail)
    codes = (guard(state, doing) for guard in step.guards)
    code = next((code for code in codes if code is not None), None)
    return Refused(code) if code is not None else None


def taking(name: StepName, state: Request | None, doing: Doing) -> Request:
    """Return the case for a step that is lawful now. Raises ``Refused``."""
    if state is None:
        raise Refused(RequestsCode.REQUEST_UNKNOWN)
    why = refusal(STEPS[name], state, doing)
    if why is not None:
        raise why
    return state


def lawful(state: Request, doing: Doing) -> Iterator[Step]:
    """Yield the steps that are lawful now, in the order of the table; none once nobody knows any more who asked."""
    found = STEPS.values() if not state.erased else ()
    return (step for step in found if refusal(step, state, doing) is None)
