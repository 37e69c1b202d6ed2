"""A document taken apart: head, running text, signature, notes on disclosure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shared.documents.ending import Remark, Signature, find_remarks, find_signature, main_end
from shared.documents.head import Head, HeadReader
from shared.documents.labels import Labelled
from shared.documents.lines import Sheet, Span
from shared.documents.proposals import Proposed, State
from shared.documents.sharing import Banner, find_banner, footers, page_marks
from shared.documents.titles import Title

T = TypeVar("T")


@dataclass(frozen=True)
class Anatomy:
    """The parts of one document; ``end`` is the index of the first line that is not the document proper any more."""

    sheet: Sheet
    head: Head
    end: int
    signature: Signature | None
    remarks: list[Remark]
    banner: Banner | None
    artefacts: list[Span]

    def best_title(self) -> Title | None:
        """The most title-like lines of the head; of equals the one nearest to the text."""
        found: Title | None = None
        for title in self.head.titles:
            if title.score >= max(1, found.score if found else 1):
                found = title
        return found

    def labelled(self, *fields: str) -> list[Labelled]:
        """The labelled values of these fields, in the order of the fields."""
        return [item for name in fields for item in self.head.labels if item.field == name]

    def tight(self, span: Span) -> str:
        """The text there in matching form, without blanks."""
        line = next(line for line in self.sheet.lines if line.start <= span[0] <= line.end)
        return "".join(line.plain[span[0] - line.start : span[1] - line.start].split())

    def quoted(self, value: T, span: Span, basis: str, state: State = State.STATED) -> Proposed[T]:
        """A value with the words it rests on."""
        return Proposed(value, state, self.sheet.text[slice(*span)], span, basis)

    def printed(self, span: Span, basis: str, state: State = State.STATED) -> Proposed[str]:
        """A value that is what is printed there."""
        return self.quoted(self.sheet.value(span), span, basis, state)


def take_apart(text: str) -> Anatomy:
    """Find the parts of a document."""
    sheet = Sheet(text)
    banner = find_banner(sheet)
    marks = page_marks(sheet, banner)
    numbers = footers(sheet)
    skip = frozenset(line.index for line in sheet.lines if _is_skipped(line.start, line.end, banner, numbers))
    head = HeadReader(sheet, skip).read()
    end = main_end(sheet, head.end, _attached(sheet, head))
    signature = find_signature(sheet, head.end, end)
    remarks = find_remarks(sheet, head.end)
    return Anatomy(sheet, head, end, signature, remarks, banner, marks + numbers)


def first(items: list[T], accepts: Callable[[T], bool]) -> T | None:
    """The first item that is accepted."""
    return next((item for item in items if accepts(item)), None)


def _is_skipped(start: int, end: int, banner: Banner | None, numbers: list[Span]) -> bool:
    return (banner is not None and banner.line[0] == start) or any(a >= start and b <= end for a, b in numbers)


def _attached(sheet: Sheet, head: Head) -> frozenset[str]:
    """Titles of texts this document issues (印发、公布、转发): where one stands alone, an attachment begins."""
    found: set[str] = set()
    for title in head.titles:
        match = re.search(r"(?:印发|转发|发布|公布|批转)(?:.*?《(?P<named>.+)》|(?P<plain>.+)的通知)", title.tight)
        if match:
            found.add(match["named"] or match["plain"])
    opening = "".join(line.tight for line in sheet.written(head.end)[:5])
    if re.search(r"印发|公布|发布|转发", opening):
        found.update(re.findall(r"《([^《》]{4,80})》", opening))
    return frozenset(title for title in found if len(title) >= 4)
