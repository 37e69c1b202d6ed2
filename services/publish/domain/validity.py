"""Whether a published document is in force (有效性), and the day on which that changes by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shared.contracts.facts.catalog import DocumentView
from shared.contracts.facts.publish import Validity
from shared.law.docnumbers import parse_number
from shared.law.rules import Rules
from shared.law.validity import repealed_on, status

_DAY = dt.timedelta(days=1)
_STATED: dict[str, Validity] = {"有效性:废止": "废止", "有效性:失效": "失效", "有效性:现行有效": "现行有效"}
_LABELS: dict[str, Validity] = {"pending": "尚未施行", "valid": "现行有效", "lapsed": "失效", "repealed": "废止"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Validity on a day; ``until`` is the last day it holds by itself, ``expires_on`` the last day of force."""

    validity: Validity
    until: dt.date | None = None
    expires_on: dt.date | None = None


def is_normative(document: DocumentView) -> bool:
    """Return whether a document is an administrative normative one (行政规范性文件).

    Such series carry 规 as the last character of the agency code (沪府规, 沪府办规), or the catalog tagged it so.
    """
    number = parse_number(document.number) if document.number else None
    return (number is not None and number.code.endswith("规")) or "文件性质:行政规范性文件" in document.tags


def standing(document: DocumentView, today: dt.date, rules: Rules, place: str) -> Standing:
    """Return the validity of a document on a day.

    A stated one (标签 有效性) wins. Otherwise it follows from the printed dates; a normative document without a printed
    end has the longest term its jurisdiction allows (``place``). Without dates and not normative: 未标注.
    """
    for tag in document.tags:
        if tag in _STATED and tag != "有效性:现行有效":
            return Standing(_STATED[tag])
    repealed = repealed_on(document.tags)
    normative = is_normative(document)
    dated = document.effective_on or document.expires_on or repealed
    if not (dated or normative):
        return Standing(_STATED["有效性:现行有效"] if "有效性:现行有效" in document.tags else "未标注")
    effective = document.effective_on or document.published_on or document.written_on
    last = document.expires_on
    if last is None and normative:
        last = rules.latest_last_day(document.title, document.genre, effective, place)
    validity = _LABELS[status(today, effective, last, repealed)]
    return Standing(validity, _until(today, effective, last, repealed), last)


def _until(today: dt.date, effective: dt.date, last: dt.date | None, repealed: dt.date | None) -> dt.date | None:
    now = status(today, effective, last, repealed)
    turns = [effective - _DAY] + ([last] if last else []) + ([repealed - _DAY] if repealed else [])
    ahead = (turn for turn in turns if turn >= today and status(turn + _DAY, effective, last, repealed) != now)
    return min(ahead, default=None)
