"""The letters of a case (文书): their words by kind and date; a letter keeps the words in force on its own date."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from shared.law.rows import Row, UnknownCode, Vocabulary


class Letter(Row):
    """One edition of a kind of letter: since when it holds, its title, the mark in its number, its lines."""

    kind: str
    label: str
    since: dt.date
    title: str
    mark: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """All letters, with what the answers of decisions begin with and how statutes are called in full."""

    editions: Vocabulary[Letter]
    titles: Mapping[str, str]
    answers: Mapping[str, str]
    history: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From letters.toml."""
        return cls(
            editions=Vocabulary.parse(Letter, "letter", content),
            titles=MappingProxyType(dict(content["title"])),
            answers=MappingProxyType(dict(content["answer"])),
            history=MappingProxyType(dict(content["history"])),
            names=MappingProxyType(dict(content["name"])),
        )

    def of(self, kind: str, on: dt.date) -> Letter:
        """The edition of a kind of letter in force on a day. Raises UnknownCode where there is none yet."""
        fitting = [letter for letter in self.editions if letter.kind == kind and letter.since <= on]
        if not fitting:
            raise UnknownCode(f"letter {kind} on {on}")
        return max(fitting, key=lambda letter: letter.since)

    def in_full(self, text: str) -> str:
        """The text with the short names of statutes written out: 条例第36条 → 《…条例》第36条."""
        for short, name in self.names.items():
            text = re.sub(rf"(?<![\u4e00-\u9fff《]){short}(?=第)", name, text)
        return text
