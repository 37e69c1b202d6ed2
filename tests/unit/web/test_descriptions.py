"""One description of everything, whether a process has all services or one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai import describing
from gongkai.launcher import SERVICES
from shared.web import descriptions
from shared.web.descriptions import description_router
from tests.unit.web.client import Client
from tests.unit.web.conftest import Desk


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file of the merged description would be; there is none yet."""
    path = tmp_path / "openapi.json"
    monkeypatch.setattr(descriptions, "OPENAPI", path)
    monkeypatch.setattr(describing, "OPENAPI", path)
    return path


async def test_the_description_made_with_the_image_has_every_service_and_needs_no_broker(made: Path) -> None:
    assert await describing.write() == made
    apps = {"catalog": Desk().app()}
    answer = await Client(Desk().app(description_router(apps))).get("/openapi.json")
    paths = answer.json["paths"]
    for name in SERVICES:
        assert any(path.startswith(f"/{name}/v1/") for path in paths), name
    assert "/feed/v1/events" in paths


async def test_a_process_with_all_services_describes_what_it_has(made: Path) -> None:
    made.write_text("{}")
    apps = {name: Desk().app() for name in SERVICES}
    answer = await Client(Desk().app(description_router(apps))).get("/openapi.json")
    assert answer.json["openapi"] == "3.1.0"
    assert set((await Client(Desk().app(description_router(apps))).get("/asyncapi.json")).json["channels"]) >= {"feed"}
