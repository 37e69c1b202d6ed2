"""A calendar published on the command line of a running city, there again after a restart."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gongkai import launcher
from gongkai.cli import app
from gongkai.keys import issue_key
from gongkai.launcher import City
from shared.security.principals import Principal, PrincipalKind
from tests.support.wait import until

FILE = """
year = 2027
version = "2027.1"
notices = ["示例通知〔2026〕1号"]
work = [2027-02-20]

[off]
"元旦" = [2027-01-01]
"春节" = [2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08, 2027-02-09]
"清明节" = [2027-04-05]
"劳动节" = [2027-05-01, 2027-05-02]
"端午节" = [2027-06-09]
"中秋节" = [2027-09-15]
"国庆节" = [2027-10-01, 2027-10-02, 2027-10-03]
"""


async def typed(city: City, key: str, *words: str | Path) -> tuple[int, str]:
    line = [*map(str, words), "--url", city.url, "--key", key]
    result = await asyncio.to_thread(CliRunner().invoke, app, line)
    return result.exit_code, result.output


async def test_a_calendar_is_published_without_a_restart_and_kept_over_one(
    kafka: str, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "SERVICES", ("requests",))
    monkeypatch.setenv("GONGKAI_KAFKA", kafka)
    monkeypatch.setenv("COLUMNS", "200")
    file, data = tmp_path / "2027.toml", tmp_path / "var"
    async with City(data, 0, topic_prefix=topic_prefix) as city:
        key = await issue_key(city.platform, Principal(PrincipalKind.OPERATOR, "night-shift"), by="test")
        file.write_text(FILE.replace("2027-02-20", "2027-02-22"), "utf-8")
        status, said = await typed(city, key, "calendar", "publish", file, "--reason", "通知已印发")
        assert status == 1
        assert "/work/0：2027年2月22日不是周六或者周日" in said
        file.write_text("= no", "utf-8")
        assert (await typed(city, key, "calendar", "publish", file, "--reason", "试"))[0] == 1
        file.write_text(FILE, "utf-8")
        for word in ("2027.1 已公布", "2027.1 早已公布，没有变化"):
            status, said = await typed(city, key, "calendar", "publish", file, "--reason", "通知已印发")
            assert (status, word in said) == (0, True), said
        assert city.platform.rules.calendars.version(2027) == "2027.1"

        async def counted() -> Any:
            found = json.loads((await typed(city, key, "calendar", "ls", "--json"))[1])
            return found[0]["version"] == "2027.1" and (found[0]["recount"] or {}).get("done")

        await until(counted, what="open cases were looked at")
        status, said = await typed(city, key, "calendar", "ls")
        assert "已完成，变动 0 件" in said
        assert (await typed(city, key, "clock", "explain", "nothing"))[0] == 1
    async with City(data, 0, topic_prefix=topic_prefix) as city:
        assert city.platform.rules.calendars.version(2027) == "2027.1"
