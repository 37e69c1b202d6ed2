"""What only the SQLite store has: group commit, one process per folder, indexes on demand."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.problems import Unavailable
from shared.store import sqlite_query
from shared.store.port import Query
from shared.store.query import prefix_end, wanted
from shared.store.sqlite import SqliteStore
from shared.store.sqlite_commit import GroupCommit
from shared.store.sqlite_open import FolderInUse, Schema, connect
from tests.support.stored import document, row

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(tmp_path / "state.db")
    yield made
    await made.close()


async def test_a_second_process_is_refused_and_told_the_way_out(store: SqliteStore, tmp_path: Path) -> None:
    program = f"from shared.store.sqlite import SqliteStore; SqliteStore({str(tmp_path / 'other.db')!r})"

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "请改用 MongoDB" in done.stderr
    with pytest.raises(FolderInUse, match="每个服务只能有一个进程"):
        SqliteStore(tmp_path / "state.db")


async def test_a_folder_is_free_again_once_the_store_is_closed(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "state.db")
    streams = SqliteStore(tmp_path / "streams.db", lock="streams.lock")
    await first.save([document("d", owes=1)])
    await first.close()

    again = SqliteStore(tmp_path / "state.db")
    assert [event.id for _, event in await again.owed()] == ["d:1"]
    for each in (streams, again):
        await each.close()


async def test_all_that_waits_shares_one_commit(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.save([document("first")])
    commits = []
    original = GroupCommit._transact

    async def counted(self: GroupCommit, jobs: list[Any]) -> list[Any]:
        commits.append(1)
        return await original(self, jobs)

    monkeypatch.setattr(GroupCommit, "_transact", counted)
    await asyncio.gather(*(store.save([document(f"d{number}")]) for number in range(50)))

    assert len(commits) == 1
    assert await store.kinds() == {"document": 51}


@pytest.mark.parametrize("large", [False, True])
async def test_a_job_that_breaks_after_a_write_takes_only_itself_back(tmp_path: Path, large: bool) -> None:
    commit = GroupCommit(connect(str(tmp_path / "x.db")), threaded=True)
    await commit.run(lambda connection: connection.execute("CREATE TABLE t (n INTEGER)"))

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (99)")
        raise LookupError("halfway")

    results = await asyncio.gather(
        commit.run(lambda connection: connection.execute("INSERT INTO t VALUES (1)").rowcount),
        commit.run(broken, large=large),
        commit.run(lambda connection: connection.execute("INSERT INTO t VALUES (2)").rowcount),
        return_exceptions=True,
    )

    assert [str(result) for result in results] == ["1", "halfway", "1"]
    found = await commit.run(lambda connection: connection.execute("SELECT n FROM t ORDER BY n").fetchall())
    assert found == [(1,), (2,)]
    await commit.close()


async def test_who_gives_up_waiting_is_heard_all_the_same(store: SqliteStore) -> None:
    heard: list[str] = []
    store.on_saved(lambda kind, events: heard.extend(event.id for event in events))
    await store.save([document("first")])

    saving = asyncio.create_task(store.save([document("d", owes=1)]))
    await asyncio.sleep(0)
    saving.cancel()
    await asyncio.gather(saving, return_exceptions=True)
    await store.save([document("last")])

    assert heard == [event.id for _, event in await store.owed()] == ["d:1"]


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file may grow beyond a megabyte: writing fails as on a full disk."""
    import signal

    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


async def test_a_full_disk_is_unavailable_and_loses_nothing_that_was_saved(
    store: SqliteStore, small_disk: None
) -> None:
    saved: list[str] = []

    async def fill() -> None:
        for number in range(1_000):
            await store.save([document(f"d{number}", owes=1, state=b"x" * 20_000)])
            saved.append(f"d{number}")

    with pytest.raises(Unavailable):
        await fill()

    assert saved
    assert sorted(await store.load("document", saved)) == sorted(saved)
    assert {event.id for _, event in await store.owed()} == {f"{name}:1" for name in saved}


async def test_a_locked_database_is_unavailable(store: SqliteStore, tmp_path: Path) -> None:
    await store.save([document("d")])
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable, match="locked"):
        await store.save([document("d", 2)])

    other.execute("ROLLBACK")
    other.close()
    await store.save([document("d", 2)])


async def test_a_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(":memory:")
    await store.save([document("d")])
    await store.close()

    with pytest.raises(Unavailable):
        await store.save([document("e")])


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        (Query(order="due", high=5), "x:r:things:due (f_due>? AND f_due<?)"),
        (Query(equal={"state": "a"}, order="due", low=5), "x:r:things:state,due (f_state=? AND f_due>?)"),
        (Query(equal={"state": None}, order="due"), "x:r:things:state,due (f_state=?)"),
        (Query(prefix={"word": "ab"}), "x:r:things:word (f_word>? AND f_word<?)"),
        (Query(equal={"state": "a", "word": "w7"}, order="due"), "x:r:things:word,due (f_word=?)"),
    ],
)
def test_a_page_is_read_along_an_index(query: Query, plan: str) -> None:
    connection = connect(":memory:")
    Schema(connection).make(connection, "r:things", wanted(query))
    connection.executemany(
        'INSERT INTO "r:things" VALUES (?, 1, ?, ?)',
        [(str(n), "{}", f'{{"state":"a","due":{n},"word":"w{n}"}}') for n in range(20)],
    )
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    sqlite_query.page(connection, "r:things", "id", query)
    connection.set_trace_callback(None)

    steps = connection.execute(f"EXPLAIN QUERY PLAN {asked[-1]}").fetchall()

    assert any(plan in step[3] for step in steps), steps
    assert not any("TEMP B-TREE" in step[3] for step in steps) or query.order is None, steps


def test_a_cursor_is_reached_without_reading_what_is_before_it() -> None:
    connection = connect(":memory:")
    query = Query(equal={"state": "a"}, order="due", limit=10)
    Schema(connection).make(connection, "r:things", wanted(query))
    connection.executemany(
        'INSERT INTO "r:things" VALUES (?, 1, ?, ?)',
        [(f"{n:05}", "{}", f'{{"state":"a","due":{n // 3}}}') for n in range(5_000)],
    )
    _, cursor = sqlite_query.page(connection, "r:things", "id", Query({"state": "a"}, order="due", limit=4_900))
    steps = [0]

    def tick() -> int:
        steps[0] += 1
        return 0

    connection.set_progress_handler(tick, 100)
    found, _ = sqlite_query.page(
        connection, "r:things", "id", Query({"state": "a"}, order="due", limit=10, after=cursor)
    )

    assert [line[0] for line in found] == [f"{n:05}" for n in range(4_900, 4_910)]
    assert steps[0] < 10


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("a", "b"), ("ab", "ac"), ("", None), ("\U0010ffff", None), ("a\U0010ffff", "b"), ("\ud7ff", "\ue000")],
)
def test_a_prefix_has_an_end(prefix: str, end: str | None) -> None:
    assert prefix_end(prefix) == end


async def test_an_index_can_be_asked_for_after_the_rows_are_there(store: SqliteStore) -> None:
    await store.put([row(f"r{number}", number=number, name=f"n{number % 3}") for number in range(10)])

    page = await store.page("things", Query(equal={"name": "n1"}, order="number", down=True))

    assert [each.id for each in page.items] == ["r7", "r4", "r1"]
