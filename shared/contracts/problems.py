"""The ways of saying no. Every refusal names its code, the field at fault and, in Chinese, the rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Code(Enum):
    """Base of the error codes; each owner has one subclass in ``shared.contracts.codes``.

    A member is ``NAME = ("中文说明", http_status)``; the stable code is its name.
    """

    def __init__(self, text: str, status: int = 409) -> None:
        self.text = text
        self.status = status

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: a code, a JSON pointer to the field, what is wrong in Chinese."""

    code: str
    pointer: str
    detail: str


class Refused(Exception):
    """This can never be right as asked: HTTP answers problem+json, a consumer buries at once."""

    def __init__(self, code: Code, detail: str = "", *, pointer: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(f"{code.name}: {detail or code.text}")
        self.code = code
        self.detail = detail or code.text
        self.faults = faults or ((Fault(code.name, pointer, self.detail),) if pointer else ())


class Unavailable(Exception):
    """A store, broker or peer is away: hold, back off, keep the order; HTTP answers 503 with Retry-After."""


class Undecodable(Exception):
    """Bytes that are no event of ours: a consumer buries them."""
