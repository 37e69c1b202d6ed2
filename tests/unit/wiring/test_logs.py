"""Logs hold what happened, not what was in hand when it did."""

from __future__ import annotations

import json

import pytest
import structlog

from shared.wiring.logs import configure_logs


def test_a_logged_error_shows_no_local_variable(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    configure_logs()
    try:
        _stumble("gk_" + "secret")
    finally:
        structlog.configure(**before)
    line = capsys.readouterr().err
    assert "gk_secret" not in line
    told = json.loads(line)
    assert (told["event"], told["level"]) == ("出错", "error")
    assert "ZeroDivisionError" in told["exception"]


def _stumble(token: str) -> None:
    try:
        len(token) / 0
    except ZeroDivisionError:
        structlog.get_logger().exception("出错")
