"""One run of ``gongkai feed``: every file read, sent, and followed to its verdicts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gongkai.client import Problem, Unreachable
from gongkai.feeding.drafting import Draft, draft, item
from gongkai.feeding.items import Item, items_of
from gongkai.feeding.journal import Journal
from gongkai.feeding.results import FileResult
from gongkai.feeding.sending import Sender, batches
from shared.contracts.canonical import digest
from shared.contracts.problems import Refused
from shared.documents.reading import load
from shared.documents.tables import RowError, read_table

TABLES = frozenset((".ndjson", ".jsonl", ".csv", ".xlsx"))


class Steps(Protocol):
    """Hears how far a file is."""

    def begin(self, name: str, total: int, done: int) -> None:
        """A file with ``total`` events begins; ``done`` of them went in an earlier run."""

    def advance(self, count: int) -> None:
        """So many more are through."""


@dataclass
class Run:
    """What all files of a run share.

    ``confirm`` is shown every document draft and returns what a person adds to it, None to leave it.
    """

    agency: str
    sender: Sender
    folder: Path
    kind: str | None
    confirm: Callable[[Draft], Mapping[str, Any] | None]
    steps: Steps

    def feed(self, path: Path, result: FileResult) -> None:
        """Send one file; what goes wrong with it alone is among the errors of ``result``.

        Raises ``Problem`` and ``Unreachable``: then the next file would fare no better.
        """
        try:
            raw = load(path)
            if path.suffix.lower() in TABLES:
                self._table(path, raw, result)
            else:
                self._document(draft(path, raw), result)
        except Refused as refused:
            result.errors.append(RowError(0, "", refused.code.name, refused.detail))
        except OSError as error:
            result.errors.append(RowError(0, "", "FILE_UNREADABLE", f"无法读取：{error.strerror or error}"))

    def _document(self, found: Draft, result: FileResult) -> None:
        more = self.confirm(found)
        if more is None:
            return
        self.steps.begin(found.name, 1, 0)
        try:
            sent = item(found, more, self.agency, self.sender.upload)
        except Problem as problem:
            if problem.answer.status in (401, 403):
                raise
            result.errors.append(RowError(0, "", problem.code, str(problem)))
            return
        result.take(self.sender.send([sent]))
        self.steps.advance(1)

    def _table(self, path: Path, raw: bytes, result: FileResult) -> None:
        table = read_table(path.name, raw, self.kind)
        result.errors += table.errors
        journal = Journal(self.folder, self._name(raw))
        earlier = journal.outcomes()
        result.take(earlier)
        self._rest(path.name, items_of(table.rows, self.agency), len(earlier), journal, result)
        journal.close()

    def _rest(self, name: str, items: Sequence[Item], done: int, journal: Journal, result: FileResult) -> None:
        self.steps.begin(name, len(items), done)
        for batch in batches(items[done:]):
            outcomes = self.sender.send(batch)
            journal.note(outcomes)
            result.take(outcomes)
            self.steps.advance(len(batch))

    def _name(self, raw: bytes) -> str:
        where = [self.agency, self.sender.client.url, self.kind, hashlib.sha256(raw).hexdigest()]
        return digest(where)[:24]


def feed_all(run: Run, paths: Sequence[Path]) -> list[FileResult]:
    """Feed files one after the other; a platform that refuses the key or went away ends the run, told as an error."""
    results: list[FileResult] = []
    for path in paths:
        result = FileResult(str(path))
        results.append(result)
        try:
            run.feed(path, result)
        except (Problem, Unreachable) as error:
            code = error.code if isinstance(error, Problem) else "UNREACHABLE"
            result.errors.append(RowError(0, "", code, str(error)))
            break
    return results
