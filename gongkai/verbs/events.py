"""``gongkai events`` and ``gongkai openapi``: what is derived from the contracts and the services."""

from __future__ import annotations

import asyncio

import typer

from gongkai.describe import ROOT, Breaking, write
from gongkai.describing import write as write_openapi
from gongkai.verbs.common import console, errors


def events() -> None:
    """重新生成 JSON Schema、docs/events.md、docs/errors.md 和 shared/contracts/asyncapi.json；破坏性变更会被拒绝。"""
    try:
        changed = write()
    except Breaking as error:
        errors.print(f"[red]拒绝[/red]：{error}")
        raise typer.Exit(1) from error
    for path in changed:
        console.print(f"已更新 {path.relative_to(ROOT)}")


def openapi() -> None:
    """生成四个服务合并的接口说明（制作镜像时执行一次），供各自成进程的服务在 /openapi.json 给出。"""
    console.print(f"已生成 {asyncio.run(write_openapi()).name}")
