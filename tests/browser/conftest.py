"""Requests behind HTTP for a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright

from gongkai.ports import free_port
from tests.support.wait import until
from tests.unit.requests.conftest import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Two bodies of Shanghai, and one of Changzhi, where decisions need approval."""
    made = Desk(tmp_path)
    await made.bodies()
    await made.body("cz-office", "长治市人民政府办公室", "140400")
    yield made
    await made.assert_folds()
    await made.store.close()
    made.vault.close()


@pytest.fixture
async def site(desk: Desk) -> AsyncIterator[str]:
    """The address of the service; its own news is heard while it runs."""
    port = free_port()
    config = uvicorn.Config(desk.app, host="127.0.0.1", port=port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started, what="the server")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        await found.close()
