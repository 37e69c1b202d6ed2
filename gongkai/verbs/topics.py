"""``gongkai topics``: what is in the log, record by record."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from gongkai.archive import Damaged, Maker
from gongkai.client import Client
from gongkai.launcher import VERSION
from gongkai.restoring import Importer
from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, errors, operator, show, told
from gongkai.verbs.operate import moment, ops, table
from shared.bus.kafka import KafkaLog

topics = typer.Typer(help="主题：列出、跟踪、查看、导出、导入。", no_args_is_help=True)
Topic = Annotated[str, typer.Argument(help="主题")]
PATH = f"{ops('catalog')}/topics"


@topics.command("ls")
@told
def ls(data: Data = DATA, url: Url = "", secret: Key = "", as_json: Json = False) -> None:
    """列出全部主题和记录数。"""
    found = operator(data, url, secret).get(PATH)["items"]
    if as_json:
        show(found)
        return
    lines = ((t["topic"], len(t["partitions"]), t["records"]) for t in found)
    table(("主题", "分区", "记录"), lines)


@topics.command("show")
@told
def show_one(
    topic: Topic,
    partition: Annotated[int, typer.Argument(help="分区")],
    offset: Annotated[int, typer.Argument(help="位置")],
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """原样显示一条记录。"""
    client = operator(data, url, secret)
    items = client.get(f"{PATH}/{topic}/records?partition={partition}&offset={offset}&limit=1")["items"]
    if not items or items[0]["offset"] != offset:
        errors.print(f"没有这条记录：{topic}/{partition}/{offset}", markup=False)
        raise typer.Exit(1)
    if as_json:
        show(items[0])
        return
    console.print(_line(items[0]), markup=False)
    for name, value in items[0]["headers"]:
        console.print(f"  {name}: {base64.b64decode(value).decode('utf-8', 'replace')}", markup=False)
    console.print(_text(items[0]), markup=False, soft_wrap=True)


@topics.command("tail")
@told
def tail(
    topic: Topic,
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="先显示每个分区最后几条")] = 5,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="一直跟踪，直到 Ctrl-C")] = False,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """显示最近的记录。"""
    client = operator(data, url, secret)
    at = {slot["partition"]: max(slot["first"], slot["end"] - last) for slot in _slots(client, topic)}
    while True:
        for record in _news(client, topic, at):
            if as_json:
                show(record)
            else:
                console.print(_line(record), markup=False, soft_wrap=True)
        if not follow:
            return
        time.sleep(0.5)


@topics.command("export")
@told
def export(
    folder: Annotated[Path, typer.Argument(help="目录；每个分区一个 NDJSON 文件，可接着导出")],
    topic: Annotated[str, typer.Option(help="只导出一个主题")] = "",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """逐条原样导出（值和标头为 base64）。"""
    client = operator(data, url, secret)
    maker = Maker(client, folder, data, VERSION, lambda *_: None)
    counts = {}
    for each in client.get(PATH)["items"]:
        if topic in ("", each["topic"]):
            short = each["owner"] + (".dead" if each["dead"] else "")
            for slot in each["partitions"]:
                maker.partition(each["topic"], short, slot)
            counts[each["topic"]] = each["records"]
    if not counts:
        errors.print(f"没有这个主题：{topic}", markup=False)
        raise typer.Exit(1)
    if as_json:
        show(counts)
    else:
        table(("主题", "记录"), counts.items())


@topics.command("import")
@told
def import_(
    folder: Annotated[Path, typer.Argument(help="导出的目录")],
    kafka: Annotated[str, typer.Option(help="消息系统地址 主机:端口")] = "",
    prefix: Annotated[str, typer.Option(help="主题名前缀")] = "",
    as_json: Json = False,
) -> None:
    """导入到一个空的消息系统：分区、顺序、位置都不变。"""
    address = kafka or os.environ.get("GONGKAI_KAFKA", "")
    if not address:
        errors.print("请用 --kafka 给出消息系统地址", markup=False)
        raise typer.Exit(2)
    try:
        written = asyncio.run(_import(folder, address, prefix))
    except Damaged as error:
        errors.print(f"[red]失败[/red]：{error}", markup=True)
        raise typer.Exit(1) from error
    if as_json:
        show({"records": written})
    else:
        console.print(f"已导入 {written} 条记录")


async def _import(folder: Path, address: str, prefix: str) -> int:
    log = KafkaLog(address)
    counts: dict[str, int] = {}
    for path in (folder / "topics").glob("*.ndjson"):
        short, _, number = path.name.removesuffix(".ndjson").rpartition(".")
        counts[short] = max(counts.get(short, 0), int(number) + 1)
    try:
        importer = Importer(folder, log, prefix, 1, lambda *_: None)
        for short, count in sorted(counts.items()):
            await importer.topic(short, count, None)
        return importer.written
    finally:
        await log.close()


def _slots(client: Client, topic: str) -> list[dict[str, Any]]:
    found: list[list[dict[str, Any]]] = [t["partitions"] for t in client.get(PATH)["items"] if t["topic"] == topic]
    if not found:
        sys.exit(f"没有这个主题：{topic}")
    return found[0]


def _news(client: Client, topic: str, at: dict[int, int]) -> Iterator[dict[str, Any]]:
    """Yield what has come since, and remember how far that was; within a round by time."""
    found: list[dict[str, Any]] = []
    for partition, offset in list(at.items()):
        page = client.get(f"{PATH}/{topic}/records?partition={partition}&offset={offset}&limit=1000")
        found += page["items"]
        if page["items"]:
            at[partition] = page["items"][-1]["offset"] + 1
    return iter(sorted(found, key=lambda record: (record["timestamp"], record["partition"], record["offset"])))


def _text(record: dict[str, Any]) -> str:
    return base64.b64decode(record["value"] or "").decode("utf-8", "replace")


def _line(record: dict[str, Any]) -> str:
    try:
        event = json.loads(_text(record))
        about = f"{event['type']}　{event['id']}"
    except (ValueError, KeyError, TypeError):
        about = "（不是事件）"
    place = f"{record['topic']}/{record['partition']}/{record['offset']}"
    return f"{moment(record['timestamp'] / 1000)}　{place}　{record['key']}　{about}"
