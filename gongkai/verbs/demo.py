"""``gongkai demo``: the main job from nothing, every step proved through public interfaces."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from gongkai.demo.feeding import Filing, Opening
from gongkai.demo.operating import Operating
from gongkai.demo.publishing import Publishing
from gongkai.demo.pushing import Pushing
from gongkai.demo.reporting import Reporting
from gongkai.demo.requesting import Requesting
from gongkai.demo.stage import Stage, fresh
from gongkai.demo.story import Step, Told, tell
from gongkai.verbs.common import Json, console, show

STORY: tuple[tuple[str, type[Any]], ...] = (
    ("启动平台，签发密钥，报送机关、企业和合作方", Opening),
    ("公文过关入库或退回，涉密公文不得进入", Filing),
    ("两人申请同一信息，作出决定，转为主动公开", Requesting),
    ("精准推送给所涉企业，签名可独立验证，每家一次", Pushing),
    ("门户、检索、订阅源和第二站点同步，撤回不留痕", Publishing),
    ("追溯、回放预演、并排重建、死信重投", Operating),
    ("年报表二由同一批事件算出，勾稽成立", Reporting),
)


def demo(
    json: Json = False,
    skip_action: Annotated[list[int] | None, typer.Option("--skip-action", help="略去第 N 步的动作，仍然核验")] = None,
    enterprises: Annotated[int, typer.Option(help="示例企业数量", min=400)] = 3000,
    data: Annotated[Path, typer.Option("--data", help="演示用的数据目录，开始时清空")] = Path("var/demo"),
    port: Annotated[int, typer.Option(help="端口，0 为任选")] = 0,
) -> None:
    """从零演示主流程：七步，逐步核验。"""
    skipped = frozenset(skip_action or ())
    if skipped - set(range(1, len(STORY) + 1)):
        raise typer.BadParameter(f"步骤只有 1 至 {len(STORY)}")
    stays = sys.stdout.isatty() and not json
    told = uvloop.run(_demo(fresh(data), port, enterprises, skipped, quiet=json, stays=stays))
    if json:
        show({"held": all(t.held for t in told), "steps": [t.plain() for t in told]})
    raise typer.Exit(0 if all(t.held for t in told) else 1)


async def _demo(data: Path, port: int, size: int, skipped: frozenset[int], *, quiet: bool, stays: bool) -> list[Told]:
    say = _silent if quiet else _say
    async with Stage(data, port, size) as stage:
        told = []
        for number, (title, part) in enumerate(STORY, 1):
            play = part(stage)
            told.append(await tell(Step(number, title, play.act, play.prove), skip=number in skipped, say=say))
        if stays:
            await _linger(stage)
    return told


async def _linger(stage: Stage) -> None:
    """Leave everything running for whoever wants to look."""
    (stage.data / "url").write_text(stage.url, encoding="ascii")
    console.print(f"\n门户 {stage.url}/　控制台 {stage.url}/console/　密钥 {stage.data}/operator.key　按 Ctrl-C 结束")
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()


def _say(told: Told) -> None:
    mark = "[green]成立[/green]" if told.held else "[red]不成立[/red]"
    console.print(f"[bold]{told.number}. {told.title}[/bold]　{mark}　{told.seconds:.1f} 秒", markup=True)
    for name, value in told.observed.items():
        console.print(f"   {name}：{value}", soft_wrap=True)
    if told.problem:
        console.print(f"   [red]{told.problem}[/red]", soft_wrap=True)


def _silent(_: Told) -> None:
    """Say nothing; the report is printed at the end."""
