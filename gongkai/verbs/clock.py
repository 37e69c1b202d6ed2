"""``gongkai calendar``: publish a year's holidays; ``gongkai clock``: how the deadline of a case was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, errors, operator, show, told
from gongkai.verbs.operate import Reason, ops, table

calendar = typer.Typer(help="日历：公布或者修改一年的节假日安排。", no_args_is_help=True)
clock = typer.Typer(help="期限：逐日说明一件申请的期限怎样算出。", no_args_is_help=True)
WEEKDAYS = "一二三四五六日"


@calendar.command("publish")
@told
def publish(
    file: Annotated[Path, typer.Argument(help="TOML 文件：year、version、notices、work 和 [off]", exists=True)],
    reason: Reason,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """公布一年的节假日安排；不停机生效，受影响的在办申请重新计算期限。"""
    try:
        arranged = loads(file.read_text(encoding="utf-8"))
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        errors.print(f"[red]失败[/red]：{file} 不是有效的 TOML：{error}", markup=True)
        raise typer.Exit(1) from error
    answer = operator(data, url, secret).call(
        "POST", f"{ops('requests')}/calendars", {**plain(arranged), "reason": reason}
    )
    faults = answer.json.get("errors", []) if answer.status == 422 else []
    for fault in faults:
        errors.print(f"{fault['pointer']}：{fault['detail']}", markup=False)
    made = answer.must()
    if as_json:
        show(made)
    else:
        console.print(f"{made['version']} {'已公布' if made['news'] else '早已公布，没有变化'}", markup=False)


def plain(value: Any) -> Any:
    """Return decoded TOML as JSON has it: dates as text."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


@calendar.command("ls")
@told
def ls(data: Data = DATA, url: Url = "", secret: Key = "", as_json: Json = False) -> None:
    """列出已公布的年份，以及因此重新计算了多少件申请。"""
    client = operator(data, url, secret)
    found = client.get(f"{ops('requests')}/calendars")["items"]
    jobs = {job["version"]: job for job in client.get("/requests/v1/calendars")["items"]}
    if as_json:
        show([{**each, "recount": jobs.get(each["version"])} for each in found])
        return
    lines = (
        (
            each["version"],
            "、".join(each["notices"]),
            sum(map(len, each["off"].values())),
            len(each["work"]),
            _job(jobs.get(each["version"])),
        )
        for each in found
    )
    table(("版本", "通知", "放假日", "调休上班日", "重新计算"), lines)


def _job(job: dict[str, Any] | None) -> str:
    if job is None:
        return "尚未开始"
    return f"{'已完成' if job['done'] else '进行中'}，变动 {job['changed']} 件"


@clock.command("explain")
@told
def explain(
    request_id: Annotated[str, typer.Argument(help="申请编号（request_id）")],
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """打印期限收据：每一天是否计入、是第几日、依据哪一条。"""
    found = operator(data, url, secret).get(f"/requests/v1/cases/{quote(request_id)}/clock")
    if as_json:
        show(found)
        return
    for line in _head(found):
        console.print(line, markup=False)
    lines = (
        (
            line["date"],
            "周" + WEEKDAYS[date.fromisoformat(line["date"]).weekday()],
            line["label"],
            line["number"] or "",
            line["article"],
            line["note"],
        )
        for line in found["lines"]
    )
    table(("日期", "星期", "这一天", "第几日", "依据", "说明"), lines, "期限尚未起算")


def _head(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['number'] or found['request_id']}　{found['mode_label']}"
    if found["due"]:
        guess = "（临时，所涉年份的节假日安排尚未公布）" if found["provisional"] else ""
        yield f"到期日 {found['due']}{guess}　日历 {found['calendar']}"
    if found.get("turn_until"):
        yield f"申请人应于 {found['turn_until']} 前答复"
    if found["days_left"] is not None:
        yield (
            f"剩余 {found['days_left']} 个工作日"
            if found["days_left"] >= 0
            else f"已逾期 {-found['days_left']} 个工作日"
        )
