"""A few thousand enterprises with valid credit codes, two parks and an association: the same ones every time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from shared.law import credit

REGIONS = ("310106", "310106", "310101", "310115", "140400")
INDUSTRIES = (("6510", "软件"), ("5211", "零售"), ("6210", "餐饮"), ("3511", "机械制造"), ("6620", "金融服务"))
WORDS = ("明远", "海晨", "同济源", "嘉和", "北辰", "永宁", "新源", "启华", "安泰", "东合")
SEED = 20260302


@dataclass(frozen=True)
class Crowd:
    """The enterprises as reported, and the partners with their members."""

    enterprises: list[dict[str, Any]]
    partners: list[dict[str, Any]]

    def codes(self, *, region: str, industries: tuple[str, ...]) -> list[str]:
        """Return the credit codes of those in a region and in industries that begin so."""
        return [
            e["credit_code"]
            for e in self.enterprises
            if e["region"] == region and str(e["industry"]).startswith(industries)
        ]


def crowd(size: int) -> Crowd:
    """Make a crowd of ``size`` enterprises."""
    draw = random.Random(SEED)  # noqa: S311 -- example data
    enterprises = [_enterprise(draw, number) for number in range(size)]
    mine = [e["credit_code"] for e in enterprises if e["region"] == "310106"]
    partners = [
        _partner("park-daning", "大宁科创园", "park", mine[0:120]),
        _partner("park-shibei", "市北高新园", "park", mine[80:220]),
        _partner("assoc-retail", "静安零售餐饮协会", "association", mine[60:100] + mine[200:300]),
    ]
    return Crowd(enterprises, partners)


def _enterprise(draw: random.Random, number: int) -> dict[str, Any]:
    region = draw.choice(REGIONS)
    industry, kind = draw.choice(INDUSTRIES)
    employees = draw.choice((4, 8, 35, 80, 150, 400, 1500))
    return {
        "credit_code": credit.make("9", "1", region, number + 10_000_000),
        "name": f"{draw.choice(WORDS)}{kind}（示例{number:05d}）有限公司",
        "region": region,
        "industry": industry,
        "employees": employees,
        "revenue": employees * draw.choice((10, 40, 120)),
        "tags": [f"type:{draw.choice(('高新技术企业', '专精特新', '普通'))}"],
        "as_of": "2026-03-01",
    }


def _partner(partner: str, name: str, kind: str, members: list[str]) -> dict[str, Any]:
    return {"partner": partner, "name": name, "kind": kind, "region": "310106", "members": members}
