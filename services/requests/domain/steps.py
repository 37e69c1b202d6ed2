"""The life cycle of a case as data: which step is lawful in which phase, under which article, and who may take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from services.requests.domain.state import OPEN, PHASES, Phase, Request
from services.requests.domain.timing import Doing
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.clocks import FactKind

StepName = Literal[
    "confirm",
    "notify-correction",
    "correct",
    "consult",
    "end-consultation",
    "extend",
    "notify-fee",
    "pay",
    "decide",
    "serve",
    "withdraw",
    "close",
]
Guard = Callable[[Request, Doing], RequestsCode | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what a person calls it, in which phases it is lawful, its article, what else must hold, who may."""

    name: StepName
    label: str
    phases: frozenset[Phase]
    article: str
    guards: tuple[Guard, ...] = ()
    who: tuple[str, ...] = ("officer",)


def expired(state: Request, doing: Doing) -> bool:
    """Whether the applicant's own time to correct or to pay has run out."""
    return state.turn_until is not None and doing.today > state.turn_until


def overdue(state: Request, doing: Doing) -> bool:
    """Whether the answer's deadline has passed (逾期); never while outsiders are asked."""
    asked = any(c.ended_on is None for c in state.consultations)
    return not asked and state.due is not None and doing.today > state.due


def _registered(state: Request, _: Doing) -> RequestsCode | None:
    return None if state.number else RequestsCode.NOT_REGISTERED


def _nobody_asked(state: Request, _: Doing) -> RequestsCode | None:
    out = any(c.ended_on is None for c in state.consultations)
    return RequestsCode.CONSULTATION_OPEN if out else None


def _somebody_asked(state: Request, doing: Doing) -> RequestsCode | None:
    return None if _nobody_asked(state, doing) else RequestsCode.CONSULTATION_UNKNOWN


def _applicants_turn_over(state: Request, doing: Doing) -> RequestsCode | None:
    if state.turn_until is None or (state.phase == "correcting" and state.correction_late):
        return None
    return None if expired(state, doing) else RequestsCode.PERIOD_RUNNING


def _never(kind: FactKind, code: RequestsCode) -> Guard:
    return lambda state, _: code if state.marked(kind) else None


def _in_time(code: RequestsCode) -> Guard:
    return lambda state, doing: code if overdue(state, doing) else None


_PROCESSING: frozenset[Phase] = frozenset({"processing"})
STEPS: dict[StepName, Step] = {
    step.name: step
    for step in (
        Step("confirm", "确认收到申请", frozenset({"confirming"}), "条例第31条"),
        Step(
            "notify-correction",
            "告知补正",
            _PROCESSING,
            "条例第30条",
            (_never("correction_notified", RequestsCode.CORRECTION_ONCE), _nobody_asked),
        ),
        Step("correct", "收到补正", frozenset({"correcting"}), "条例第30条"),
        Step("consult", "征求意见", _PROCESSING, "条例第32条、第34条"),
        Step("end-consultation", "结束征求意见", _PROCESSING, "条例第32条至第34条", (_somebody_asked,)),
        Step(
            "extend",
            "延长答复期限",
            _PROCESSING,
            "条例第33条",
            (_never("extended", RequestsCode.EXTENSION_ONCE), _in_time(RequestsCode.EXTENSION_LATE)),
        ),
        Step(
            "notify-fee",
            "发出收费通知",
            _PROCESSING,
            "条例第42条",
            (_never("fee_notified", RequestsCode.STEP_UNLAWFUL), _in_time(RequestsCode.FEE_LATE), _nobody_asked),
        ),
        Step("pay", "收到缴费", frozenset({"paying"}), "国办函〔2020〕109号"),
        Step(
            "decide",
            "作出处理决定",
            OPEN - {"confirming"},
            "条例第33条、第36条",
            (_registered, _nobody_asked, _applicants_turn_over),
        ),
        Step("serve", "送达", frozenset({"decided"}), "条例第33条"),
        Step("withdraw", "申请人撤回", OPEN, "条例第45条"),
        Step("close", "归档", frozenset({"served", "withdrawn"}), "条例第45条"),
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
    """Yield the steps that are lawful now, in the order of the table."""
    return (step for step in STEPS.values() if refusal(step, state, doing) is None)
