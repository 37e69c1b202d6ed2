"""The four stores that keep the port's promises."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from shared.store.mongo import MongoStore
from shared.store.port import Store
from shared.store.sqlite import SqliteStore

MONGO = [pytest.param("pymongo", marks=pytest.mark.mongo), pytest.param("motor", marks=pytest.mark.mongo)]


@pytest.fixture(params=["memory", "file", *MONGO])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of this test alone is."""
    if request.param == "memory":
        return ":memory:"
    if request.param == "file":
        return str(tmp_path / "service" / "state.db")
    url: str = request.getfixturevalue("mongo_url")
    return url if request.param == "pymongo" else url.replace("mongodb:", "mongodb+motor:", 1)


@pytest.fixture
def opened() -> Callable[[str], Store]:
    """Open a store at an address."""
    return lambda address: MongoStore(address) if address.startswith("mongodb") else SqliteStore(address)


@pytest.fixture
async def store(address: str, opened: Callable[[str], Store]) -> AsyncIterator[Store]:
    """An open, empty store."""
    made = opened(address)
    yield made
    await made.close()
