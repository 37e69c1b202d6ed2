"""Looks at a page the way those do who cannot see it, who hold a phone, and who read its console."""

from __future__ import annotations

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, expect

SHOTS = os.environ.get("GONGKAI_SHOTS")
"""A folder for pictures, where somebody wants to look."""
DESKTOP, PHONE = (1280, 800), (390, 844)
_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_AXE = Axe()
_LOOKED_AT: set[Page] = set()
"""Pages on which axe tried inline styles, which the policy forbids; a part that is loaded anew tries them again."""


async def look(page: Page, name: str) -> None:
    """Check a page as it stands: no serious fault for axe, nothing wider than a phone; keep pictures if wanted."""
    await _shoot(page, f"{name}.png")
    assert await faults(page) == [], name
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    try:
        await _shoot(page, f"{name}-phone.png")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], f"{name} scrolls sideways"
        assert await faults(page) == [], f"{name} on a phone"
    finally:
        await page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


async def faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical: the rule, and where."""
    _LOOKED_AT.add(page)
    page.once("framenavigated", lambda _: _LOOKED_AT.discard(page))
    found = (await _AXE.run(page, options=_OPTIONS)).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']][:4]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


async def _shoot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / name, full_page=True)


def listen(page: Page, complaints: list[str]) -> None:
    """Note whatever a page complains of, but for answers that are meant to refuse, and for what axe itself tries."""

    def hear(message: ConsoleMessage) -> None:
        meant = any(f"status of {code}" in message.text for code in (401, 403, 404, 409, 422))
        axes = page in _LOOKED_AT and message.text.startswith("Applying inline style")
        if message.type == "error" and not meant and not axes:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))


async def opened(browser: Browser, complaints: list[str]) -> Page:
    """Open a page; whatever it complains of is noted."""
    width, height = DESKTOP
    context = await browser.new_context(locale="zh-CN", viewport={"width": width, "height": height})
    page = await context.new_page()
    listen(page, complaints)
    return page


async def sign_in(page: Page, address: str, key: str) -> None:
    """Sign in with a key, and go to an address."""
    await page.goto(address)
    await page.get_by_label("访问密钥").fill(key)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
