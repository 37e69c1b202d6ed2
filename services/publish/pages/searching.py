"""The search page: a form, hits, facets; made on the server, without script."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from services.publish.views.portal.render import Pages
from services.publish.views.questions import Questions, Result
from services.publish.views.search.query import DEEPEST, Asked

SIZE = 20
LONGEST = 100
"""Signs of a question that count."""

_FACETS = {"year": "年份", "column": "栏目", "validity": "有效性", "topic": "主题", "body": "发布机构", "genre": "文种"}
_SHOWN = 8


class SearchPage:
    """Makes the page for one question."""

    def __init__(self, questions: Questions, pages: Pages) -> None:
        self._questions, self._pages = questions, pages

    async def page(self, query_string: bytes) -> bytes:
        """Return the page for a query string; whatever is in it."""
        given = dict(parse_qsl(query_string.decode("latin-1"), errors="replace", max_num_fields=None))
        text = given.get("q", "").strip()[:LONGEST]
        number = _number(given.get("page", "1"))
        filters = {name: given[name][:200] for name in _FACETS if given.get(name)}
        if not text and not filters:
            return self._render(text, None, {}, filters, 1)
        asked = Asked(text, filters)
        result = await self._questions.search(asked, number, SIZE)
        counted = await self._questions.facets(asked)
        return self._render(text, result, counted, filters, number)

    def _render(
        self,
        text: str,
        result: Result | None,
        counted: Mapping[str, Mapping[str, int]],
        filters: Mapping[str, str],
        number: int,
    ) -> bytes:
        pages = min(-(-result.total // SIZE), DEEPEST // SIZE) if result is not None else 0
        base = {"q": text, **filters}
        return self._pages.page(
            "search.html",
            title="检索",
            query=text,
            result=result,
            facets=[(label, _entries(name, counted.get(name, {}), base)) for name, label in _FACETS.items()],
            first=(number - 1) * SIZE + 1,
            page=number,
            pages=pages,
            previous=_address({**base, "page": str(number - 1)}) if number > 1 else "",
            next=_address({**base, "page": str(number + 1)}) if number < pages else "",
            trail=[("检索", "")],
        )


def _entries(name: str, counted: Mapping[str, int], base: Mapping[str, str]) -> list[tuple[str, int, str, bool]]:
    """Return (label, count, address, chosen) of a facet's values; the address of a chosen one takes it back."""
    chosen = base.get(name)
    ranked = sorted(counted.items(), key=lambda each: (each[0] != chosen, -each[1], each[0]))
    if name == "year":
        ranked.sort(reverse=True)
    without = {key: value for key, value in base.items() if key != name}
    return [
        (value, count, _address(without if value == chosen else {**base, name: value}), value == chosen)
        for value, count in ranked[:_SHOWN]
    ]


def _address(values: Mapping[str, str]) -> str:
    return f"/search?{urlencode(values)}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) > 0 else 1
