"""Words that stay in the open (明文): they say why something was done, and must not say to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from services.requests.commands.applying import NATURAL_PERSON
from services.requests.domain.state import Request
from services.requests.handlers.people import People
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Fault, Refused
from shared.law.script import simplify

OPEN_WORDS: Mapping[str, tuple[str, ...]] = {
    "extend": ("reason",),
    "transfer": ("reason",),
    "draft": ("reason", "article"),
    "decide": ("reason", "article"),
    "send": ("channel",),
    "file-remedy": ("reference", "organ"),
    "report-remedy": ("to",),
    "erasure": ("reason",),
}
"""Fields by step that events carry as they are, because everybody concerned may read them."""
_SHORTEST = 2


async def keep_unnamed(people: People, case: Request, step: str, wish: Any) -> None:
    """Refuse words in the open that name a person who asks: no erasure could take them back.

    Raises ``Refused`` APPLICANT_NAMED with the field. What an organisation is called is not personal.
    """
    fields = {field: str(getattr(wish, field, "") or "") for field in OPEN_WORDS.get(step, ())}
    if case.category != NATURAL_PERSON or case.erased or not any(fields.values()):
        return
    applicant = (await asyncio.to_thread(people.of, case))["applicant"]
    known = [_plain(applicant[part]) for part in ("name", "identity", "contact") if applicant.get(part)]
    telling = [part for part in known if len(part) >= _SHORTEST]
    named = [field for field, text in fields.items() for part in telling if part in _plain(text)]
    if named:
        code = RequestsCode.APPLICANT_NAMED
        raise Refused(code, faults=tuple(Fault(code.name, f"/{field}", code.text) for field in dict.fromkeys(named)))


def _plain(text: str) -> str:
    return "".join(simplify(text).split()).lower()
