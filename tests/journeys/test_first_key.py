"""How an operator gets the first key where every service is a process of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gongkai.cli import app
from tests.journeys.conftest import Town
from tests.journeys.operating import Desk
from tests.support.wait import until


async def test_the_first_operators_key_comes_by_way_of_the_log_and_only_once(
    town: Town, topic_prefix: str, kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    monkeypatch.setenv("GONGKAI_TOPIC_PREFIX", topic_prefix)
    line = ["keys", "first", "--data", str(tmp_path / "other"), "--json"]
    made = [json.loads((await asyncio.to_thread(CliRunner().invoke, app, line)).stdout) for _ in range(2)]
    assert [each["issued"] for each in made] == [True, False]
    desk, path = Desk(town), tmp_path / "other" / "operator.key"
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text(encoding="ascii").strip()

    async def known() -> bool:
        return (await desk.call("GET", "/catalog/v1/ops", key=key)).status == 200

    await until(known, what="the key at the running city")
