"""Values that are made by the hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def light(cls: type[T]) -> type[T]:
    """Make a dataclass that the type checker holds to be frozen; frozen at run time it costs five times as much."""
    return dataclass(slots=True)(cls)
