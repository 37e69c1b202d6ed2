"""The evidence bundle of a case (证据包): everything about it in one zip; the same case gives the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from services.requests.domain.demand import review_id_of
from services.requests.domain.folding import evolve_request
from services.requests.domain.state import Request
from services.requests.evidence.chain import head_of, lines, links
from services.requests.evidence.letters import letters_of
from services.requests.evidence.personal import INTERNAL, Audience, opened
from services.requests.evidence.places import Histories, Lying, number_of
from services.requests.evidence.verify import CHAINS, MANIFEST, SCHEME, VALUES
from services.requests.handlers.people import People
from services.requests.store import OFFICE, REQUEST, REVIEW
from services.requests.views import showing
from shared.contracts.canonical import canonical, digest
from shared.contracts.codes import RequestsCode
from shared.contracts.facts import FACTS
from shared.contracts.problems import Refused
from shared.law.book import Lawbook
from shared.security.vault import Vault
from shared.store.port import Store

VERIFIER = "verify.py"
SALTS = "承诺值 = SHA-256(盐 ‖ 规范 JSON(值))；盐由本案密钥派生，密钥销毁后不能再生成"
_COURSE = ("timeline", "stages", "consultations", "decisions", "deliveries", "remedies")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class File:
    """A finished bundle; ``head`` is the hash of the chain over its ``events`` events."""

    data: bytes
    events: int
    head: str

    @property
    def sha256(self) -> str:
        """The digest of the whole file."""
        return hashlib.sha256(self.data).hexdigest()


class Bundles:
    """Makes bundles of cases."""

    def __init__(self, store: Store, histories: Histories, law: Lawbook, vault: Vault) -> None:
        self._store, self._histories, self._law, self._vault = store, histories, law, vault
        self._people = People(vault)

    async def of(self, request_id: str, audience: Audience) -> File:
        """Return the bundle of a case. Raises ``Refused`` REQUEST_UNKNOWN, ``Unavailable``, ``VaultError``."""
        events = await self._events(request_id)
        case = _folded(events)
        related = await self._histories.of([number_of(request_id), *await self._reviews(case, events)])
        office = (await self._store.load(OFFICE.kind, [case.body])).get(case.body)
        name = OFFICE.parse(office.state).name if office else case.body
        letters = await asyncio.to_thread(letters_of, case, name, self._law.rules, self._people, audience)
        return await asyncio.to_thread(self._packed, case, events, related, audience, letters)

    async def heads(self, request_id: str) -> list[str]:
        """Return the hash of the chain after each event of a case, for comparing. Raises like ``of``."""
        return [link["hash"] for link in links(request_id, "events", await self._events(request_id), "redacted")]

    async def _events(self, request_id: str) -> list[Lying]:
        stored = (await self._store.load(REQUEST.kind, [request_id])).get(request_id)
        if stored is None:
            raise Refused(RequestsCode.REQUEST_UNKNOWN)
        return await self._histories.of([f"{request_id}:{n}" for n in range(1, stored.sequence + 1)])

    async def _reviews(self, case: Request, events: Sequence[Lying]) -> list[str]:
        """Return the events of the conversion reviews of what was asked for, and of what was decided."""
        asked = str(events[0].envelope.data["information"])
        ids = dict.fromkeys(review_id_of(case.body, information) for information in (asked, case.information))
        found = await self._store.load(REVIEW.kind, list(ids))
        return [f"{id_}:{n}" for id_ in ids if id_ in found for n in range(1, found[id_].sequence + 1)]

    def _packed(
        self,
        case: Request,
        events: Sequence[Lying],
        related: Sequence[Lying],
        audience: Audience,
        letters: Mapping[str, bytes],
    ) -> File:
        chains = {"events": events, "related": related}
        made = {chain: links(case.request_id, chain, each, audience) for chain, each in chains.items()}
        content = {CHAINS[chain]: lines(each) for chain, each in made.items()}
        content |= {name: canonical(value) for name, value in self._told(case, events, audience).items()}
        content |= letters
        content[VERIFIER] = files(__package__).joinpath("verify.py").read_bytes()
        heads = {
            chain: {"count": len(each), "head": head_of(case.request_id, chain, each)} for chain, each in made.items()
        }
        manifest = {
            "format": SCHEME,
            "audience": audience,
            "case": case.request_id,
            "number": case.number,
            "body": case.body,
            "place": case.place,
            "calendar": case.calendar,
            "as_of": events[-1].envelope.time.isoformat(),
            "erased": case.erased,
            "chains": heads,
            "archives": [each.model_dump(mode="json") for each in case.archives],
            "salts": SALTS,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in content.items()},
        }
        manifest["seal"] = digest(manifest)
        data = zipped({MANIFEST: canonical(manifest), **content})
        return File(data, len(events), str(heads["events"]["head"]))

    def _told(self, case: Request, events: Sequence[Lying], audience: Audience) -> dict[str, Any]:
        """Return what follows from the events, in the words of the platform, and the personal values."""
        now, rules = events[-1].envelope.time, self._law.rules
        detail = showing.detail(case, rules, now)
        course = {name: detail[name] for name in _COURSE}
        if audience == "applicant":
            course["timeline"] = [each for each in course["timeline"] if each["type"] not in INTERNAL]
        told: dict[str, Any] = {"clock.json": showing.clock_receipt(case, rules, now), "course.json": course}
        values = {each.envelope.id: opened(self._vault, each.envelope, audience) for each in events}
        values = {id_: fields for id_, fields in values.items() if fields}
        return told | ({VALUES: values} if values else {})


def _folded(events: Sequence[Lying]) -> Request:
    case: Request | None = None
    for each in events:
        case = evolve_request(case, FACTS[each.envelope.type].model_validate(each.envelope.data))
    if case is None:
        raise Refused(RequestsCode.REQUEST_UNKNOWN)
    return case


def zipped(content: Mapping[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on the content alone: no times, no compression of some release of zlib."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            bundle.writestr(entry, data)
    return buffer.getvalue()
