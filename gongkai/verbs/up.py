"""``gongkai up``: everything on this machine, on one origin."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from gongkai.city import seed
from gongkai.launcher import City
from gongkai.verbs.common import DATA, Data, console, told


@told
def up(
    port: Annotated[int, typer.Option(help="监听端口，0 为任选")] = 8600,
    data: Data = DATA,
    bare: Annotated[bool, typer.Option("--bare", help="不登记示例城市的机关和密钥")] = False,
) -> None:
    """启动消息系统、四个服务和网关，直到 Ctrl-C。"""
    uvloop.run(_up(data, port, bare))


async def _up(data: Path, port: int, bare: bool) -> None:
    async with City(data, port, streams=True) as city:
        (data / "url").write_text(city.url, encoding="ascii")
        if not bare:
            await seed(city)
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        console.print(
            f"平台已启动：{city.url}/　控制台：{city.url}/console/　密钥：{data}/operator.key　按 Ctrl-C 结束"
        )
        await ended.wait()
        console.print("正在停止……")
        (data / "url").unlink(missing_ok=True)
