"""``gongkai keys``: issue, list and revoke access keys; ``gongkai doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from gongkai.client import Client, Problem, Unreachable
from gongkai.doctor import examine
from gongkai.keys import first_operator_key, keep
from gongkai.launcher import VERSION
from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, operator, show, told
from gongkai.verbs.operate import Reason, ops, table
from shared.wiring import Platform, load_settings

keys = typer.Typer(help="访问密钥：签发、列出、吊销。", no_args_is_help=True)


@keys.command("issue")
@told
def issue(
    kind: Annotated[str, typer.Argument(help="agency、officer、supervisor、operator、enterprise、partner")],
    name: Annotated[str, typer.Argument(help="主体编号")],
    bodies: Annotated[list[str] | None, typer.Option("--body", help="可代表的机关，可用 前缀*；可多次")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="可报类型；可多次")] = None,
    source: Annotated[str, typer.Option(help="报送单位的来源，缺省 /主体编号")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="写入文件（仅属主可读），不在屏幕显示")] = None,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """签发一把密钥；密钥只出现这一次。"""
    wish: dict[str, Any] = {"kind": kind, "id": name, "bodies": bodies or [], "types": types or []}
    if kind == "agency":
        wish["source"] = source or f"/{name}"
    made = operator(data, url, secret).post(f"{ops('catalog')}/keys", wish)
    if to is not None:
        keep(to, made.pop("key"))
    if as_json:
        show(made)
    else:
        console.print(f"密钥编号 {made['key_id']}")
        console.print(f"已写入 {to}" if to is not None else made["key"], markup=False, soft_wrap=True)


@keys.command("first")
def first(data: Data = DATA, as_json: Json = False) -> None:
    """没有可用的运维密钥时，直接经消息系统签发首个，写入数据目录；需要 GONGKAI_KAFKA。"""
    made = uvloop.run(_first(data))
    if as_json:
        show({"issued": made, "file": str(data / "operator.key")})
    else:
        console.print(f"{'已写入' if made else '已有可用的密钥'} {data / 'operator.key'}", markup=False)


async def _first(data: Path) -> bool:
    platform = await Platform.open(load_settings(data=data))
    try:
        return await first_operator_key(platform)
    finally:
        await platform.close()


@keys.command("ls")
@told
def ls(data: Data = DATA, url: Url = "", secret: Key = "", as_json: Json = False) -> None:
    """列出有效密钥。"""
    found = operator(data, url, secret).get(f"{ops('catalog')}/keys")["items"]
    if as_json:
        show(found)
        return
    lines = ((k["key_id"], k["kind"], k["id"], " ".join(k["bodies"])) for k in found)
    table(("编号", "类别", "主体", "机关"), lines)


@keys.command("revoke")
@told
def revoke(
    key_id: Annotated[str, typer.Argument(help="密钥编号")],
    reason: Reason,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """吊销一把密钥，一秒内在所有进程生效。"""
    found = operator(data, url, secret).post(f"{ops('catalog')}/keys/{key_id}/revoke", {"reason": reason})
    if as_json:
        show(found)
    else:
        console.print("已吊销")


@told
def doctor(
    port: Annotated[int, typer.Option(help="gongkai up 使用的端口")] = 8600,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """检查这台机器能否运行平台；平台正在运行时也检查各服务。"""
    checks = [vars_of(check) for check in examine(data, port, VERSION)]
    if (data / "url").exists() or url:
        checks += [_service(operator(data, url, secret), name) for name in ("catalog", "requests", "notify", "publish")]
    if as_json:
        show(checks)
    else:
        marks = {"ok": "正常", "warn": "注意", "fail": "失败"}
        lines = ((c["name"], marks[c["level"]], c["found"], c["remedy"]) for c in checks)
        table(("检查", "结果", "发现", "处理办法"), lines)
    if any(check["level"] == "fail" for check in checks):
        raise typer.Exit(1)


def vars_of(check: Any) -> dict[str, str]:
    """Return a check as plain values."""
    return {name: getattr(check, name) for name in ("name", "level", "found", "remedy")}


def _service(client: Client, name: str) -> dict[str, str]:
    try:
        found = client.get(ops(name))
    except (Problem, Unreachable) as error:
        return {"name": f"服务 {name}", "level": "fail", "found": str(error), "remedy": "查看该服务的日志"}
    consumer = found["consumer"]
    text = f"积压 {found['lag']}，待发 {found['relay']['owed']}，死信 {found['dead']}，停放 {consumer['parked']}"
    if not consumer["ready"]:
        why = consumer["stopped"] or consumer["lost"]
        return {"name": f"服务 {name}", "level": "fail", "found": f"{why}；{text}", "remedy": "排除原因后恢复消费"}
    bad = found["dead"] or found["relay"]["trouble"] or found["relay"]["held"] or consumer["held"]
    remedy = "用 gongkai dead ls 查看死信，或查看控制台" if bad else ""
    return {"name": f"服务 {name}", "level": "warn" if bad else "ok", "found": text, "remedy": remedy}
