"""``gongkai replay``: plan a replay, look at what it would change, carry it out; ``gongkai rebuild`` a projection."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

import typer

from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, operator, show, told
from gongkai.verbs.operate import STATES, Reason, Service, every, follow, moment, ops, table

replay = typer.Typer(help="回放：用现在的程序在影子上重算历史，先看差异，再决定是否执行。", no_args_is_help=True)
Plan = Annotated[str, typer.Argument(help="计划编号")]
KINDS = {"event": "会新增的事件", "aggregate": "会改变的聚合", "row": "会改变的投影行", "refused": "不能处理的记录"}
_WORKING = ("planning", "running")


@replay.command("plan")
@told
def plan(
    service: Service = "catalog",
    topic: Annotated[str, typer.Option(help="只看一个主题")] = "",
    begin: Annotated[str, typer.Option("--from", help="起（含），如 2026-03-02T09:00，不写时区按北京时间")] = "",
    end: Annotated[str, typer.Option("--to", help="止（不含）")] = "",
    key: Annotated[str, typer.Option("--only", help="只看一个键")] = "",
    by: Annotated[str, typer.Option(help="append：写入日志的时间；event：事件自身的时间")] = "append",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """推演一次回放：只比较，不写入，不发送。"""
    client = operator(data, url, secret)
    given = {"topic": topic, "begin": begin, "end": end, "key": key, "by": by}
    scope = {name: value for name, value in given.items() if value}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    made = client.call("POST", f"{ops(service)}/replay", scope, headers).must()
    _watch(client, service, made["id"], as_json)


@replay.command("run")
@told
def run(
    plan_id: Plan,
    reason: Reason,
    service: Service = "catalog",
    send_missing: Annotated[bool, typer.Option("--send-missing", help="补发缺少的投递；须由另一人执行")] = False,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """执行一个已推演的计划：写入有差异的投影行。"""
    client = operator(data, url, secret)
    client.post(f"{ops(service)}/replay/{plan_id}/run", {"reason": reason, "send_missing": send_missing})
    _watch(client, service, plan_id, as_json)


@replay.command("status")
@told
def status(
    plan_id: Annotated[str, typer.Argument(help="计划编号；不写则列出全部")] = "",
    service: Service = "catalog",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """查看一个计划，或列出全部计划。"""
    client = operator(data, url, secret)
    if plan_id:
        _watch(client, service, plan_id, as_json)
        return
    plans = list(every(client, f"{ops(service)}/replay"))
    if as_json:
        show(plans)
        return
    lines = ((p["id"], STATES[p["state"]], p["person"], moment(p["at"]), p["touched"]) for p in plans)
    table(("编号", "状态", "提出", "时间", "涉及记录"), lines, "还没有回放计划")


def _act(action: str, text: str) -> None:
    @replay.command(action, help=text)
    @told
    def act(
        plan_id: Plan, service: Service = "catalog", data: Data = DATA, url: Url = "", secret: Key = "",
        as_json: Json = False,
    ) -> None:  # fmt: skip
        found = operator(data, url, secret).post(f"{ops(service)}/replay/{plan_id}/{action}")
        if as_json:
            show(found)
        else:
            console.print(f"{plan_id}：{STATES[found['state']]}")


for _action, _text in (
    ("pause", "暂停一个计划，重启后仍然暂停。"),
    ("resume", "继续一个计划。"),
    ("cancel", "取消一个计划。"),
):
    _act(_action, _text)


def _watch(client: Any, service: str, plan_id: str, as_json: bool) -> None:
    path = f"{ops(service)}/replay/{plan_id}"
    found = follow(client, path, lambda each: each["state"] not in _WORKING, not as_json, "回放")
    if as_json:
        show({**found, "findings": list(every(client, f"{path}/findings"))})
    else:
        _print(found)
        table(
            ("类别", "对象", "差异", "说明"),
            ((f["kind"], f["id"], f["what"], "、".join(f.get("fields", [])) or f.get("type", "")) for f in
             client.get(f"{path}/findings?limit=50")["items"]),
            "没有差异",
        )  # fmt: skip
    if found["state"] == "failed":
        raise typer.Exit(1)


def _print(found: dict[str, Any]) -> None:
    console.print(f"计划 {found['id']}：{STATES[found['state']]}，涉及 {found['touched']} 条记录")
    if first := found.get("first"):
        console.print(f"最早涉及 {moment(first['appended'])}　{first.get('type', '')}　{first.get('id', first['key'])}")
    for kind, text in KINDS.items():
        if "counts" in found:
            console.print(f"  {text}：{found['counts'][kind]}")
    if effects := found.get("effects"):
        console.print(f"  对外投递：已有 {effects['done']}，缺少 {effects['missing']}，不同 {effects['different']}")
    if "runner" in found:
        console.print(f"  已写入 {found['written']}，已被新事件覆盖 {found['overtaken']}，补发 {found['sent']}")
    if found.get("error"):
        console.print(f"[red]{found['error']}[/red]", markup=True)


@told
def rebuild(
    projection: Annotated[str, typer.Argument(help="投影名，如 library、portal")],
    service: Service = "catalog",
    accept: Annotated[bool, typer.Option("--accept", help="结果不同也切换（程序已更新）")] = False,
    force: Annotated[bool, typer.Option("--force", help="条目减少超过 5% 也切换")] = False,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """在旁边从头重建一个投影，与现用的一致后切换；不影响查询。"""
    client = operator(data, url, secret)
    path = f"{ops(service)}/projections/{projection}"
    client.post(f"{path}/rebuild", {"accept": accept, "force": force})
    found = follow(client, path, lambda each: each["rebuild"]["state"] != "running", not as_json, "重建")
    last = found["rebuild"]
    if as_json:
        show(found)
    else:
        console.print(f"{projection}：{STATES.get(last['state'], last['state'])}　{last.get('error', '')}")
        if "after" in last:
            same = "一致" if last["before"] == last["after"] else "不同"
            console.print(f"摘要{same}：{last['after']}　{last['items_before']} → {last['items_after']} 条")
    if last["state"] != "switched":
        raise typer.Exit(1)
