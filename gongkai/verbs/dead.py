"""``gongkai dead``: dead letters by cause, one byte for byte, redriven or discarded; ``gongkai trace``."""

from __future__ import annotations

import time
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.tree import Tree

from gongkai.client import Client
from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, operator, show, told
from gongkai.verbs.operate import STATES, Reason, Service, moment, ops

dead = typer.Typer(help="死信：查看原因，修好后按原顺序重投，或者放弃。", no_args_is_help=True)
Topic = Annotated[str, typer.Argument(help="原主题")]
Of = Annotated[str, typer.Argument(help="键")]
WAIT_SECONDS = 30.0


@dead.command("ls")
@told
def ls(
    service: Service = "catalog",
    state: Annotated[str, typer.Option(help="waiting、redriven 或 discarded")] = "waiting",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """按原因列出死信。"""
    groups = operator(data, url, secret).get(f"{ops(service)}/dead?state={state}")["items"]
    if as_json:
        show(groups)
        return
    for each in groups:
        behind = f"，另有 {each['behind']} 条排在其后" if each["behind"] else ""
        console.print(f"[bold]{each['code']}[/bold]　{each['count']} 条{behind}", markup=True)
        console.print(f"  {each['error']}", markup=False)
        console.print(
            f"  {each['consumer']}　首次 {moment(each['first_ms'] / 1000)}　最近 {moment(each['last_ms'] / 1000)}"
        )
        for one in each["keys"]:
            console.print(
                f"    {one['topic']} {one['key'] or '（无键）'}　{one['partition']}/{one['place']}", markup=False
            )
    if not groups:
        console.print("没有死信")


@dead.command("show")
@told
def show_one(
    topic: Topic,
    partition: Annotated[int, typer.Argument(help="死信主题的分区")],
    place: Annotated[int, typer.Argument(help="死信主题中的位置")],
    service: Service = "catalog",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """原样显示一条死信。"""
    path = f"{ops(service)}/dead/letter?topic={quote(topic)}&partition={partition}&place={place}"
    found = operator(data, url, secret).get(path)
    if as_json:
        show(found)
        return
    original = found["original"]
    console.print(f"{STATES.get(found['state'], found['state'])}　{found['error']}", markup=False)
    console.print(
        f"{original['topic']}/{original['partition']}/{original['offset']}　{moment(original['timestamp'] / 1000)}"
    )
    console.print(original["text"], markup=False)


@dead.command("redrive")
@told
def redrive(
    topic: Topic,
    key: Of,
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只在影子上试，不重投")] = False,
    service: Service = "catalog",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """按原顺序重投一个键的全部死信。"""
    client = operator(data, url, secret)
    if dry_run:
        body = {"topic": topic, "key": key, "mode": "redrive", "dry_run": True}
        found = client.post(f"{ops(service)}/dead", body)
        if as_json:
            show(found)
        else:
            text = "都能通过" if found["would_pass"] else f"{len(found['refused'])} 条仍不能通过"
            console.print(f"试运行：{found['waiting']} 条，{text}")
        return
    _order(client, service, {"topic": topic, "key": key, "mode": "redrive", "reason": reason}, as_json)


@dead.command("discard")
@told
def discard(
    topic: Topic,
    key: Of,
    reason: Reason,
    service: Service = "catalog",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """放弃一个键的全部死信，之后的记录照常处理。"""
    client = operator(data, url, secret)
    _order(client, service, {"topic": topic, "key": key, "mode": "discard", "reason": reason}, as_json)


def _order(client: Client, service: str, body: dict[str, Any], as_json: bool) -> None:
    """Order, then wait until it is carried out; a key that is still there afterwards could not be settled."""
    client.post(f"{ops(service)}/dead", body)
    deadline = time.monotonic() + WAIT_SECONDS
    left = _waiting(client, service, body)
    while left and time.monotonic() < deadline:
        time.sleep(0.2)
        left = _waiting(client, service, body)
    if as_json:
        show({**body, "carried_out": not left})
    else:
        console.print("已完成" if not left else "尚未完成：第一条仍不能通过，或者消费者未运行；用 dead ls 查看")
    if left:
        raise typer.Exit(1)


def _waiting(client: Client, service: str, body: dict[str, Any]) -> bool:
    groups = client.get(f"{ops(service)}/dead")["items"]
    wanted = (body["topic"], body["key"])
    return any((one["topic"], one["key"]) == wanted for each in groups for one in each["keys"])


@told
def trace(
    name: Annotated[str, typer.Argument(help="事件、公文、申请、推送的编号，或者回执")],
    service: Service = "catalog",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """跨服务追溯因果链：从它往前到源头，往后到全部结果和对外投递。"""
    client = operator(data, url, secret)
    found = client.get(f"{ops(service)}/trace?id={quote(name, safe='')}")
    if as_json:
        show(found)
        return
    if not found["roots"]:
        console.print(f"日志中没有 {name}", markup=False)
        raise typer.Exit(1)
    for root in found["roots"]:
        console.print(_tree(root))
    for one in found["effects"]:
        console.print(_effect(one), markup=False)
    console.print(f"共 {found['events']} 个事件，{len(found['effects'])} 项对外投递，未显示 {found['left_out']} 个")


def _effect(one: dict[str, Any]) -> str:
    if "left_out" in one:
        return f"  {one['subject']}：另有 {one['left_out']} 项投递"
    state = STATES.get(one["state"], one["state"])
    return f"  投递 {one['id']}　{one['recipient']}　{one['purpose']}　{state}　{moment(one['settled'])}"


def _tree(root: dict[str, Any]) -> Tree:
    top = Tree(_line(root))
    waiting = [(root, top)]
    while waiting:
        node, branch = waiting.pop()
        waiting += [(child, branch.add(_line(child))) for child in node["children"]]
    return top


def _line(node: dict[str, Any]) -> str:
    if "subject" not in node:
        return f"{node['type']}　{node['id']}"
    mark = "　◀ 所查" if node["matched"] else ""
    place = f"{node['topic']}/{node['partition']}/{node['offset']}"
    return f"{node['type']}　{moment(node['time'])}　{node['id']}　{place}{mark}"
