"""A threshold above the shipped one, so that tests tell two applicants from enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from shared.law.profiles import Profiles, frozen
from shared.law.rules import Rules

THREE = {"distinct_applicants": 3, "requests": 5, "window_days": 365, "per_applicant": 3, "unverified_cap": 2}


def asking_for_three(rules: Rules) -> Rules:
    """Return the rules with a review (条例 Art. 44) from three applicants on, where a place says nothing itself."""
    national = rules.profiles.places["national"]
    entry = replace(national.entries["conversion"], since=(date(2019, 5, 15),), values=(frozen(THREE),))
    place = replace(national, entries=MappingProxyType({**national.entries, "conversion": entry}))
    places = MappingProxyType({**rules.profiles.places, "national": place})
    return replace(rules, profiles=Profiles(places))
