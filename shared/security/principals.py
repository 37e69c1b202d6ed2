"""Who calls: the seven facts about a caller that every decision about access is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PrincipalKind(StrEnum):
    """The sorts of callers."""

    AGENCY = "agency"
    """行政机关的业务系统"""
    OFFICER = "officer"
    """公开工作人员"""
    SUPERVISOR = "supervisor"
    """主管部门人员"""
    OPERATOR = "operator"
    """平台运维人员"""
    ENTERPRISE = "enterprise"
    """企业"""
    PARTNER = "partner"
    """园区、行业协会等协作方"""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller that has proven itself (调用主体).

    ``bodies`` are the ids of the bodies it may act for, or patterns such as ``prefix*``; ``source`` is the CloudEvents
    source prefix and ``types`` the event types an agency's key may file. ``key_id`` is the key it came with: what
    limits and revocation go by.
    """

    kind: PrincipalKind
    id: str
    bodies: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    source: str | None = None
    types: frozenset[str] = frozenset()
    key_id: str = ""

    def may(self, scope: str) -> bool:
        """Return whether the caller holds a scope."""
        return scope in self.scopes

    def acts_for(self, body: str) -> bool:
        """Return whether the caller may act for a body: named exactly, or matched by a ``prefix*`` pattern."""
        return body in self.bodies or any(
            pattern.endswith("*") and body.startswith(pattern[:-1]) for pattern in self.bodies
        )

    def owns_source(self, source: str) -> bool:
        """Return whether a CloudEvents source is the caller's own: its prefix itself or a path below it."""
        return self.source is not None and (source == self.source or source.startswith(self.source.rstrip("/") + "/"))

    def may_file(self, event_type: str) -> bool:
        """Return whether the caller may file events of this type."""
        return event_type in self.types
