"""What a receiver's answer means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from shared.effects.answers import classify, retry_after
from shared.effects.port import Kind


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (200, Kind.ACCEPTED, None),
        (204, Kind.ACCEPTED, None),
        (299, Kind.ACCEPTED, None),
        (301, Kind.RETRY, "redirect"),
        (304, Kind.RETRY, "redirect"),
        (400, Kind.RETRY, "client-error"),
        (401, Kind.RETRY, "unauthorized"),
        (404, Kind.RETRY, "not-found"),
        (410, Kind.CLOSED, "gone"),
        (429, Kind.RETRY, "throttled"),
        (500, Kind.RETRY, "server-error"),
        (503, Kind.RETRY, "throttled"),
        (599, Kind.RETRY, "server-error"),
    ],
)
def test_a_status_means_what_standard_webhooks_says(status: int, kind: Kind, error: str | None) -> None:
    outcome = classify(status, CIMultiDict(), b"said")
    assert (outcome.kind, outcome.status, outcome.error, outcome.snippet) == (kind, status, error, "said")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "999999999"}, 86_400.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Mon, 02 Mar 2026 01:02:00 GMT"}, None),
        ({"Retry-After": "Mon, 02 Mar 2026 01:02:00 GMT", "Date": "Mon, 02 Mar 2026 01:00:00 GMT"}, 120.0),
        ({"Retry-After": "Mon, 02 Mar 2026 01:00:00 GMT", "Date": "Mon, 02 Mar 2026 01:02:00 GMT"}, 0.0),
        ({"Retry-After": "Mon, 02 Mar 2026 01:02:00", "Date": "Mon, 02 Mar 2026 01:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_honoured_up_to_a_day_and_nonsense_ignored(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(CIMultiDict(headers)) == seconds
    assert classify(429, CIMultiDict(headers), b"").after == seconds


@given(st.text(), st.text())
def test_no_header_breaks_the_reading_of_an_answer(wait: str, date: str) -> None:
    found = retry_after({"retry-after": wait, "date": date})
    assert found is None or 0 <= found <= 86_400


def test_compressed_bytes_are_not_shown_as_text() -> None:
    assert classify(500, CIMultiDict({"Content-Encoding": "gzip"}), b"\x1f\x8b\x08").snippet == ""
