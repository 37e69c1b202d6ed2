"""The example city (``examples/city.toml``): its agencies and staff get keys, its bodies enter the register."""

from __future__ import annotations

import asyncio
import json
import time
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gongkai.client import Client
from gongkai.keys import issue_key, keep
from gongkai.launcher import City
from shared.contracts.facts import FACTS
from shared.security.principals import Principal, PrincipalKind

EXAMPLES = Path(__file__).parents[1] / "examples"
FEED_TYPES = frozenset(name for name in FACTS if name.startswith("feed."))
INTAKE_TYPES = frozenset({"requests.application-submitted"})


async def seed(city: City, folder: Path = EXAMPLES) -> None:
    """Issue the keys that are not there yet and register the bodies; the second time changes nothing."""
    if not (folder / "city.toml").exists():
        return
    plan = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    for agency in plan["agency"]:
        principal = Principal(
            PrincipalKind.AGENCY,
            agency["id"],
            bodies=frozenset(agency["bodies"]),
            source=f"/{agency['id']}",
            types=FEED_TYPES | INTAKE_TYPES,
        )
        await ensure_key(city, principal)
    for kind in (PrincipalKind.OFFICER, PrincipalKind.SUPERVISOR):
        for person in plan.get(kind.value, ()):
            await ensure_key(city, Principal(kind, person["id"], bodies=frozenset(person["bodies"])))
    for agency in plan["agency"]:
        rows = read_rows(folder / agency["id"] / "bodies.ndjson")
        await asyncio.to_thread(register, city.url, key_in(city.settings.data, agency["id"]), agency["id"], rows)


def key_in(data: Path, name: str) -> str:
    """Return the key kept under a name."""
    return (data / "keys" / f"{name}.key").read_text(encoding="ascii").strip()


async def ensure_key(city: City, principal: Principal) -> str:
    """Return the key kept for a principal; one that is missing or void is issued anew."""
    path = city.settings.data / "keys" / f"{principal.id}.key"
    if path.exists():
        token = path.read_text(encoding="ascii").strip()
        if city.platform.ring.authenticate(token, city.platform.access.now()) is not None:
            return token
    token = await issue_key(city.platform, principal, by="example city")
    keep(path, token)
    return token


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an NDJSON file; none where there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def event(agency: str, type_: str, id_: str, subject: str, data: Mapping[str, Any], sent: str) -> dict[str, Any]:
    """Return an event as an agency's system sends it."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": f"/{agency}/office",
        "type": type_,
        "subject": subject,
        "time": sent,
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def send(client: Client, events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Feed events as NDJSON; waits where the door says so. Raises ``Problem`` where it takes nothing."""
    body = "\n".join(json.dumps(e, ensure_ascii=False) for e in events).encode()
    while (answer := client.call("POST", "/feed/v1/events", body, kind="application/x-ndjson")).status in (429, 503):
        time.sleep(float(answer.headers.get("retry-after", "1")))
    found: dict[str, Any] = answer.must()
    return found


def register(url: str, key: str, agency: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Report bodies; documents that come before their verdict wait for them."""
    client = Client(url, key)
    sent = "2026-01-01T09:00:00+08:00"
    events = [event(agency, "feed.body-registered", f"body-{r['body']}", str(r["body"]), r, sent) for r in rows]
    if events:
        send(client, events)
    client.close()
