"""``gongkai report``: the annual report of a body in the terminal, with everything that does not hold."""

from __future__ import annotations

import csv
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from gongkai.client import Client, Problem, address, key_of
from gongkai.verbs.common import DATA, Data, Json, Key, Url, closing, console, show, told

report = typer.Typer(help="政府信息公开工作年度报告：表格、校验、逾期。", no_args_is_help=True)
Year = Annotated[int, typer.Option("--year", min=2019, max=2999, help="报告年度")]
Who = Annotated[str, typer.Option("--as", help="用哪把密钥：数据目录 keys 下的文件名，缺省为运维密钥")]


@report.command("annual")
@told
def annual(
    body: Annotated[str, typer.Option("--body", help="机关代码")],
    year: Year,
    as_csv: Annotated[bool, typer.Option("--csv", help="输出 CSV，每格一行")] = False,
    as_json: Json = False,
    who: Who = "",
    data: Data = DATA,
    url: Url = "",
    key: Key = "",
) -> None:
    """输出一个机关的年报三张表和校验结果；尚未编制的，按现在的数据计算。有未成立的勾稽关系时，退出状态为 1。"""
    client = _client(data, url, key, who)
    found = _composed(client, body, year)
    client.close()
    if as_json:
        show(found)
    elif as_csv:
        _csv(found)
    else:
        _tables(found)
    if found["violations"]:
        raise typer.Exit(1)


@report.command("late")
@told
def late(year: Year, as_json: Json = False, who: Who = "", data: Data = DATA, url: Url = "", key: Key = "") -> None:
    """列出尚未公开年报的机关和应当公开的日期。"""
    client = _client(data, url, key, who)
    items = client.get(f"/publish/v1/reports/late?year={year}")["items"]
    client.close()
    if as_json:
        show(items)
        return
    for each in items:
        mark = "已逾期" if each["overdue"] else "未到期"
        state = "编制中" if each["status"] else "未编制"
        console.print(f"{each['due_on']}　{mark}　{state}　{each['name']}（{each['body']}）", markup=False)
    if not items:
        console.print("全部机关的年报都已公开")


def _client(data: Data, url: str, key: str, who: str) -> Client:
    return closing(Client(address(data, url), key_of(data, f"keys/{who}.key" if who else "operator.key", key)))


def _composed(client: Client, body: str, year: int) -> dict[str, Any]:
    """Return the report as it is drafted or public, else the tables as they would be now."""
    try:
        report = client.get(f"/publish/v1/reports/rp:{body}:{year}")
    except Problem as problem:
        if problem.code != "REPORT_UNKNOWN":
            raise
        return _now(client, body, year)
    stops = [each["text"] for each in report["findings"] if each["stops"] and each["code"] == "REPORT_UNBALANCED"]
    kept = {name: report[name] for name in ("report_id", "body", "name", "year", "format", "edition", "status_label")}
    return {**kept, "tables": report["tables"], "unreported": report["unreported"], "violations": stops,
            "findings": report["findings"]}  # fmt: skip


def _now(client: Client, body: str, year: int) -> dict[str, Any]:
    asked = f"?body={body}&year={year}"
    one = client.get(f"/catalog/v1/reports/table-one{asked}")
    two = client.get(f"/requests/v1/reports/table-two{asked}")
    three = client.get(f"/requests/v1/reports/table-three{asked}")
    told_ = [f"{each['text']}（{each['where']}：{each['left']} ≠ {each['right']}）"
             for table in (two, three) for each in table["violations"]]  # fmt: skip
    return {
        "report_id": None,
        "body": body,
        "name": two["name"],
        "year": year,
        "format": one["format"],
        "edition": 0,
        "status_label": "未编制",
        "tables": {"I": one["cells"], "II": _cells(two["rows"]), "III": _cells(three["groups"])},
        "unreported": list(one["unreported"]),
        "violations": [*one["violations"], *told_],
        "findings": [],
    }


def _cells(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["code"]: row["cells"] for row in rows}


def _tables(found: dict[str, Any]) -> None:
    console.print(f"{found['name']}　{found['year']}年　{found['format']}年表式　{found['status_label']}", markup=False)
    for name, rows in found["tables"].items():
        groups: dict[tuple[str, ...], list[str]] = {}
        for row, cells in rows.items():
            groups.setdefault(tuple(cells), []).append(row)
        for columns, codes in groups.items():
            table = Table("表" + {"I": "一", "II": "二", "III": "三"}[name], *columns)
            for row in codes:
                table.add_row(row, *("" if rows[row][c] is None else str(rows[row][c]) for c in columns))
            console.print(table)
    for cell in found["unreported"]:
        console.print(f"未报送：表一 {cell}", markup=False)
    for text in found["violations"]:
        console.print(f"不成立：{text}", markup=False)
    if not found["violations"]:
        console.print("勾稽关系全部成立")


def _csv(found: dict[str, Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("table", "row", "column", "value"))
    for name, rows in found["tables"].items():
        for row, cells in rows.items():
            writer.writerows((name, row, column, "" if value is None else value) for column, value in cells.items())
