"""What was already sent of a file, kept beside the data until the file is through (断点续传)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gongkai.feeding.sending import Outcome


class Journal:
    """One file's progress; gone once the file is through, so that feeding it again sends it again."""

    def __init__(self, folder: Path, name: str) -> None:
        """``name`` must tell apart what is sent where: file content, agency, address, options."""
        self._path = folder / f"{name}.ndjson"

    def outcomes(self) -> list[Outcome]:
        """Return what the door said of the first events of the file in an earlier, interrupted run."""
        if not self._path.exists():
            return []
        found: list[Outcome] = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            # A run that was killed while writing left half a line: its batch comes again on a line of its own.
            with contextlib.suppress(ValueError):
                found += [_outcome(each) for each in json.loads(line)]
        return found

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Add what the door said of the next batch."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.open("a", encoding="utf-8") as file:
            file.write("\n" + json.dumps([asdict(each) for each in outcomes], ensure_ascii=False))

    def close(self) -> None:
        """The file is through."""
        self._path.unlink(missing_ok=True)


def _outcome(kept: dict[str, Any]) -> Outcome:
    return Outcome(kept["line"], kept["id"], kept["receipt"], tuple(kept["errors"]))
