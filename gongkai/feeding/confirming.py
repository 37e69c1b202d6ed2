"""Showing what is proposed for a document, and asking the person at the terminal (人工确认)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gongkai.feeding.drafting import Draft
from shared.contracts.problems import Refused
from shared.documents.filling import COLUMNS, OPEN, value_of
from shared.documents.proposals import State

STATES = {State.STATED: ("明示", "green"), State.DERIVED: ("推断", "yellow"), State.ABSENT: ("缺失", "red")}
_ASKED = ("title", "issuer", "number", "written_on", "attribute")
_LONGEST_QUOTE = 60


def at_terminal() -> bool:
    """Return whether somebody is there to be asked."""
    return sys.stdin.isatty()


def show_draft(console: Console, found: Draft, more: Mapping[str, Any]) -> None:
    """Print every field with its state, where it comes from, and the words it rests on."""
    table = Table(title=Text(found.name), title_justify="left", expand=False)
    for header in ("要素", "值", "状态", "依据", "原文"):
        table.add_column(header, overflow="fold")
    for each in found.fields:
        if each.field not in more:
            word, colour = STATES[each.state]
            table.add_row(each.label, text(each.value), Text(word, colour), each.basis, _short(each.quote))
    for name, value in more.items():
        table.add_row(COLUMNS[name].header, text(value), Text("指定", "cyan"), "命令行给出", "")
    if "secrecy" not in more:
        table.add_row(COLUMNS["secrecy"].header, "", Text("缺失", "red"), "须由人认定", "")
    console.print(table)
    for note in found.notes:
        console.print(f"提示：{note}", style="yellow", markup=False)


def ask(found: Draft, more: Mapping[str, Any]) -> dict[str, Any] | None:
    """Ask about what is inferred or missing.

    Returns:
        What the person confirmed or gave, with ``more``; None where the document is not to be sent.
    """
    given = dict(more)
    for each in found.fields:
        if each.field in given or each.value is None or each.state is State.STATED:
            continue
        if typer.confirm(f"{each.label}推断为“{text(each.value)}”（{each.basis}），采用吗？", default=False):
            given[each.field] = each.value
    printed = {each.field for each in found.fields if each.state is State.STATED}
    for name in _ASKED:
        if name not in given and name not in printed:
            given |= _prompt(name)
    if "secrecy" not in given and typer.confirm("确认本件非密？", default=False):
        given["secrecy"] = OPEN
    return given if typer.confirm("按以上内容报送？", default=True) else None


def _prompt(name: str) -> dict[str, Any]:
    column = COLUMNS[name]
    choices = f"（{'、'.join(column.choices)}）" if column.choices else ""
    while True:
        written = typer.prompt(f"{column.header}{choices}，没有请直接回车", default="", show_default=False)
        if not written.strip():
            return {}
        try:
            field, value = value_of(name, written)
        except Refused as refused:
            typer.echo(refused.detail)
        else:
            return {field: value}


def text(value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return "" if value is None else str(value)


def _short(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[:_LONGEST_QUOTE] + "…"
