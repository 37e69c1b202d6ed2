"""The progress bar of a run, on standard error, so that standard output stays the result alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class Bar:
    """Shows how far a file is; out of the way while somebody is asked, silent where nobody watches."""

    def __init__(self, console: Console, silent: bool) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=silent or not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, name: str, total: int, done: int) -> None:
        """Begin a new line."""
        self._task = self._progress.add_task(name, total=total, completed=done)
        if done:
            self._console.print(f"{name}：接着上次，前 {done} 件已报送", markup=False)

    def advance(self, count: int) -> None:
        """So many more are through."""
        if self._task is not None:
            self._progress.advance(self._task, count)

    def reach(self, count: int) -> None:
        """So many are through."""
        if self._task is not None:
            self._progress.update(self._task, completed=count)

    def pause(self, seconds: float, why: str) -> None:
        """Tell why nothing moves."""
        self._console.print(f"{why}，{seconds:.0f} 秒后按原编号重试", style="yellow", markup=False)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        self._progress.stop()
        try:
            yield
        finally:
            self._progress.start()
