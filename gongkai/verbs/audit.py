"""``gongkai audit``: fetch the evidence of a case, and check it, offline or against the platform (证据包)."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gongkai.client import Client, key_of
from gongkai.verbs.common import DATA, Data, Json, Key, Url, closing, console, errors, operator, show, told
from services.requests.evidence import verify as offline

audit = typer.Typer(help="证据：下载、校验一件申请的证据包。", no_args_is_help=True)


@audit.command("bundle")
@told
def bundle(
    request_id: Annotated[str, typer.Argument(help="申请编号（request_id）")],
    out: Annotated[Path, typer.Option("--out", "-o", help="存为文件")],
    full: Annotated[bool, typer.Option("--full", help="含个人信息；须用承办机关办理人员的密钥")] = False,
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """下载一件申请的证据包；缺省遮盖个人信息。"""
    query = "" if full else "?redacted=true"
    answer = operator(data, url, secret).call("GET", f"/requests/v1/cases/{quote(request_id)}/bundle.zip{query}")
    if not answer.ok:
        answer.must()
    out.write_bytes(answer.body)
    head = answer.headers["gongkai-chain-head"]
    if as_json:
        show({"file": str(out), "size": len(answer.body), "head": head})
    else:
        console.print(f"已存为 {out}（{len(answer.body)} 字节）\n链头：{head}", markup=False, soft_wrap=True)


@audit.command("verify")
@told
def verify(
    file: Annotated[Path, typer.Argument(help="证据包（zip）", exists=True, dir_okay=False)],
    head: Annotated[str, typer.Option("--head", help="归档记录中的链头")] = "",
    sha256: Annotated[str, typer.Option("--sha256", help="归档记录中的归档包摘要")] = "",
    api: Annotated[str, typer.Option("--api", help="平台地址：再与平台从日志重新算出的链头核对")] = "",
    data: Data = DATA,
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """校验证据包：完整，或者指出第一处断开的地方。"""
    status, text = offline.told(str(file), head, sha256)
    if status == 0 and api:
        status, compared = _compared(file, closing(Client(api, key_of(data, "operator.key", secret))))
        text = f"{text}\n{compared}"
    if as_json:
        show({"intact": status == 0, "text": text})
    else:
        (errors if status else console).print(text, markup=False, soft_wrap=True)
    if status:
        raise typer.Exit(status)


def _compared(file: Path, client: Client) -> tuple[int, str]:
    """Return the exit status and what the platform says of the chain in a file that is intact in itself."""
    with zipfile.ZipFile(file) as packed:
        manifest: dict[str, Any] = json.loads(packed.read(offline.MANIFEST))
    mine = manifest["chains"]["events"]
    heads = client.get(f"/requests/v1/cases/{quote(manifest['case'])}/chain")["heads"]
    if mine["count"] > len(heads) or heads[mine["count"] - 1] != mine["head"]:
        return 1, "与平台不符：平台日志中本案的链头不同，这个证据包是编造的"
    return 0, f"与平台相符：平台现有 {len(heads)} 条事件，前 {mine['count']} 条就是包内的这些"
