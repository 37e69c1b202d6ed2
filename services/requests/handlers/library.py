"""Which editions the library of wordings offers (统一答复口径库)."""

from __future__ import annotations

from collections.abc import Mapping

from services.requests.domain.wording import Edition, Wording, editions_of, wording_id
from services.requests.store import WORDING
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.law.rules import Rules
from shared.store.port import Store


class Library:
    """Reads the library."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def wordings(self, code: str, rules: Rules) -> dict[str, Wording]:
        """Return the wordings of a decision by part; a part nobody wrote for has no editions yet."""
        parts = rules.vocabularies.decisions[code].parts
        found = await self._store.load(WORDING.kind, [wording_id(code, part) for part in parts])
        blank = {part: Wording(wording_id=wording_id(code, part), code=code, part=part) for part in parts}
        return {
            part: WORDING.parse(found[each.wording_id].state) if each.wording_id in found else each
            for part, each in blank.items()
        }

    async def offered(self, code: str, rules: Rules) -> dict[str, Edition]:
        """Return the edition offered for each part that has one."""
        known = await self.wordings(code, rules)
        editions = {part: list(editions_of(each, rules, code, part)) for part, each in known.items()}
        return {part: each[-1] for part, each in editions.items() if each}

    async def check(self, code: str, used: Mapping[str, int], rules: Rules) -> None:
        """Refuse editions that were never offered. Raises ``Refused`` WORDING_UNKNOWN."""
        if not used or code not in rules.vocabularies.decisions:
            return
        known = await self.wordings(code, rules)
        for part, version in used.items():
            offered = {each.version for each in editions_of(known.get(part), rules, code, part)}
            if version not in offered:
                raise Refused(RequestsCode.WORDING_UNKNOWN, pointer=f"/wordings/{part[:64]}")
