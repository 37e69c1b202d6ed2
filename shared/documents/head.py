"""The head of a document: everything above its running text, sorted into letterhead, number, title, labels, chrome."""

from dataclasses import dataclass, field

from shared.documents import kinds
from shared.documents.dates import parse_date
from shared.documents.labels import Labelled, read_labels, value_lines
from shared.documents.lines import Line, Sheet, Span
from shared.documents.names import bodies_in, is_body
from shared.documents.titles import COLUMNS, Title, closed, collect, is_open
from shared.law.docnumbers import DocumentNumber

_LONGEST = 400  # signs; no line of a head is longer
_MOST = 120  # lines; a head is shorter, a list without any sentence is not searched to its end


@dataclass(frozen=True)
class Mark:
    """A letterhead (发文机关标志): the names, the form behind them (文件, 令 …; empty without), and its lines."""

    names: list[Span]
    form: str
    line: Line


@dataclass
class Head:
    """What was found above the running text.

    Attributes:
        end: index of the first line that is not head (addressees belong to the head).
        alone: lines that hold the name of a body only.
    """

    end: int = 0
    labels: list[Labelled] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    numbers: list[tuple[DocumentNumber, Span]] = field(default_factory=list)
    serials: list[Span] = field(default_factory=list)
    notes: list[Span] = field(default_factory=list)
    dates: list[Span] = field(default_factory=list)
    signed: list[tuple[list[Span], Span]] = field(default_factory=list)
    secrecy: list[Span] = field(default_factory=list)
    chrome: list[Line] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    alone: list[Line] = field(default_factory=list)
    addressed: bool = False


class HeadReader:
    """Reads lines from the top until the running text begins."""

    def __init__(self, sheet: Sheet, skip: frozenset[int] = frozenset()) -> None:
        self._sheet = sheet
        self._skip = skip
        self._head = Head()
        self._run: list[Line] = []
        first = sheet.written()[:1]
        self._top = first[0].index if first else 0

    def read(self) -> Head:
        """Read the head."""
        lines = [line for line in self._sheet.written() if line.index not in self._skip][:_MOST]
        taken: set[int] = set()
        self._head.end = len(self._sheet.lines)
        for position, line in enumerate(lines):
            if line.index in taken:
                continue
            if self._ends_here(lines, position):
                self._head.end = line.index
                break
            taken |= self._take(line)
            if self._head.addressed:
                self._head.end = line.index + 1
                break
        self._close_run()
        return self._head

    def _ends_here(self, lines: list[Line], position: int) -> bool:
        tight = lines[position].tight
        if len(tight) > _LONGEST:
            return True
        if not kinds.is_body_text(tight) or kinds.is_note(tight) or kinds.is_addressees(tight):
            return False
        if self._labelled(lines[position]) is not None or kinds.is_chrome(tight):
            return False
        return not (self._title_goes_on(lines, position) or self._addressees_go_on(lines, position))

    def _title_goes_on(self, lines: list[Line], position: int) -> bool:
        begun = "".join(line.tight for line in self._run)
        opened = next((begun[i:] for i in range(len(begun)) if begun[i:].startswith("关于")), begun)
        if "。" in lines[position].tight or not (is_open(opened) or "关于" in lines[position].tight):
            return False
        for line in lines[position : position + 4]:
            opened += line.tight
            if closed(opened):
                return True
        return False

    @staticmethod
    def _addressees_go_on(lines: list[Line], position: int) -> bool:
        if not kinds.may_be_addressees(lines[position].tight):
            return False
        for line in lines[position + 1 : position + 6]:
            if kinds.is_addressees(line.tight):
                return True
            if "。" in line.tight:
                return False
        return False

    def _take(self, line: Line) -> set[int]:
        """File one line; return the indices of further lines used up with it."""
        labelled = self._labelled(line)
        if labelled is not None:
            self._close_run()
            self._head.labels.extend(labelled)
            return {below.index for below in value_lines(self._sheet, line)}
        if is_open("".join(part.tight for part in self._run)) and not self._is_frame(line):
            self._run.append(line)
        elif self._is_addressed(line):
            self._head.addressed = kinds.is_addressees(line.tight)
        elif not self._file(line):
            self._run.append(line)
            return set()
        return set()

    def _is_addressed(self, line: Line) -> bool:
        if kinds.is_chrome(line.tight):
            return False
        return kinds.is_addressees(line.tight) or self._opens_addressees(line)

    def _labelled(self, line: Line) -> list[Labelled] | None:
        return read_labels(self._sheet, line)

    @staticmethod
    def _is_frame(line: Line) -> bool:
        return kinds.number_in(line) is not None or kinds.is_addressees(line.tight) or kinds.is_chrome(line.tight)

    def _opens_addressees(self, line: Line) -> bool:
        begun = collect(self._run, self._top)[0]
        return bool(begun) and begun[-1].score >= 3 and kinds.may_be_addressees(line.tight)

    def _file(self, line: Line) -> bool:
        """Put a line that is not part of a title where it belongs; say whether it was such a line."""
        if self._file_identity(line) or self._file_mark(line):
            self._close_run()
            return True
        # A heading of the page; a single word such as 公告 may be all the title there is.
        if kinds.is_chrome(line.tight) or (line.tight in COLUMNS and len(line.tight) >= 4):
            self._close_run()
            self._head.chrome.append(line)
            return True
        return self._file_date(line)

    def _file_identity(self, line: Line) -> bool:
        tight, head = line.tight, self._head
        if numbered := kinds.number_in(line):
            number, start, end = numbered
            head.numbers.append((number, line.span(start, end)))
        elif kinds.is_serial(tight):
            head.serials.append(line.span())
        elif kinds.secret_mark(tight):
            head.secrecy.append(line.span())
        elif kinds.is_note(tight):
            head.notes.append(self._note(line))
        else:
            return kinds.is_aside(tight)
        return True

    def _file_mark(self, line: Line) -> bool:
        if line.tight == "文件":
            names = [span for part in self._names_above(None) for span in bodies_in(part)]
            if names:
                self._head.marks.append(Mark(names, "文件", line))
            return True
        mark = kinds.mark_in(line)
        if mark is None:
            return False
        own = bodies_in(line, mark[0])
        joint = self._names_above(line) if mark[1] == "文件" else []
        self._head.marks.append(Mark([span for part in joint for span in bodies_in(part)] + own, mark[1], line))
        return True

    def _names_above(self, mark: Line | None) -> list[Line]:
        """Take the names above a letterhead out of the run: all of them, or those right above that are other bodies."""
        names: list[Line] = []
        while self._run and bodies_in(self._run[-1]):
            last, below = self._run[-1], names[0] if names else mark
            if mark and below and (below.index - last.index > 1 or mark.tight.startswith(last.tight)):
                break
            names.insert(0, self._run.pop())
        return names

    def _file_date(self, line: Line) -> bool:
        tight = line.tight.strip("()")
        if parse_date(tight):
            self._head.dates.append(line.span())
            return True
        for cut in range(len(tight) - 6, 2, -1):
            if parse_date(tight[cut:]) and is_body(tight[:cut]):
                self._head.signed.append((bodies_in(line, cut), line.span(cut)))
                return True
        return False

    def _note(self, line: Line) -> Span:
        end = line
        while ")" not in end.tight and (below := self._sheet.next_line(end)) and below.index - line.index < 4:
            end = below
        return (line.span()[0], end.span()[1])

    def _close_run(self) -> None:
        titles, alone = collect(self._run, self._top)
        self._head.titles.extend(titles)
        self._head.alone.extend(alone)
        self._run = []
