"""``gongkai conversion``: try another threshold of conversion over a past period."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import uuid4

import typer

from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, errors, operator, show, told
from gongkai.verbs.operate import table

conversion = typer.Typer(help="转主动公开：用过去的申请回测门槛。", no_args_is_help=True)
_WAIT_SECONDS = 600.0
_LOOK_SECONDS = 0.3
PATH = "/requests/v1/conversion/backtests"


@conversion.callback()
def _group() -> None:
    """Keep ``backtest`` a command of its own name."""


@conversion.command("backtest")
@told
def backtest(
    since: Annotated[str, typer.Option("--from", help="起始日期，例如 2025-01-01")],
    until: Annotated[str, typer.Option("--to", help="截止日期")],
    applicants: Annotated[int, typer.Option("--applicants", help="不同申请人数达到几人")],
    requests: Annotated[int, typer.Option("--requests", help="或者申请件数达到几件")],
    window: Annotated[int, typer.Option("--window-days", help="多少天以内")],
    per_applicant: Annotated[int, typer.Option("--per-applicant", help="每人最多计几件")] = 3,
    unverified: Annotated[int | None, typer.Option("--unverified-cap", help="未核实身份的合计最多计几人")] = None,
    body: Annotated[str, typer.Option("--body", help="只看这个机关")] = "",
    place: Annotated[str, typer.Option("--place", help="只看适用这套参数的机关，例如 shanghai")] = "",
    data: Data = DATA,
    url: Url = "",
    secret: Key = "",
    as_json: Json = False,
) -> None:
    """回测：如果当时用这个门槛，哪些信息会启动审查、在哪一天、此后的多少件申请本可不必。"""
    client = operator(data, url, secret)
    cap = max(0, min(2, applicants - 1, requests - 1)) if unverified is None else unverified
    asked: dict[str, Any] = {
        "from": since, "to": until, "distinct_applicants": applicants, "requests": requests,
        "window_days": window, "per_applicant": per_applicant, "unverified_cap": cap,
    }  # fmt: skip
    asked |= {name: value for name, value in (("body", body), ("place", place)) if value}
    begun = client.call("POST", PATH, asked, {"Idempotency-Key": f"backtest-{uuid4()}"})
    for fault in begun.json.get("errors", []) if begun.status == 422 else []:
        errors.print(f"{fault['pointer']}：{fault['detail']}", markup=False)
    found = _finished(client, begun.must())
    if as_json:
        show(found)
    else:
        _print(found)


def _finished(client: Any, found: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + _WAIT_SECONDS
    while found["state"] == "running" and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
        found = client.get(f"{PATH}/{found['backtest']}")
    if found["state"] != "done":
        errors.print("[red]失败[/red]：回测没有完成", markup=True)
        raise typer.Exit(1)
    return found


def _print(found: dict[str, Any]) -> None:
    console.print(
        f"会启动审查的信息 {found['converted']} 项；此后同一信息的申请 {found['spared']} 件本可不必，"
        f"其中已答复 {found['answered']} 件，共用 {found['days']} 个工作日",
        markup=False,
    )
    lines = (
        (
            each["on"],
            each["body"],
            each["number"] or each["document_id"] or each["information"][:24],
            each["applicants"],
            each["requests"],
            each["spared"],
            each["days"],
            {True: "已公开", False: "未公开", None: "尚无决定"}[each["disclosed"]],
        )
        for each in found["items"]
    )
    table(("达到日期", "机关", "信息", "申请人", "件数", "本可不必", "省工作日", "答复"), lines)
