"""``python -m bench [--quick] [names…] [--write-docs]``: measures and prints one JSON object a line."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import uvloop

from bench import report
from bench.figures import Result, rounded
from bench.town import Town

NAMES = ("feed", "handling", "rebuild", "latency", "portal", "search", "calendars", "annual")


def main() -> int:
    """Run what is asked for; 0 when every question was answered, whatever the answer."""
    asked = _arguments()
    if asked.docs is not None:
        report.write(asked.docs)
        return 0
    names = asked.names or list(NAMES)
    found, failed = uvloop.run(_run(names, asked.quick))
    if asked.results is not None:
        report.keep(asked.results, found)
    if asked.write_docs:
        report.keep(report.RESULTS, found)
        report.write(report.RESULTS)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="性能测试：每个问题输出一行或几行 JSON")
    parser.add_argument(
        "names", nargs="*", choices=[*NAMES, []], metavar="问题", help="、".join(NAMES) + "；不写则全部"
    )
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK") == "1", help="五分钟以内的短测")
    parser.add_argument("--results", type=Path, help="把结果并入这个 JSON Lines 文件")
    parser.add_argument("--write-docs", action="store_true", help="用这次的结果更新 docs/benchmarks.md")
    parser.add_argument(
        "--docs", type=Path, nargs="?", const=report.RESULTS, help="不测试，只由结果文件生成 docs/benchmarks.md"
    )
    return parser.parse_args()


async def _run(names: list[str], quick: bool) -> tuple[list[dict[str, Any]], bool]:
    """Ask one question after the other; one that cannot be answered leaves the others their turn."""
    found: list[dict[str, Any]] = []
    failed = False
    async with Town(quick) as town:
        for name in names:
            start, load = time.monotonic(), os.getloadavg()[0]
            results: list[Result] = []
            try:
                results = await importlib.import_module(f"bench.{name}").run(town)
            except Exception:  # noqa: BLE001 -- said in full, and in the exit status
                failed = True
                traceback.print_exc()
            for result in results:
                line = {**result.wire(), "quick": quick, "load": rounded(load), **_machine()}
                print(json.dumps(line, ensure_ascii=False), flush=True)
                found.append(line)
            print(f"{name}：{time.monotonic() - start:.0f} 秒", file=sys.stderr)
    return found, failed


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "on": time.strftime("%Y-%m-%d")}


if __name__ == "__main__":
    sys.exit(main())
