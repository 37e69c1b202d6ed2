"""Whoever signs in to a running city finds only doors that open, in a real Chromium; axe looks behind each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from gongkai.city import key_in, seed
from gongkai.launcher import City
from tests.browser.looking import look, opened, sign_in

pytestmark = pytest.mark.slow
FIRST = {
    "officer-jingan": "依申请公开：今日待办",
    "supervisor-jingan": "依申请公开监督",
    "jingan": "公文报送",
}


@pytest.fixture
async def city(kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[City]:
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    async with City(tmp_path / "var", 0, topic_prefix=topic_prefix) as started:
        await seed(started)
        yield started


async def doors(page: Page) -> list[str]:
    """Return the addresses of the console that a page leads to, without files."""
    found = await page.locator("header nav a, main li a").evaluate_all("all => all.map(each => each.pathname)")
    return sorted({path for path in found if path.startswith("/console/") and "." not in path})


async def test_every_door_shown_to_somebody_opens(city: City, browser: Browser) -> None:
    complaints: list[str] = []
    for who, first in FIRST.items():
        page = await opened(browser, complaints)
        await sign_in(page, f"{city.url}/console/", key_in(city.settings.data, who))
        await expect(page.get_by_role("link", name=first)).to_be_visible()
        await look(page, f"door-{who}")
        waiting, seen = await doors(page), {"/console/"}
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            answer = await page.goto(f"{city.url}{path}")
            assert answer is not None
            assert answer.status == 200, f"{path} for {who}"
            await look(page, f"door-{who}{path.replace('/', '-')}")
            waiting += await doors(page)
        assert len(seen) > 3, who
    assert complaints == []
