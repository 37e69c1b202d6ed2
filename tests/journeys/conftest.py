"""A running city for journeys: the real broker, the services in this process, the command line as a person types it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gongkai import launcher
from gongkai.city import EXAMPLES, read_rows, seed
from gongkai.cli import app
from gongkai.launcher import City
from shared.store.port import Query
from tests.support.wait import until


@dataclass
class Town:
    """A city and the shell in front of it."""

    city: City
    data: Path

    async def feed(self, *arguments: str | Path, agency: str = "shanghai", keyboard: str = "") -> tuple[int, str, str]:
        """Run ``gongkai feed``; return exit status, standard output and standard error."""
        line = ["feed", *map(str, arguments), "--agency", agency, "--data", str(self.data), "--url", self.city.url]
        result = await asyncio.to_thread(CliRunner().invoke, app, line, keyboard)
        return result.exit_code, result.stdout, result.stderr

    async def told(self, *arguments: str | Path, agency: str = "shanghai") -> tuple[int, list[dict[str, Any]]]:
        """Run ``gongkai feed --yes --json``; return exit status and what it says of every file."""
        status, out, errors = await self.feed(*arguments, "--yes", "--json", agency=agency)
        assert out, errors
        return status, json.loads(out.splitlines()[-1])["files"]  # the city in this process logs to the same place


@pytest.fixture
async def town(kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """The example city with its bodies and keys."""
    monkeypatch.setattr(launcher, "SERVICES", ("catalog",))
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("GONGKAI_URL", "GONGKAI_KEY", "GONGKAI_DATA"):
        monkeypatch.delenv(name, raising=False)
    async with City(tmp_path / "var", 0, topic_prefix=topic_prefix) as city:
        yield await settled(city, tmp_path / "var")


async def settled(city: City, data: Path) -> Town:
    """Seed a city and wait until its bodies are in the register."""
    await seed(city)
    rows = [row for path in EXAMPLES.glob("*/bodies.ndjson") for row in read_rows(path)]
    store = city.services["catalog"].house.store

    async def registered() -> bool:
        return len((await store.select("body", Query(limit=200))).items) == len(rows)

    await until(registered, what="the bodies are registered")
    return Town(city, data)


@pytest.fixture(scope="session")
def corpus() -> list[Path]:
    """The five real documents (``GONGKAI_CORPUS``, else beside the project), in order."""
    folder = Path(os.environ.get("GONGKAI_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip("no corpus: set GONGKAI_CORPUS to its folder")
    return sorted(folder.glob("*.txt"))
