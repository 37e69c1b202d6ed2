"""The topics, fixed for life: who owns what, under which name."""

from __future__ import annotations

from dataclasses import dataclass

FEED = "feed"
OWNERS = ("feed", "catalog", "requests", "notify", "publish", "ops")
MAX_EVENT = 900 * 1024
"""Largest event in bytes; whatever is bigger belongs into a blob."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Topic names under a configurable prefix."""

    prefix: str = ""

    def of(self, owner: str) -> str:
        """Return the topic of an owner."""
        if owner not in OWNERS:
            raise ValueError(f"no such topic owner: {owner}")
        return f"{self.prefix}{owner}"

    def dead(self, owner: str) -> str:
        """Return the dead-letter topic of an owner's topic."""
        return f"{self.of(owner)}.dead"

    def owner(self, topic: str) -> str:
        """Return whose topic (or dead-letter topic) this is."""
        return topic.removeprefix(self.prefix).removesuffix(".dead")
