"""``gongkai backup`` and ``gongkai restore``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TaskID

from gongkai.archive import SERVICES, Damaged, Maker
from gongkai.launcher import VERSION
from gongkai.restoring import restore as bring_back
from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, errors, operator, show, told
from gongkai.verbs.operate import bar
from shared.clock import ZONE

Folder = Annotated[Path, typer.Argument(help="备份目录")]


class _Bars:
    """One progress line per thing that is copied."""

    def __init__(self, shown: bool) -> None:
        self.progress = bar(shown)
        self._tasks: dict[str, TaskID] = {}

    def say(self, what: str, done: int, total: int) -> None:
        """Move the line of something."""
        if what not in self._tasks:
            self._tasks[what] = self.progress.add_task(what, total=total or None)
        self.progress.update(self._tasks[what], completed=done, total=total or None)


@told
def backup(
    folder: Folder,
    services: Annotated[list[str] | None, typer.Option("--service", "-s", help="只备份哪些服务；缺省为全部")] = None,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """备份正在运行的平台；中断后再次执行会接着做。vault/ 目录须与其余部分分开保管。"""
    bars = _Bars(not as_json)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    client = operator(data, url, secret)
    with bars.progress:
        maker = Maker(client, folder, data, VERSION, bars.say, services or SERVICES)
        made = maker.make(datetime.now(ZONE).isoformat())
    if as_json:
        show({name: made[name] for name in ("made", "services", "partitions")} | {"files": len(made["files"])})
    else:
        console.print(f"已备份 {'、'.join(made['services'])}，共 {len(made['files'])} 个文件：{folder}", markup=False)
        console.print(
            f"请把 {folder / 'vault'} 与其余部分分开保管；密钥加密密钥（GONGKAI_KEK_FILE）不在备份中", markup=False
        )


@told
def restore(folder: Folder, data: Data = DATA, as_json: Json = False) -> None:
    """把备份恢复到一个空的数据目录；先核对全部摘要。之后用 gongkai up 启动。"""
    bars = _Bars(not as_json)
    try:
        with bars.progress:
            found = asyncio.run(bring_back(folder, data, bars.say))
    except Damaged as error:
        errors.print(f"[red]失败[/red]：{error}", markup=True)
        raise typer.Exit(1) from error
    if as_json:
        show(found)
    else:
        console.print(f"已恢复 {found['records']} 条记录（备份之后的 {found['left_out']} 条将由服务重新得出）到 {data}")
