"""The cases the recount is measured with."""

from __future__ import annotations

from bench.calendars import _cases


def test_every_second_case_reaches_into_the_year_to_come() -> None:
    cases = list(_cases(24))
    assert [case.provisional for case in cases] == [n % 2 == 0 for n in range(24)]
    assert len({case.number for case in cases}) == 24
