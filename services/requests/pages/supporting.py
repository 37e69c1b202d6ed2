"""What the officers' pages show to help decide: risks, earlier answers, the parts of the information."""

from __future__ import annotations

import re
from typing import Any

from starlette.datastructures import FormData

from services.requests.api.deps import Deps
from services.requests.api.similar import similar_to
from services.requests.api.support import flags_of
from services.requests.domain.drafting import ruling_of
from services.requests.domain.ruling import Ruling
from services.requests.domain.state import Request as Case
from services.requests.views.support import earlier, severed
from shared.law.vocabularies import Decision
from shared.security.principals import Principal


async def case_support(deps: Deps, caller: Principal, case: Case) -> dict[str, Any]:
    """Return what the page of a case shows: the risks of its draft, the parts of the information."""
    drafted = ruling_of(case.draft) if case.draft else None
    return {"flags": await flags_of(deps, caller, case, drafted), "severed": severed(case, deps.rules)}


async def decision_support(
    deps: Deps, caller: Principal, case: Case, decision: Decision | None, given: FormData
) -> dict[str, Any]:
    """Return what the form of a decision shows, for the code chosen so far."""
    looked = Ruling(decision.code, _grounds(decision, given)) if decision else None
    flags = await flags_of(deps, caller, case, looked)
    known = await deps.material.knowing.earlier(case)
    return {
        "similar": await similar_to(deps, case),
        "wordings": await deps.material.library.offered(decision.code, deps.rules) if decision else {},
        "flags": flags,
        "stopped": any(each["severity"] == "stop" for each in flags),
        "earlier": earlier(known, deps.rules, decision.code if decision else ""),
        "severed": severed(case, deps.rules),
    }


async def begun(deps: Deps, code: str) -> dict[str, str]:
    """Return the fields of a decision's form as the library of wordings begins them."""
    if code not in deps.rules.vocabularies.decisions:
        return {}
    offered = await deps.material.library.offered(code, deps.rules)
    texts = {f"part-{part}": each.text for part, each in offered.items()}
    return texts | {f"wording-{part}": str(each.version) for part, each in offered.items()}


def used(form: FormData) -> dict[str, int]:
    """Return which editions of the library a form began with."""
    named = {name.removeprefix("wording-"): str(form[name]) for name in form if name.startswith("wording-")}
    return {part: int(text) for part, text in named.items() if text.isascii() and text.isdigit()}


def _grounds(decision: Decision, given: FormData) -> tuple[str, ...]:
    """Return the grounds ticked so far; where a decision has one only, it need not be ticked."""
    if len(decision.grounds) == 1:
        return decision.grounds
    return tuple(str(each) for each in given.getlist("grounds") if str(each) in decision.grounds)


def segment_of(line: str) -> dict[str, Any]:
    """Return a line 内容|X15、X16a as a part of the information with its grounds."""
    name, bar, grounds = line.replace("｜", "|").partition("|")
    codes = tuple(each for each in re.split(r"[,，、\s]+", grounds) if each) if bar else ()
    return {"name": name.strip(), "grounds": codes}
