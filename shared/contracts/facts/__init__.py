"""Every fact of the platform, one file per owner."""

from __future__ import annotations

from types import ModuleType

from shared.contracts.facts import catalog, feed, notify, ops, publish, requests
from shared.contracts.facts.base import Fact

OWNERS: dict[str, ModuleType] = {
    "feed": feed,
    "catalog": catalog,
    "requests": requests,
    "notify": notify,
    "publish": publish,
    "ops": ops,
}


def _within(name: str, package: str) -> bool:
    """Whether a module is an owner's file, or one of the files of an owner's package."""
    return name == package or name.startswith(f"{package}.")


def _facts() -> dict[str, type[Fact]]:
    found: dict[str, type[Fact]] = {}
    for owner, module in OWNERS.items():
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Fact) and _within(value.__module__, module.__name__):
                name = getattr(value, "type", None)
                if name is not None:
                    if not name.startswith(f"{owner}.") or name in found:
                        raise TypeError(f"{value.__name__} has a wrong or doubled type: {name}")
                    found[name] = value
    return found


FACTS = _facts()
"""Fact type -> model."""
