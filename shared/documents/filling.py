"""From what is proposed for a document, and what a person adds, to the data of its filing (报送要素)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from shared.contracts.codes import FeedCode
from shared.contracts.facts.feed import DocumentIssued
from shared.contracts.problems import Refused
from shared.documents.faults import FileCode
from shared.documents.proposals import Proposal, Proposed, State
from shared.documents.tables.cells import read_cell
from shared.documents.tables.columns import KINDS, Column

COLUMNS: Mapping[str, Column] = {column.field: column for column in KINDS["documents"].columns}
OPEN = "非密"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_OF_ATTRIBUTE = ("attribute_reason", "attribute_basis")


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of the filing as proposed: its Chinese label, its value as plain JSON, and what it rests on."""

    field: str
    label: str
    value: Any
    state: State
    quote: str = ""
    basis: str = ""


def filled(proposal: Proposal) -> tuple[Filled, ...]:
    """Return every field that can be proposed, in the order people read them; absent ones too."""
    attribute = proposal.attribute
    basis = Proposed(attribute.quote, attribute.state, attribute.quote, attribute.span, attribute.basis)
    found: list[tuple[str, Proposed[Any]]] = [
        ("title", proposal.title),
        ("number", proposal.number),
        ("issuer", proposal.issuer),
        ("joint_issuers", _joint(proposal.issuers[1:])),
        ("written_on", proposal.written),
        ("published_on", proposal.published),
        ("attribute", attribute),
        ("attribute_reason", proposal.attribute_reason),
        ("attribute_basis", basis if attribute.state is State.STATED else Proposed()),
        ("genre", proposal.genre),
        ("subject", proposal.subject),
    ]
    return tuple(
        Filled(name, COLUMNS[name].header, _plain(each.value), each.state, each.quote, each.basis)
        for name, each in found
    )


def stated(fields: Iterable[Filled], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a filing: what is printed, and ``more``, which wins; nothing that is only inferred.

    Reason and basis belong to the attribute they are printed with and go with it.
    """
    data = {each.field: each.value for each in fields if each.state is State.STATED}
    if more.get("attribute", data.get("attribute")) != data.get("attribute"):
        data = {name: value for name, value in data.items() if name not in _OF_ATTRIBUTE}
    return {**data, **more}


def text_of(proposal: Proposal) -> str:
    """Return the cleaned text without control characters, which the feed does not take."""
    return _CONTROL.sub("", proposal.cleaned)


def refuse_classified(proposal: Proposal) -> None:
    """Refuse a document with a printed grade of secrecy. Raises ``Refused`` CLASSIFIED (保守国家秘密法 Art. 31)."""
    grade = proposal.secrecy
    if grade.value is not None:
        raise Refused(FeedCode.CLASSIFIED, f"文件上印有密级“{grade.value}”（{grade.quote}），不得报送")


def value_of(name: str, written: str) -> tuple[str, Any]:
    """Read one field as a person writes it: ``name`` is the field or its Chinese header.

    Returns:
        The field and its value as plain JSON.

    Raises:
        Refused: COLUMN_UNKNOWN, or a ``FileCode`` of the value; CLASSIFIED for another secrecy than 非密.
    """
    column = next((c for c in COLUMNS.values() if name in (c.field, c.header, *c.also)), None)
    if column is None:
        known = "、".join(f"{c.field}（{c.header}）" for c in COLUMNS.values())
        raise Refused(FileCode.COLUMN_UNKNOWN, f"没有字段“{name}”；可用的字段：{known}")
    value = read_cell(column, written)
    if value is None:
        raise Refused(FileCode.VALUE_MISSING, f"“{column.header}”没有给出值")
    if column.field == "secrecy" and value != OPEN:
        raise Refused(FeedCode.CLASSIFIED)
    try:
        DocumentIssued.model_validate({column.field: value})
    except ValidationError as error:
        note = f"（{column.note}）" if column.note else ""
        raise Refused(FileCode.VALUE_INVALID, f"“{column.header}”的值不符合要求：{written[:40]}{note}") from error
    return column.field, _plain(value)


def _joint(others: tuple[Proposed[str], ...]) -> Proposed[list[str]]:
    names = [each.value for each in others if each.value]
    if not names:
        return Proposed()
    state = State.STATED if all(each.state is State.STATED for each in others) else State.DERIVED
    return Proposed(names, state, "、".join(each.quote for each in others), None, others[0].basis)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
