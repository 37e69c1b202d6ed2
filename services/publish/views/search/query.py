"""What is asked for, as a query of the index: a title before a number before a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any, cast

from tantivy import Occur, Query

from services.publish.views.search.index import FACETS, SCHEMA, Shards
from services.publish.views.search.words import fold, pairs, tight, words
from shared.law.docnumbers import number_key

_TITLE, _NUMBER, _TEXT = 1000.0, 300.0, 1.0
_MOST_TERMS = 12
DEEPEST = 10_000
"""Hits one can page to; the total is always exact."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: signs looked for, and facets (of ``FACETS``) that must have a value."""

    text: str
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def terms(self) -> list[str]:
        """The parts between blanks, folded; all of them must be found."""
        return list(dict.fromkeys(fold(self.text).split()))[:_MOST_TERMS]


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of one page of hits, how many there are; ``loose``: nothing had it all, these are near."""

    ids: list[str]
    total: int
    loose: bool = False


def find(shards: Shards, asked: Asked, offset: int, limit: int) -> Found:
    """Return a page of hits; where no document has all of it, those that share most of its words."""
    found = _run(shards, _filtered(_exact(asked), asked.filters), offset, limit)
    if found.total or not asked.terms:
        return found
    near = _near(asked)
    if near is None:
        return found
    loose = _run(shards, _filtered(near, asked.filters), offset, limit)
    return Found(loose.ids, loose.total, loose=loose.total > 0)


def counts(shards: Shards, asked: Asked) -> dict[str, dict[str, int]]:
    """Return per facet how many hits have each value."""
    query = _filtered(_exact(asked), asked.filters)
    wanted = {name: {"terms": {"field": name, "size": 1000}} for name in FACETS}
    totals: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for shard in shards.all:
        answer = shard.searcher.aggregate(query, wanted)
        for name in FACETS:
            for bucket in answer[name]["buckets"]:
                key = str(bucket["key"])
                totals[name][key] = totals[name].get(key, 0) + int(bucket["doc_count"])
    return totals


def _run(shards: Shards, query: Query, offset: int, limit: int) -> Found:
    total, lists = 0, []
    for shard in shards.all:
        result = shard.searcher.search(query, limit=offset + limit, weight_by_field="weight")
        total += cast(Any, result).count  # missing in the library's stubs
        lists.append([(-float(score), number, address) for number, (score, address) in enumerate(result.hits)])
    tagged = ([(score, number, at, address) for score, number, address in hits] for at, hits in enumerate(lists))
    best = islice(merge(*tagged, key=lambda hit: hit[:3]), offset, offset + limit)
    return Found([str(shards.all[at].searcher.doc(address)["id"][0]) for _, _, at, address in best], total)


def _exact(asked: Asked) -> Query:
    terms = asked.terms
    if not terms:
        return Query.all_query()
    must = [(Occur.Must, _term(term)) for term in terms]
    whole = tight(asked.text)
    if len(terms) > 1:
        must.append((Occur.Should, Query.const_score_query(_phrase("title", pairs(whole)), _TITLE)))
    key = number_key(asked.text)
    if key is not None:
        by_key = Query.const_score_query(_phrase("number", pairs(tight(key))), _NUMBER)
        return Query.boolean_query([(Occur.Should, Query.boolean_query(must)), (Occur.Should, by_key)])
    return Query.boolean_query(must)


def _term(term: str) -> Query:
    if len(term) == 1:
        return Query.boolean_query(
            [
                (Occur.Should, Query.const_score_query(_one("title_signs", term), _TITLE)),
                (Occur.Should, Query.const_score_query(_one("number_signs", term), _NUMBER)),
                (Occur.Should, Query.const_score_query(_one("signs", term), _TEXT)),
            ]
        )
    cut = pairs(term)
    in_text = Query.boolean_query([(Occur.Must, _one("text", pair)) for pair in dict.fromkeys(cut)])
    somewhere = Query.boolean_query(
        [
            (Occur.Should, Query.const_score_query(_phrase("title", cut), _TITLE)),
            (Occur.Should, Query.const_score_query(_phrase("number", cut), _NUMBER)),
            (Occur.Should, Query.const_score_query(in_text, _TEXT)),
        ]
    )
    # Words decide nothing but the order: a text that says it often before one that mentions it.
    often = [(Occur.Should, _one("words", word)) for word in words(term)[:4]]
    return Query.boolean_query([(Occur.Must, somewhere), *often]) if often else somewhere


def _near(asked: Asked) -> Query | None:
    cut = list(dict.fromkeys(word for term in asked.terms for word in words(term)))[:_MOST_TERMS]
    if not cut:
        return None
    least = max(1, (len(cut) * 3 + 4) // 5)
    return Query.boolean_query([(Occur.Should, _one("words", word)) for word in cut], least)


def _filtered(query: Query, filters: Mapping[str, str]) -> Query:
    given = [
        (Occur.Must, Query.const_score_query(_one(name, value), 0.0))
        for name, value in filters.items()
        if name in FACETS and value
    ]
    return Query.boolean_query([(Occur.Must, query), *given]) if given else query


def _phrase(name: str, cut: list[str]) -> Query:
    return _one(name, cut[0]) if len(cut) == 1 else Query.phrase_query(SCHEMA, name, list(cut))


def _one(name: str, value: str) -> Query:
    return Query.term_query(SCHEMA, name, value, index_option="basic")


def marked(text: str, terms: Iterable[str]) -> list[tuple[bool, str]]:
    """Return a text in pieces, each with whether it is one of the folded terms."""
    folded, hits = fold(text), [False] * len(text)
    for term in terms:
        at = folded.find(term)
        while at >= 0:
            hits[at : at + len(term)] = [True] * len(term)
            at = folded.find(term, at + 1)
    pieces: list[tuple[bool, str]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hits[end] != hits[start]:
            pieces.append((hits[start], text[start:end]))
            start = end
    return pieces


def snippet(text: str, terms: Iterable[str], length: int = 120) -> list[tuple[bool, str]]:
    """Return the place of a text where most terms are close together, in pieces."""
    terms = list(terms)
    folded = fold(text)
    places = [at for term in terms if (at := folded.find(term)) >= 0]
    start = max(0, min(places) - 20) if places else 0
    cut = text[start : start + length].replace("\n", " ")
    pieces = marked(cut, terms)
    if start:
        pieces.insert(0, (False, "…"))
    if start + length < len(text):
        pieces.append((False, "…"))
    return pieces


__all__ = ["DEEPEST", "Asked", "Found", "counts", "find", "marked", "snippet"]
