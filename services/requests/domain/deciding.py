"""The decision (处理决定): its legal code, what its notice must say, and what it proposes to make public."""

from __future__ import annotations

from dataclasses import replace

from services.requests.domain.conversion import CONVERSION_BASIS
from services.requests.domain.demand import review_id_of
from services.requests.domain.flags import NOTHING, THIRD_PARTY, Known, weighed
from services.requests.domain.guards import expired
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request
from services.requests.domain.steps import taking
from services.requests.domain.timing import Doing, said
from shared.contracts.codes import RequestsCode
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import ConversionProposed, DecisionMade, Record
from shared.contracts.problems import Fault, Refused
from shared.contracts.sealed import Sealed
from shared.law.docnumbers import number_key
from shared.law.vocabularies import Decision

ALREADY_PUBLIC = "A1"
"""The one disclosure that hands nothing over: it says where the public information is (条例 Art. 36(1))."""
PARTIAL = "B"
OTHER = "F"
"""First letter of the endings that give no reasons: the applicant let a time run out, or left."""


def decide(
    state: Request | None, ruling: Ruling, doing: Doing, known: Known = NOTHING, despite: Sealed | None = None
) -> list[Fact]:
    """Decide a case; a disclosing decision proposes the conversion of what it discloses in the same write.

    Raises ``Refused``: the step is unlawful, the code unknown, a part, article, ground or the information missing, or
    a flag is up that asks for the reason why (``despite``).
    """
    case = taking("decide", state, doing)
    decision = check(case, ruling, doing)
    full = replace(ruling, grounds=grounds_of(decision, ruling))
    return made(case, weighed(case, full, known, despite, doing), doing)


def check(case: Request, ruling: Ruling, doing: Doing) -> Decision:
    """Return the kind of decision once nothing is wrong with a ruling. Raises ``Refused``."""
    if ruling.code not in doing.rules.vocabularies.decisions:
        raise Refused(RequestsCode.CODE_UNKNOWN, pointer="/code")
    decision = doing.rules.vocabularies.decisions[ruling.code]
    _lawful_here(decision, case, doing)
    _complete(decision, ruling, doing)
    if _overrides(decision, case, ruling) and "public_interest" not in (ruling.parts or {}):
        raise Refused(RequestsCode.PUBLIC_INTEREST_MISSING, pointer="/parts/public_interest")
    if ruling.form not in ("", case.form) and ruling.form_reason is None:
        raise Refused(RequestsCode.FORM_REASON_MISSING, pointer="/form_reason")
    grounds_of(decision, ruling)
    return decision


def made(case: Request, ruling: Ruling, doing: Doing) -> list[Fact]:
    """Return the decision of a case that may be decided now, with the conversion it proposes. Raises ``Refused``."""
    decision = check(case, ruling, doing)
    ordinal = len(case.decisions) + 1
    fact = DecisionMade(
        request_id=case.request_id,
        body=case.body,
        applicant=case.applicant,
        code=decision.code,
        grounds=grounds_of(decision, ruling),
        article=ruling.article or decision.article,
        notice=f"{case.number}-告{ordinal if ordinal > 1 else ''}",
        made_on=doing.today,
        overdue=case.due is not None and doing.today > case.due and case.phase == "processing",
        disclosing=decision.disclosing,
        information=information_of(ruling.record) or case.information,
        record=ruling.record,
        parts=ruling.parts or {},
        ordinal=ordinal,
        form=(ruling.form or case.form) if decision.disclosing else "",
        form_reason=ruling.form_reason if ruling.form not in ("", case.form) else None,
        overrides=_overrides(decision, case, ruling),
        drafted_by=case.draft.by if case.draft else "",
        approved_by=case.draft.approved_by if case.draft else (),
        contact_key=case.contact_key,
        verified=case.identified,
        wordings=dict(ruling.wordings),
        flags=ruling.flags,
        despite=ruling.despite,
    )
    said_now = said(case, fact, doing)
    if not decision.disclosing or ruling.record is None:
        return [said_now]
    return [said_now, _proposal(case, said_now, ruling, doing)]


def _overrides(decision: Decision, case: Request, ruling: Ruling) -> tuple[int, ...]:
    """Return the third parties against whose will something is disclosed: all who refused, unless it is withheld."""
    if not decision.disclosing or decision.code == ALREADY_PUBLIC or THIRD_PARTY in ruling.grounds:
        return ()
    return tuple(c.number for c in case.consultations if c.kind == "third_party" and c.outcome == "refused")


def information_of(record: Record | None) -> str | None:
    """Return the key under which equal demand for a filed document meets."""
    if record is None:
        return None
    if record.document_id:
        return f"doc:{record.document_id}"
    number = number_key(record.number) if record.number else None
    return f"no:{number}" if number else None


def _proposal(case: Request, made: DecisionMade, ruling: Ruling, doing: Doing) -> ConversionProposed:
    if made.record is None:
        raise ValueError("nothing to convert")
    return ConversionProposed(
        review_id=review_id_of(case.body, made.information),
        request_id=case.request_id,
        body=case.body,
        information=made.information,
        record=made.record,
        reason=ruling.reason or "依申请答复已经提供，可以向社会公开",
        basis=CONVERSION_BASIS,
        proposed_by=case.draft.by if case.draft else doing.by,
    )


def _lawful_here(decision: Decision, case: Request, doing: Doing) -> None:
    """Refuse decisions whose own condition does not hold."""
    lapses = {"F1": "correcting", "F2": "paying"}
    lapsed = lapses.get(decision.code)
    if lapsed is not None and (case.phase != lapsed or not expired(case, doing)):
        raise Refused(RequestsCode.PERIOD_RUNNING, pointer="/code")
    if lapsed is None and case.phase in lapses.values() and not case.correction_late:
        detail = "申请人逾期未补正或者未缴费的，只能按（六）其他处理办结（条例第30条）"
        raise Refused(RequestsCode.STEP_UNLAWFUL, detail, pointer="/code")
    if decision.code == "D3" and case.marked("corrected") is None:
        raise Refused(RequestsCode.NOT_CORRECTED, pointer="/code")
    if decision.code == "E4" and not (case.explaining and case.explaining.reasonable is False):
        raise Refused(RequestsCode.REASON_NOT_REJECTED, pointer="/code")
    asked = any(c.kind == "third_party" for c in case.consultations)
    if decision.code == "C4" and not asked:
        raise Refused(RequestsCode.CONSULTATION_MISSING, pointer="/code")


def _complete(decision: Decision, ruling: Ruling, doing: Doing) -> None:
    """Refuse a notice without its required parts, article or information (条例 Art. 36)."""
    label = doing.rules.vocabularies.notices.label
    missing = [part for part in decision.parts if part not in (ruling.parts or {})]
    if missing:
        faults = tuple(Fault(RequestsCode.PART_MISSING.name, f"/parts/{p}", f"须写明{label[p]}") for p in missing)
        words = "、".join(label[part] for part in missing)
        raise Refused(RequestsCode.PART_MISSING, f"缺少：{words}", faults=faults)
    unknown = [part for part in ruling.parts or {} if part not in label]
    if unknown:
        raise Refused(RequestsCode.CODE_UNKNOWN, pointer=f"/parts/{unknown[0][:64]}")
    if adverse(decision) and not ruling.article:
        raise Refused(RequestsCode.ARTICLE_MISSING, pointer="/article")
    if decision.disclosing and decision.code != ALREADY_PUBLIC and not _names_information(ruling.record):
        raise Refused(RequestsCode.INFORMATION_MISSING, pointer="/record")
    number = ruling.record.number if ruling.record else None
    if number and number_key(number) is None:
        raise Refused(RequestsCode.INFORMATION_MISSING, "发文字号格式不正确", pointer="/record/number")


def adverse(decision: Decision) -> bool:
    """Whether the applicant gets less than was asked for, so that reasons and articles are owed (条例 Art. 36)."""
    return decision.code == PARTIAL or (not decision.disclosing and decision.code[0] != OTHER)


def _names_information(record: Record | None) -> bool:
    if record is None:
        return False
    return bool(record.document_id or record.number or (record.title and record.text))


def grounds_of(decision: Decision, ruling: Ruling) -> tuple[str, ...]:
    """Return the grounds of a refusal; where a code has only one, it need not be said."""
    given = ruling.grounds or (decision.grounds if len(decision.grounds) == 1 else ())
    if any(ground not in decision.grounds for ground in given) or (decision.grounds and not given):
        raise Refused(RequestsCode.GROUND_UNFIT, pointer="/grounds")
    return given
