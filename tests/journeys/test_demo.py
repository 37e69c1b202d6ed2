"""The demo from outside: whole, it ends with status 0; with any step's action left out, it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

STEPS = range(1, 8)


def run(folder: Path, *options: str, patience: str = "20") -> tuple[int, dict[str, Any], int]:
    """Run the demo; return its status, its report, and the peak of its Python processes' memory (PSS, bytes)."""
    command = [sys.executable, "-c", "from gongkai.cli import main; main()", "demo", "--json", "--data", str(folder)]
    environment = {"GONGKAI_DEMO_PATIENCE": patience}
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, env={**os.environ, **environment})
    peak = [0]
    watcher = threading.Thread(target=watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    out, _ = process.communicate(timeout=300)
    watcher.join()
    return process.returncode, json.loads(out), peak[0]


def watch(pid: int, peak: list[int]) -> None:
    """Note the largest sum of PSS over the Python processes of a tree until it ends."""
    ended = threading.Event()
    while psutil.pid_exists(pid):
        try:
            root = psutil.Process(pid)
            if root.status() == psutil.STATUS_ZOMBIE:
                return
            tree = [root, *root.children(recursive=True)]
            peak[0] = max(peak[0], sum(p.memory_full_info().pss for p in tree if "python" in p.name()))
        except psutil.Error:
            continue
        ended.wait(0.2)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_proves_every_step_in_time_and_in_little_memory(tmp_path: Path) -> None:
    begun = time.monotonic()
    status, told, peak = run(tmp_path / "demo")
    assert [step["problem"] for step in told["steps"]] == [""] * 7
    assert status == 0
    assert told["held"]
    assert time.monotonic() - begun <= 120
    assert 0 < peak <= 800 * 1024 * 1024


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", STEPS)
def test_a_step_that_did_not_happen_is_noticed(tmp_path: Path, number: int) -> None:
    status, told, _ = run(tmp_path / "demo", "--skip-action", str(number), "--enterprises", "400", patience="3")
    assert status != 0
    [step] = [step for step in told["steps"] if step["number"] == number]
    assert step["skipped"]
    assert not step["held"]
    assert step["problem"]
