"""Pictures of the pages for the documentation: ``python -m tests.browser.screens [FOLDER]``.

A city in this process lives through the demo's story (``gongkai.demo``); a real Chromium then looks at it as a visitor,
a clerk, an applicant, an officer, a supervisor and an operator do. The pictures are under ``docs/screenshots``.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from gongkai.city import EXAMPLES
from gongkai.demo.publishing import TITLE
from gongkai.demo.requesting import BODY
from gongkai.demo.stage import Stage
from gongkai.demo.story import Step, tell
from gongkai.verbs.demo import STORY
from shared.bus.port import Draft
from tests.support.wait import until

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTH, HEIGHT, TALLEST = 1280, 800, 1600
ENTERPRISES = 400
LETTER = EXAMPLES / "jingan" / "community-lighting.txt"
ASKED = ("2025年商铺消防检查结果汇总", "沿街商铺消防设施改造补贴资金分配表", "消防改造施工单位名录及选定办法")


@dataclass(frozen=True)
class Camera:
    """A browser in front of a running city."""

    stage: Stage
    browser: Browser
    folder: Path

    async def visitor(self) -> Page:
        """Open a page nobody is signed in to."""
        view = {"width": WIDTH, "height": HEIGHT}
        context = await self.browser.new_context(base_url=self.stage.url, locale="zh-CN", viewport=view)  # type: ignore[arg-type]
        return await context.new_page()

    async def signed_in(self, name: str, path: str) -> Page:
        """Open a page of somebody with a key and go to a path."""
        kept = self.stage.data / ("operator.key" if name == "operator" else f"keys/{name}.key")
        page = await self.visitor()
        await page.goto(path)
        await page.get_by_label("访问密钥").fill(kept.read_text(encoding="ascii").strip())
        await page.get_by_role("button", name="登录").click()
        await page.get_by_role("button", name="退出").wait_for()
        return page

    async def shoot(self, page: Page, name: str) -> None:
        """Keep the whole page, down to a height that still fits a document, in 256 colours."""
        tall = await page.evaluate("document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(int(tall), TALLEST)}
        taken = await page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        path = self.folder / f"{name}.png"
        Image.open(io.BytesIO(taken)).convert("RGB").quantize(256).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1024} KiB")


async def portal(camera: Camera) -> None:
    """What everybody sees."""
    page = await camera.visitor()
    await page.goto("/")
    await camera.shoot(page, "portal-home")
    await page.get_by_role("link", name=TITLE).first.click()
    await camera.shoot(page, "portal-document")
    await page.goto("/search?q=补贴")
    await page.get_by_text(TITLE).first.wait_for()
    await camera.shoot(page, "portal-search")
    await page.goto("/requests/v1/apply")
    await camera.shoot(page, "portal-apply")


async def clerk(camera: Camera) -> None:
    """Who files documents: one file read into a form, then the list."""
    page = await camera.signed_in("jingan", "/console/filings")
    await camera.shoot(page, "clerk-filings")
    await page.goto("/console/filings/new")
    await page.get_by_label("上传文件").set_input_files(LETTER)
    await page.get_by_role("button", name="从文件识别要素").click()
    await page.locator("#number-seen q").wait_for()
    await camera.shoot(page, "clerk-form")


async def officer(camera: Camera) -> None:
    """Who decides requests for information."""
    page = await camera.signed_in("officer-jingan", "/console/requests")
    await camera.shoot(page, "officer-cases")
    await page.goto(f"/console/requests/{camera.stage.notes['requests'][0]}")
    await camera.shoot(page, "officer-case")
    await page.goto(f"/console/requests/report?body={BODY}")
    await camera.shoot(page, "officer-report")


async def applicant(camera: Camera) -> None:
    """Who asks, with the code of a case: what is awaited, and how the deadline was counted."""
    page = await camera.visitor()
    await page.goto(f"/requests/v1/follow/{camera.stage.notes['follow']}")
    await camera.shoot(page, "applicant-follow")
    await page.get_by_role("link", name="查看要求并补正").click()
    await camera.shoot(page, "applicant-correct")


async def supervisor(camera: Camera) -> None:
    """Who watches over all bodies."""
    page = await camera.signed_in("supervisor-jingan", "/console/requests/supervision")
    await camera.shoot(page, "supervisor-figures")
    await page.goto("/console/requests/orders/new")
    await camera.shoot(page, "supervisor-order")


async def operator(camera: Camera) -> None:
    """Who keeps it running."""
    page = await camera.signed_in("operator", "/console/")
    await camera.shoot(page, "console-overview")
    await page.goto("/console/catalog/ops/dead")
    await camera.shoot(page, "console-dead")
    await page.goto("/console/notify/ops/replay")
    await page.get_by_role("link", name=camera.stage.notes["plan"]).first.click()
    await camera.shoot(page, "console-replay")
    await page.goto(f"/console/notify/ops/trace?id={camera.stage.notes['document']}")
    await camera.shoot(page, "console-trace")


async def take(folder: Path, chromium: str, data: Path) -> None:
    """Let the city live through its story, then take every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    async with Stage(data, 0, ENTERPRISES) as stage:
        for number, (title, part) in enumerate(STORY, 1):
            play = part(stage)
            told = await tell(Step(number, title, play.act, play.prove), skip=False, say=lambda _: None)
            print(f"{number}. {title}: {'held' if told.held else told.problem}")
        await _leave_work(stage)
        await _leave_a_letter(stage)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for look in (portal, clerk, applicant, officer, supervisor, operator):
                await look(Camera(stage, browser, folder))
            await browser.close()


async def _leave_work(stage: Stage) -> None:
    """Ask for more, so that the officer's list is not empty; the clocks of the first two run, one must be corrected."""
    applicant = {"body": BODY, "category": "np", "name": "申请人丁", "contact": "13700000000"}
    asked = [
        await stage.wish("/requests/v1/applications", {**applicant, "description": f"申请公开{what}"}, "")
        for what in ASKED
    ]

    async def numbered() -> bool:
        found = await stage.ask(f"/requests/v1/cases?body={BODY}", "officer-jingan")
        return len(found["items"]) == len(ASKED) and all(case["number"] for case in found["items"])

    await until(numbered, what="the cases' numbers")
    for case in asked[:2]:
        await _step(stage, case["request_id"], "confirm", {})
    await _step(stage, asked[1]["request_id"], "notify-correction", {"text": "请写明所需资金分配表的年度。"})
    stage.notes["follow"] = asked[1]["code"]


async def _step(stage: Stage, case: str, name: str, wish: dict[str, str]) -> None:
    path = f"/requests/v1/cases/{case}"
    _, version = await stage.versioned(path, "officer-jingan")
    await stage.wish(f"{path}/{name}", wish, "officer-jingan", version)


async def _leave_a_letter(stage: Stage) -> None:
    """Put something into the log that is no event, so that the page of dead letters shows one."""
    platform = stage.city.platform
    await platform.log.append(platform.topics.of("feed"), [Draft("jingan|oa-17", "不是事件".encode())])

    async def buried() -> bool:
        return bool((await stage.ask("/catalog/v1/ops/dead", "operator"))["items"])

    await until(buried, what="the dead letter")


def main() -> None:
    """Take the pictures; ends with status 1 where there is no Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("没有找到 Chromium")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    with tempfile.TemporaryDirectory() as data:
        asyncio.run(take(folder, chromium, Path(data)))


if __name__ == "__main__":
    main()
