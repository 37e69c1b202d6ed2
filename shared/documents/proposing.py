"""From the text of a document to its metadata (要素): what is printed, where, and what can only be suggested."""

import re

from shared.documents.anatomy import Anatomy, take_apart
from shared.documents.disclosing import propose_attribute, propose_secrecy
from shared.documents.issuing import propose_issuers, propose_number, propose_published, propose_written
from shared.documents.lines import GONE
from shared.documents.naming import propose_genre, propose_subject, propose_title
from shared.documents.proposals import Proposal, Proposed, State

__all__ = ["Proposal", "Proposed", "State", "propose"]


def propose(text: str) -> Proposal:
    """Propose metadata for a document from its text alone; nothing is invented, what is not printed stays absent.

    Args:
        text: the text as read (see ``reading.read_document``), in simplified or traditional script (简体、繁体).

    Returns:
        Every field with its state and the words it rests on, and the cleaned text.
    """
    anatomy = take_apart(text)
    title = propose_title(anatomy)
    number, key = propose_number(anatomy)
    issuers = propose_issuers(anatomy)
    attribute, reason = propose_attribute(anatomy)
    return Proposal(
        title=title,
        number=number,
        number_key=key,
        issuer=issuers[0] if issuers else Proposed(),
        issuers=issuers,
        written=propose_written(anatomy),
        published=propose_published(anatomy),
        attribute=attribute,
        attribute_reason=reason,
        genre=propose_genre(anatomy, title),
        subject=propose_subject(anatomy),
        secrecy=propose_secrecy(anatomy),
        cleaned=_cleaned(anatomy),
        notes=tuple(_notes(anatomy)),
    )


def _cleaned(anatomy: Anatomy) -> str:
    seen = list(anatomy.sheet.visible)
    spans = list(anatomy.artefacts)
    if anatomy.banner:
        spans.append(anatomy.banner.line)
    for start, end in spans:
        seen[start:end] = GONE * (end - start)
    text = "".join(seen).replace(GONE, "")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u3000]+\n", "\n", text)).strip()


def _notes(anatomy: Anatomy) -> list[str]:
    notes = []
    if anatomy.banner:
        notes.append("文本来自文库转载，来源不权威，请核对原件")
    if anatomy.head.secrecy:
        notes.append("文头印有密级，不得报送")
    return notes
