"""What happens to a document after admission: attribute changed or converted, tagged, withdrawn."""

from __future__ import annotations

from datetime import datetime

from services.catalog.domain.filing import file_document
from services.catalog.domain.merging import CONVERTED_COLUMN, blobs_in
from services.catalog.domain.report import Report, Surroundings
from services.catalog.domain.state import Document
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.audience import Expression
from shared.contracts.facts.base import Fact
from shared.contracts.facts.catalog import (
    Attribute,
    AttributeChanged,
    DocumentTagged,
    DocumentView,
    DocumentWithdrawn,
)
from shared.contracts.problems import Refused

CONVERSION_BASIS = "《中华人民共和国政府信息公开条例》第四十四条"


def admitted(state: Document | None) -> DocumentView:
    """Return the admitted document. Raises ``Refused`` where there is none (any more)."""
    if state is None:
        raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
    if state.withdrawn is not None:
        raise Refused(CatalogCode.WITHDRAWN)
    if state.view is None:
        raise Refused(CatalogCode.NOT_ADMITTED)
    return state.view


def change_attribute(
    state: Document | None,
    after: Attribute,
    reason: str,
    basis: str,
    by: str,
    now: datetime,
    request_id: str | None = None,
) -> list[Fact]:
    """Change the disclosure attribute (公开属性) with reason, basis and who decided it (条例 Art. 13, 18), from now on.

    Raises ``Refused`` where the document is not admitted, nothing changes, or a restriction has no reason or basis.
    """
    view = admitted(state)
    if view.attribute == after:
        raise Refused(CatalogCode.ATTRIBUTE_SAME, pointer="/attribute")
    grounded(after, reason, basis)
    update = {"attribute": after, "attribute_reason": reason, "attribute_basis": basis or None}
    return [
        AttributeChanged(
            document=view.model_copy(update=update),
            before=view.attribute,
            after=after,
            reason=reason,
            basis=basis,
            by=by,
            request_id=request_id,
            effective_at=now,
        )
    ]


def grounded(attribute: Attribute, reason: str, basis: str) -> None:
    """Refuse an attribute set without a reason, or closed without a basis (条例 Art. 14–16)."""
    if not reason:
        raise Refused(CatalogCode.ATTRIBUTE_REASON_MISSING, pointer="/reason")
    if attribute == "不予公开" and not basis:
        raise Refused(CatalogCode.ATTRIBUTE_BASIS_MISSING, pointer="/basis")


def convert(state: Document | None, reason: str, basis: str, by: str, request_id: str, now: datetime) -> list[Fact]:
    """Turn a document public because what it says was disclosed on request (依申请转主动公开).

    A document that is public already, was withdrawn meanwhile or never passed the gates stays as it is: an approval
    that comes too late changes nothing.
    """
    if state is None or state.view is None or state.withdrawn is not None or state.view.attribute == "主动公开":
        return []
    facts = change_attribute(state, "主动公开", reason, basis or CONVERSION_BASIS, by, now, request_id)
    return [_in_its_column(fact) for fact in facts]


def _in_its_column(fact: Fact) -> Fact:
    if not isinstance(fact, AttributeChanged):
        return fact
    return fact.model_copy(update={"document": fact.document.model_copy(update={"column": CONVERTED_COLUMN})})


def convert_record(report: Report, document_id: str, around: Surroundings, by: str, request_id: str) -> list[Fact]:
    """Archive information that was no filed document and is now public; its number gate does not apply."""
    facts = file_document(None, report, document_id, around)
    return [
        fact.model_copy(update={"by": by}) if fact.type == "catalog.attribute-determined" else fact
        for fact in facts[:-1]
    ]


def tag(state: Document | None, tags: tuple[str, ...], audience: Expression | None, by: str) -> list[Fact]:
    """Set tags and audience of an admitted document; nothing happens where both are as they were."""
    view = admitted(state)
    if (view.tags, view.audience) == (tags, audience):
        return []
    return [DocumentTagged(document=view.model_copy(update={"tags": tags, "audience": audience}), by=by)]


def withdraw(state: Document | None, reason: str, by: str, *, erase: bool) -> list[Fact]:
    """Withdraw a document (撤回); with ``erase`` its texts, files and every value of it are gone for good.

    Raises ``Refused`` where there is no such document or it is withdrawn already.
    """
    if state is None:
        raise Refused(CatalogCode.DOCUMENT_UNKNOWN)
    if state.withdrawn is not None and (state.erased or not erase):
        raise Refused(CatalogCode.WITHDRAWN)
    if not reason.strip():
        raise Refused(CatalogCode.ATTRIBUTE_REASON_MISSING, "撤回必须写明理由", pointer="/reason")
    edition = state.view.edition if state.view else 0
    blobs = blobs_in(state) if erase else ()
    return [
        DocumentWithdrawn(
            document_id=state.document_id, edition=edition, reason=reason, by=by, erase=erase, blobs=blobs
        )
    ]
