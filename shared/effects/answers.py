"""What a receiver's answer means: limits on it, its parts, and the one place that turns status codes into outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from shared.effects.port import Kind, Outcome, snippet_of

LONGEST_WAIT = 86_400.0
"""How long a receiver may ask us to wait, in seconds: a day."""
ERROR_NAMES = {401: "unauthorized", 403: "forbidden", 404: "not-found", 429: "throttled", 502: "throttled"} | {
    503: "throttled",
    504: "throttled",
}


@dataclass(frozen=True, slots=True)
class EgressLimits:
    """Times in seconds, sizes in bytes. ``total`` covers everything, waiting for a free connection too."""

    connect: float = 5.0
    total: float = 15.0
    body: int = 16_384
    header_field: int = 8_190
    header_count: int = 128
    connections: int = 200
    per_host: int = 8
    resolvers: int = 16


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. ``status`` is 0 where nothing did; ``whole`` says the body is complete and under the cap."""

    outcome: Outcome
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    whole: bool = False


def classify(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Return the outcome of an answered attempt, after Standard Webhooks 1.0.

    2xx is accepted; 410 closes the endpoint; everything else, redirects included, is a failure that may be tried again.
    ``headers`` must look names up regardless of case.
    """
    encoded = headers.get("content-encoding", "identity").lower() != "identity"
    snippet = "" if encoded else snippet_of(body)
    if 200 <= status < 300:
        return Outcome(Kind.ACCEPTED, status, snippet=snippet)
    if status == 410:
        return Outcome(Kind.CLOSED, status, "gone", snippet=snippet)
    if 300 <= status < 400:
        return Outcome(Kind.RETRY, status, "redirect", snippet=snippet)
    error = ERROR_NAMES.get(status, "server-error" if status >= 500 else "client-error")
    return Outcome(Kind.RETRY, status, error, retry_after(headers), snippet)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds ``Retry-After`` asks for, between 0 and a day; None where it is absent or nonsense.

    A date is read against the answer's own ``Date``: neither our clock nor the receiver's needs to be right.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,18}", value, re.ASCII):
        return min(float(value), LONGEST_WAIT)
    until, sent = _date(value), _date(headers.get("date", ""))
    if until is None or sent is None:
        return None
    return min(max((until - sent).total_seconds(), 0.0), LONGEST_WAIT)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
