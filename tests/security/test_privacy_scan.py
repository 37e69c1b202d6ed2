"""People asked, were answered, one was erased: no file of the platform ever named any of them."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gongkai.city import ensure_key
from gongkai.cli import app
from gongkai.launcher import City
from services.requests.evidence.personal import boxes
from shared.contracts.envelope import decode
from shared.security.keyfiles import load_key
from shared.security.principals import Principal, PrincipalKind
from shared.security.vault import ERASED, Vault
from tests.journeys.conftest import settled
from tests.security.marking import DAY, MARKS, POWER, Hands, approved, handled, visited
from tests.support.marked import Found, Scanner
from tests.support.wait import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
async def hands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hands]:
    """The example city with a broker of its own under its data folder, so that every file it writes can be read."""
    for name in ("GONGKAI_KAFKA", "GONGKAI_URL", "GONGKAI_KEY", "GONGKAI_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    data = tmp_path / "var"
    async with City(data, 0, now=datetime.fromisoformat(f"{DAY}T09:00:00+08:00")) as city:
        await settled(city, data)
        for who in ("officer-changzhi", "chief-changzhi"):
            await ensure_key(city, Principal(PrincipalKind.OFFICER, who, bodies=frozenset({"cz-*"})))
        yield Hands(city, data)


async def copied(hands: Hands, folder: Path) -> None:
    """Whatever leaves the data folder: a backup, an export, the redacted evidence."""
    await until(hands.quiet, 60, "four quiet services")
    await hands.typed("backup", folder / "backup")
    await hands.typed("topics", "export", folder / "export")


async def archived(hands: Hands, case: str) -> dict[str, Any]:
    async def there() -> Any:
        found = (await hands.call("officer-shanghai", "GET", f"/requests/v1/cases/{case}/chain")).must()
        return found if found["archives"] else {}

    return dict(await until(there, 30, "the package of the closed case"))


def key_of(data: Path, case: str) -> bytes:
    database = sqlite3.connect(data / "requests" / "vault.db")
    try:
        [(wrapped,)] = database.execute("select wrapped from keys where owner = ?", (case,))
        return bytes(wrapped)
    finally:
        database.close()


def looked(folders: list[Path], logged: str) -> list[Found]:
    scanner = Scanner(MARKS.values())
    found = [each for folder in folders for each in scanner.folder(folder)] + scanner.data(logged.encode(), "logs")
    assert scanner.files > 50
    assert scanner.bytes > 1_000_000
    return found


def sealed_for(export: Path, case: str) -> list[Any]:
    """Every sealed value of a case in an export of all topics, with its owner and the name it may be opened under."""
    found = []
    for path in export.rglob("*.ndjson"):
        for line in path.read_bytes().splitlines():
            value = base64.b64decode(json.loads(line)["value"] or "")
            if f'"key":"{case}"'.encode() in value:
                found += [(way, box) for way, box in boxes(decode(value).data) if box.key == case]
    return found


async def test_nobody_is_named_in_any_file_and_who_is_erased_is_gone(
    hands: Hands, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await hands.online(POWER, name=MARKS["online"], contact=MARKS["mail"], description=MARKS["asked"])
    case = await handled(hands)
    await approved(hands)
    await visited(hands)
    seen = (await hands.call("officer-shanghai", "GET", f"/requests/v1/cases/{case}")).must()
    assert seen["applicant"]["name"] == MARKS["name"]
    chain = await archived(hands, case)
    await copied(hands, tmp_path / "before")
    assert looked([hands.data, tmp_path / "before"], "".join(capfd.readouterr())) == []

    wrapped = key_of(hands.data, case)
    await hands.post("officer-shanghai", f"/requests/v1/cases/{case}/erasure", {"reason": "申请人要求删除"})
    await hands.typed("rebuild", "caseload", "--service", "requests")
    await copied(hands, tmp_path / "after")
    assert looked([hands.data, tmp_path / "after"], "".join(capfd.readouterr())) == []
    for path in [*hands.data.rglob("*"), *(tmp_path / "after").rglob("*")]:
        assert not path.is_file() or wrapped not in path.read_bytes(), path

    values = sealed_for(tmp_path / "after" / "export", case)
    assert len(values) >= 20
    vault = Vault(tmp_path / "after" / "backup" / "vault" / "requests.db", load_key(hands.data / "kek.key"))
    assert {vault.open_(box, case, str(way[-1])) for way, box in values} == {ERASED}
    vault.close()
    status = await hands.typed("audit", "bundle", case, "--out", tmp_path / "case.zip")
    assert chain["archives"][0]["head"] not in status
    verified = ("audit", "verify", tmp_path / "case.zip", "--head", chain["archives"][0]["head"])
    line = [*map(str, verified), "--api", hands.city.url, "--data", str(hands.data)]
    result = await asyncio.to_thread(CliRunner().invoke, app, line)
    assert (result.exit_code, "与平台相符" in result.output) == (0, True), result.output
