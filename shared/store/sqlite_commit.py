"""Group commit: everything that waits at one moment shares one transaction and one fsync."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.store.port import Conflict, KeyTaken, Unavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
_MOST = 250
"""Jobs in one transaction at most: their statements hold up the event loop, some 50 µs each."""


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    done: asyncio.Future[Any]
    heard: Callable[[], None] | None
    large: bool
    value: Any = None
    error: BaseException | None = None


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn what SQLite says about disks and locks into ``Unavailable``."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Unavailable(f"SQLite: {error}") from error


class GroupCommit:
    """The one writer of a database.

    Statements run on the event loop, where they never wait for anything; only COMMIT, which waits for the disk, runs in
    a thread, and with it the statements of a transaction in which a job is large. A job must check everything before
    its first write: one that raises ``Conflict`` or ``KeyTaken`` has written nothing, so its neighbours are committed
    without it.
    """

    def __init__(self, connection: sqlite3.Connection, *, threaded: bool) -> None:
        self._connection = connection
        self._pool = ThreadPoolExecutor(1, "sqlite-commit") if threaded else None
        self._waiting: list[_Job] = []
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def run(self, work: Work[T], heard: Callable[[], None] | None = None, *, large: bool = False) -> T:
        """Run the work in the next transaction and return its value once that is durable.

        ``heard`` is called on the loop the moment it is durable, also when nobody waits for the value any more.
        ``large`` is work of so many rows that the loop should not stand still for it.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), heard, large)
        self._waiting.append(job)
        if self._task is None:
            self._task = loop.create_task(self._flush())
        value: T = await job.done
        return value

    async def close(self) -> None:
        """Finish what waits; what comes later is refused."""
        self._closed = True
        if self._task is not None:
            await self._task
        if self._pool is not None:
            self._pool.shutdown()
        self._connection.close()

    async def _flush(self) -> None:
        while self._waiting:
            jobs, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            left = jobs
            while left:
                left = await self._transact(left)
            for job in jobs:
                _settle(job)
        self._task = None

    async def _transact(self, jobs: list[_Job]) -> list[_Job]:
        """Commit the jobs; return those to try again because a broken neighbour spoiled the transaction."""
        connection = self._connection
        broken: _Job | None
        try:
            if any(job.large for job in jobs):
                broken = await self._aside(lambda: self._write(jobs, commit=True))
            elif not (broken := self._write(jobs)):
                await self._aside(connection.commit)
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.rollback()
            for job in jobs:
                job.error = Unavailable(f"SQLite: {error}")
            return []
        return [job for job in jobs if job is not broken] if broken else []

    def _write(self, jobs: list[_Job], *, commit: bool = False) -> _Job | None:
        """Run the jobs; return the broken one, after which nothing is written."""
        self._connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            if _work(job, self._connection):
                self._connection.rollback()
                return job
        if commit:
            self._connection.commit()
        return None

    async def _aside(self, work: Callable[[], T]) -> T:
        if self._pool is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _work(job: _Job, connection: sqlite3.Connection) -> bool:
    """Run one job; return whether it failed in a way that may have left half its writes behind."""
    job.value = job.error = None
    try:
        job.value = job.work(connection)
    except (Conflict, KeyTaken) as no:
        job.error = no
    except Exception as error:
        if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
            raise  # the disk, not the job
        job.error = error
        return True
    return False


def _settle(job: _Job) -> None:
    if job.error is None and job.heard is not None:
        job.heard()
    if job.done.done():
        return
    if job.error is not None:
        job.done.set_exception(job.error)
    else:
        job.done.set_result(job.value)
