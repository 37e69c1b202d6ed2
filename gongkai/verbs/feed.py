"""``gongkai feed``: files of an agency become events, and their verdicts come back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from gongkai.client import Client
from gongkai.feeding.bar import Bar
from gongkai.feeding.confirming import ask, at_terminal, show_draft
from gongkai.feeding.drafting import Draft
from gongkai.feeding.following import follow
from gongkai.feeding.results import FileResult, print_results
from gongkai.feeding.run import TABLES, Run, feed_all
from gongkai.feeding.sending import Sender
from gongkai.verbs.common import DATA, Data, Json, Key, Url, console, errors, show, told
from gongkai.verbs.common import agency as client_of
from shared.contracts.problems import Refused
from shared.documents.filling import value_of


class Kind(StrEnum):
    """What a table holds."""

    DOCUMENTS = "documents"
    BODIES = "bodies"
    ENTERPRISES = "enterprises"
    PARTNERS = "partners"


class Origin(StrEnum):
    """Where a document comes from: the office system or the website."""

    OA = "oa"
    WEB = "web"


@told
def feed(
    files: Annotated[list[Path], typer.Argument(help="NDJSON、CSV、XLSX 表格，或 TXT、DOCX、PDF 公文")],
    agency: Annotated[str, typer.Option("--agency", help="报送单位代码")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不询问：只报送明示的要素和 --set 给出的值")] = False,
    values: Annotated[list[str] | None, typer.Option("--set", help="字段=值，优先于识别结果；可多次给出")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="表格的内容；缺省由表头判断")] = None,
    origin: Annotated[Origin, typer.Option("--origin", help="公文的来源：办公系统或网站")] = Origin.OA,
    wait: Annotated[float, typer.Option("--wait", min=0, help="等待审核结果的秒数")] = 30.0,
    as_json: Json = False,
    url: Url = "",
    key: Key = "",
    data: Data = DATA,
) -> None:
    """报送文件：表格逐行报送，公文先识别要素再报送，最后列出审核结果。"""
    more = _given(values or [], origin)
    tables = [path for path in files if path.suffix.lower() in TABLES]
    if values and tables:
        raise typer.BadParameter(f"--set 只用于 TXT、DOCX、PDF 公文，不能用于 {tables[0].name}", param_hint="--set")
    if not yes and len(tables) < len(files) and not at_terminal():
        raise typer.BadParameter("没有终端可供确认，请加 --yes（只报送明示的要素）", param_hint="--yes")
    client = client_of(data, agency, url, key)
    with Bar(errors, as_json) as bar:
        run = Run(agency, Sender(client, say=bar.pause), data / "feed", kind, _Confirm(yes, as_json, more, bar), bar)
        results = feed_all(run, files)
        verdicts = _followed(client, results, wait, bar)
    client.close()
    if as_json:
        show({"files": [result.plain(verdicts) for result in results]})
    else:
        print_results(console, results, verdicts)
    if any(result.errors for result in results):
        raise typer.Exit(1)


def _given(values: list[str], origin: Origin) -> dict[str, Any]:
    """Read ``--set`` options. Raises ``typer.BadParameter`` in Chinese."""
    more: dict[str, Any] = {}
    for given in values:
        name, sign, written = given.partition("=")
        if not sign:
            raise typer.BadParameter(f"应写成 字段=值：{given}", param_hint="--set")
        try:
            field, value = value_of(name.strip(), written)
        except Refused as refused:
            raise typer.BadParameter(refused.detail, param_hint="--set") from refused
        more[field] = value
    return {"origin": origin.value, **more}


def _followed(client: Client, results: list[FileResult], wait: float, bar: Bar) -> dict[str, Mapping[str, Any]]:
    receipts = [each.receipt for result in results for each in result.outcomes]
    if not receipts or not wait:
        return {}
    bar.begin("等待审核", len(set(receipts)), 0)
    return follow(client, receipts, wait, told=bar.reach)


class _Confirm:
    """Shows a draft and, without ``--yes``, asks about it."""

    def __init__(self, yes: bool, silent: bool, more: Mapping[str, Any], bar: Bar) -> None:
        self._yes, self._silent, self._more, self._bar = yes, silent, more, bar

    def __call__(self, found: Draft) -> Mapping[str, Any] | None:
        with self._bar.aside():
            if not (self._yes and self._silent):
                show_draft(errors if self._silent else console, found, self._more)
            return self._more if self._yes else ask(found, self._more)
