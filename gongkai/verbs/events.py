"""``gongkai events``: regenerate what is derived from the contracts."""

from __future__ import annotations

import typer

from gongkai.describe import ROOT, Breaking, write
from gongkai.verbs.common import console, errors


def events() -> None:
    """重新生成 JSON Schema、docs/events.md、docs/errors.md 和 shared/contracts/asyncapi.json；破坏性变更会被拒绝。"""
    try:
        changed = write()
    except Breaking as error:
        errors.print(f"[red]拒绝[/red]：{error}")
        raise typer.Exit(1) from error
    for path in changed:
        console.print(f"已更新 {path.relative_to(ROOT)}")
