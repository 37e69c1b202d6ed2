"""Trying an audience out (推送预演) and looking back at a push: numbers by district, industry, size and way."""

from __future__ import annotations

from typing import Any

from pyroaring import BitMap

from services.notify.domain.bits import unpack
from services.notify.domain.directory import Directory
from services.notify.domain.messages import about
from services.notify.domain.profiles import label_of, wanted_by
from services.notify.domain.pushing import Push, members_of
from shared.contracts.codes import NotifyCode
from shared.contracts.facts.audience import Expression
from shared.contracts.problems import Fault, Refused


def rehearse(expression: Expression, directory: Directory) -> dict[str, Any]:
    """Return whom an audience would reach. Raises ``Refused`` TERM_UNKNOWN for codes that do not exist."""
    faults = [
        Fault(NotifyCode.TERM_UNKNOWN.name, f"/expression/{group}/{place}/any_of", f"代码不存在：{value}")
        for group in ("all", "any", "none")
        for place, clause in enumerate(getattr(expression, group))
        for value in wanted_by(clause, directory.rules).unknown
    ]
    if faults:
        raise Refused(NotifyCode.TERM_UNKNOWN, faults=tuple(faults))
    matched = directory.matcher.match(expression)
    left = matched.yes - directory.with_channel()
    direct, relays = len(matched.yes) - len(left), {}
    for partner in sorted(directory.partners):
        through = directory.members(partner) & left
        left -= through
        if through:
            relays[partner] = len(through)
    return {
        "total": len(matched.yes),
        "undecided": len(matched.undecided),
        "everyone": len(directory.matcher.everyone),
        **spread(matched.yes, directory),
        "ways": {"direct": direct, "relay": relays, "inbox": len(left)},
    }


def spread(members: BitMap, directory: Directory) -> dict[str, Any]:
    """Count enterprises by district, industry section and size."""
    found: dict[str, Any] = {}
    for name, dimension in (("districts", "region"), ("industries", "industry"), ("sizes", "size")):
        rows = []
        for value in directory.matcher.values(dimension):
            if dimension == "industry" and len(value) > 1:
                continue
            if dimension == "region" and directory.rules.regions.rows[value].parent in (None, "000000"):
                continue
            count = len(directory.matcher.within(dimension, value) & members)
            if count:
                rows.append({"value": value, "label": label_of(dimension, value, directory.rules), "count": count})
        found[name] = sorted(rows, key=lambda row: (-row["count"], row["value"]))
    return found


def report(push: Push, directory: Directory, public_url: str) -> dict[str, Any]:
    """Return a push as officers read it: how many by which way, why, what became of the deliveries."""
    told = BitMap.union(BitMap(), *(unpack(wave.told) for wave in push.waves))
    return {
        "push": push.push_id,
        "document": about(push.waves[-1].document, public_url),
        "withdrawn": push.withdrawn,
        "told": len(told),
        **spread(told, directory),
        "deliveries": {
            "planned": push.planned,
            "accepted": len(unpack(push.accepted)),
            "closed": len(unpack(push.closed)),
            "uncertain": len(unpack(push.uncertain)),
        },
        "acknowledged": push.acknowledged,
        "repeated": list(push.repeated),
        "waves": [
            {
                "wave": wave.wave,
                "edition": wave.document.edition,
                "type": wave.kind,
                "told": len(unpack(wave.told)),
                "direct": len(unpack(wave.direct)),
                "relays": [
                    {"partner": r.partner, "members": len(unpack(r.members)), "suppressed": len(unpack(r.suppressed))}
                    for r in wave.relays
                ],
                "subscribers": [each.partner for each in wave.subscribers],
                "reasons": [
                    {"text": r.text, "citation": r.citation, "members": len(members)}
                    for r, members in zip(wave.reasons, members_of(wave), strict=True)
                ],
                "undecided": wave.undecided,
            }
            for wave in push.waves
        ],
    }  # fmt: skip
