"""Rows and vocabularies: what every table of law data is made of."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tomllib import loads
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One frozen row of a TOML table; an unknown or missing column is an error when the rules are loaded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str


R = TypeVar("R", bound=Row)


class UnknownCode(LookupError):
    """A code that the vocabulary does not have (未知代码)."""


class Vocabulary(Generic[R]):
    """A read-only set of rows found by code; iterates over the rows in the order of the table."""

    def __init__(self, name: str, rows: Iterable[R]) -> None:
        """`name` appears in errors. Raises ValueError when a code occurs twice."""
        self.name = name
        self._rows: dict[str, R] = {}
        for row in rows:
            if row.code in self._rows:
                raise ValueError(f"{name}: code {row.code} occurs twice")
            self._rows[row.code] = row

    @classmethod
    def parse(cls, kind: type[R], name: str, content: Mapping[str, Any]) -> "Vocabulary[R]":
        """From the array of tables `[[name]]` of a decoded TOML file."""
        return cls(name, (kind.model_validate(row) for row in content[name]))

    def __getitem__(self, code: str) -> R:
        """The row with that code. Raises UnknownCode."""
        try:
            return self._rows[code]
        except KeyError:
            raise UnknownCode(f"{self.name}: {code}") from None

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[R]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the table."""
        return tuple(self._rows)


def read(path: Path) -> Mapping[str, Any]:
    """Parse one TOML file as UTF-8; errors name the file."""
    try:
        return loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
