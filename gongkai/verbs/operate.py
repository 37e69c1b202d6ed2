"""What the operators' verbs share: times, tables, waiting for work that goes on in the platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gongkai.client import Client
from gongkai.verbs.common import console
from shared.clock import ZONE

Service = Annotated[str, typer.Option("--service", "-s", help="哪个服务：catalog、requests、notify、publish")]
Reason = Annotated[str, typer.Option("--reason", help="理由，记入操作记录")]

STATES = {
    "planning": "正在推演", "planned": "已推演", "running": "正在执行", "paused": "已暂停", "done": "已执行",
    "cancelled": "已取消", "failed": "失败", "switched": "已切换", "differs": "结果不同，未切换",
    "loses": "条目减少过多，未切换", "overtaken": "已被他人切换", "interrupted": "中断，可重新开始",
    "accepted": "已送达", "due": "待发", "claimed": "发送中", "uncertain": "不确定", "closed": "已关闭",
    "waiting": "待处理", "redriven": "已重投", "discarded": "已放弃",
}  # fmt: skip


def ops(service: str) -> str:
    """Return where a service answers its operators."""
    return f"/{service}/v1/ops"


def moment(value: str | float | None) -> str:
    """Print a time in Beijing time with its offset; numbers are seconds since the epoch."""
    if value is None or value == "":
        return "—"
    found = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, ZONE)
    return found.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S +08:00")


def table(columns: Sequence[str], lines: Iterable[Sequence[Any]], empty: str = "没有") -> None:
    """Print a table, or one line where there is nothing."""
    made = Table(*columns)
    for line in lines:
        made.add_row(*(str(cell) for cell in line))
    if made.row_count:
        console.print(made)
    else:
        console.print(empty)


def bar(shown: bool) -> Progress:
    """Return a progress bar; silent where the output is for programs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not shown, transient=True)


def follow(client: Client, path: str, over: Callable[[dict[str, Any]], bool], shown: bool, text: str) -> dict[str, Any]:
    """Watch something until it is over; Ctrl-C ends the watching, not the work."""
    with bar(shown) as progress:
        task = progress.add_task(text, total=None)
        while True:
            found: dict[str, Any] = client.get(path)
            done, total = found.get("read", found.get("done", 0)), found.get("total") or None
            progress.update(task, completed=done, total=total)
            if over(found):
                return found
            time.sleep(0.2)


def every(client: Client, path: str) -> Iterable[dict[str, Any]]:
    """Yield the items of a list, page by page."""
    after = ""
    while after is not None:
        page = client.get(f"{path}{'&' if '?' in path else '?'}limit=200{f'&after={after}' if after else ''}")
        yield from page["items"]
        after = page["next"]
