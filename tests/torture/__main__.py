"""``python -m tests.torture run [--seed N] [--faults 30] [--json FILE]``: the report as JSON, 1 on a broken promise."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.torture.run import run

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def main() -> None:
    """故障注入：在混合负载下杀死、冻结各服务与消息系统，再核对每一条承诺。"""


@app.command("run")
def run_command(
    seed: Annotated[int, typer.Option(help="随机种子")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="故障次数")] = 30,
    rate: Annotated[float, typer.Option(min=1, help="每秒上报事件数")] = 40.0,
    out: Annotated[Path | None, typer.Option("--json", help="报告写入此文件，默认写到标准输出")] = None,
    keep: Annotated[Path | None, typer.Option(help="数据与日志保留在此目录")] = None,
) -> None:
    """运行一次；有一条承诺不成立即以 1 结束。"""
    with tempfile.TemporaryDirectory(prefix="gongkai-torture-") as temporary:
        report = asyncio.run(run(keep or Path(temporary), seed, faults, rate, _say))
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if out is None:
        sys.stdout.write(text + "\n")
    else:
        out.write_text(text + "\n", encoding="utf-8")
    raise SystemExit(1 if report["violations"] else 0)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    app()
