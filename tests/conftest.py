"""Fixtures of the whole suite, and the rule that nothing is skipped in CI."""

import os
import uuid
from collections.abc import Generator, Iterator
from typing import TypeVar

import pytest

from tests.support import keeper, need

_KEEPER = pytest.StashKey[keeper.Keeper]()
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
_MARKED = {"kafka": "kafka", "mongo_url": "mongo", "chromium": "browser"}


def pytest_configure(config: pytest.Config) -> None:
    """Let the process that owns the run keep the servers; xdist's workers inherit the address."""
    if not hasattr(config, "workerinput"):
        config.stash[_KEEPER] = keeper.Keeper()
        config.stash[_KEEPER].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers with the run."""
    if _KEEPER in config.stash:
        config.stash[_KEEPER].stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark a test by what it asks for, so that `make quick` can leave it out."""
    for item in items:
        for fixture in _MARKED.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(_MARKED[fixture])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a skipped module is a failed one."""
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    if os.environ.get("GONGKAI_CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def kafka() -> str:
    """`host:port` of the one real broker of this run (`GONGKAI_KAFKA`, else a local one)."""
    return keeper.ask("kafka")


@pytest.fixture
def topic_prefix(kafka: str) -> Iterator[str]:
    """A prefix for the topics of this test alone; they are deleted afterwards."""
    prefix = f"t{uuid.uuid4().hex[:10]}-"
    yield prefix
    keeper.ask(f"drop {prefix}")


@pytest.fixture(scope="session")
def mongo_server() -> str:
    """`mongodb://host:port` of the one MongoDB-wire server of this run."""
    return keeper.ask("mongo")


@pytest.fixture
def mongo_url(mongo_server: str) -> str:
    """`mongodb://host:port/database` with a database of this test alone."""
    return f"{mongo_server}/t{uuid.uuid4().hex[:10]}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a real Chromium for playwright's `executable_path` (start it with `--no-sandbox`)."""
    return need.program("chromium", "chromium-browser", "google-chrome")
