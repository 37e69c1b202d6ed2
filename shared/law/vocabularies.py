"""Closed vocabularies (代码表): decisions, grounds, channels, applicants, attributes, genres, subjects, remedies."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

from shared.law.rows import Row, UnknownCode, Vocabulary

Strength = Literal["mandatory", "conditional", "discretionary"]


class Decision(Row):
    """A way an application can end (处理决定): its row in Table II, its article and what its notice must say."""

    group: str
    label: str
    article: str
    disclosing: bool
    remedy: str
    grounds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """The row of Table II in which the case counts."""
        return self.code[0] if self.code[0] in "AB" else self.code


class Ground(Row):
    """A reason not to disclose (不予公开理由), 条例 Art. 14–16, and the decision that refuses on it."""

    label: str
    article: str
    strength: Strength
    decision: str


class Channel(Row):
    """A way an application reaches the agency, and which date is then its received date (条例 Art. 31)."""

    label: str
    received: Literal["submitted", "signed", "confirmed"]
    entry: bool
    day: str
    article: str


class Applicant(Row):
    """A category of applicants (申请人类别): a column of Table II."""

    label: str
    group: str


class Attribute(Row):
    """A disclosure attribute of a document (公开属性)."""

    label: str
    article: str


class Genre(Row):
    """A genre (文种、体裁): official ones carry a document number; `also` are other spellings seen in practice."""

    official: bool
    numbered: bool
    also: tuple[str, ...] = ()


class Subject(Row):
    """One of the 22 subject classes (主题分类)."""

    label: str
    also: tuple[str, ...] = ()


class RemedyWay(Row):
    """A remedy paragraph with the places `{reconsideration_body}` and `{court}`."""

    article: str
    text: str


def received_date(
    channel: Channel,
    submitted: dt.date | None = None,
    signed: dt.date | None = None,
    confirmed: dt.date | None = None,
) -> dt.date | None:
    """The received date (收到申请之日) by channel, 条例 Art. 31; None while the decisive act has not happened.

    submitted: handed over in person. signed: the agency signed for the registered letter. confirmed: both sides
    confirmed (Internet, fax), or the office confirmed an ordinary letter with the applicant. The day of uploading or
    of entry into the platform never matters.
    """
    return {"submitted": submitted, "signed": signed, "confirmed": confirmed}[channel.received]


@dataclass(frozen=True, slots=True)
class Remedies:
    """Which remedy paragraph a decision carries, by the date of the decision."""

    rules: Mapping[str, tuple[tuple[dt.date, str], ...]]
    ways: Vocabulary[RemedyWay]

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Self:
        """From remedies.toml. Raises UnknownCode when a rule names a way that is not there."""
        ways = Vocabulary.parse(RemedyWay, "way", content)
        rules = {
            rule: tuple(sorted((dt.date.fromisoformat(day), ways[way].code) for day, way in dated.items()))
            for rule, dated in content["rule"].items()
        }
        return cls(MappingProxyType(rules), ways)

    def of(self, decision: Decision, on: dt.date) -> RemedyWay:
        """The remedy of a decision made on a day. Raises UnknownCode for days before the tables begin."""
        fitting = [way for since, way in self.rules[decision.remedy] if since <= on]
        if not fitting:
            raise UnknownCode(f"remedy of {decision.code} on {on}")
        return self.ways[fitting[-1]]


@dataclass(frozen=True, slots=True)
class NoticeParts:
    """What decision notices are made of, with Chinese labels (告知书要素)."""

    every: tuple[str, ...]
    label: Mapping[str, str]

    def required(self, decision: Decision) -> tuple[str, ...]:
        """All parts the notice of this decision must contain, in order of the label table."""
        wanted = {*self.every, *decision.parts}
        return tuple(part for part in self.label if part in wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabularies:
    """All closed vocabularies."""

    decisions: Vocabulary[Decision]
    grounds: Vocabulary[Ground]
    channels: Vocabulary[Channel]
    applicants: Vocabulary[Applicant]
    attributes: Vocabulary[Attribute]
    genres: Vocabulary[Genre]
    subjects: Vocabulary[Subject]
    remedies: Remedies
    notices: NoticeParts

    @classmethod
    def parse(cls, tables: Mapping[str, Mapping[str, Any]]) -> Self:
        """From the decoded TOML by file name."""
        requests, documents, notices = tables["requests"], tables["documents"], tables["notices"]
        return cls(
            decisions=Vocabulary.parse(Decision, "decision", tables["decisions"]),
            grounds=Vocabulary.parse(Ground, "ground", tables["grounds"]),
            channels=Vocabulary.parse(Channel, "channel", requests),
            applicants=Vocabulary.parse(Applicant, "applicant", requests),
            attributes=Vocabulary.parse(Attribute, "attribute", documents),
            genres=Vocabulary.parse(Genre, "genre", documents),
            subjects=Vocabulary.parse(Subject, "subject", documents),
            remedies=Remedies.parse(tables["remedies"]),
            notices=NoticeParts(tuple(notices["every"]), MappingProxyType(dict(notices["label"]))),
        )

    def genre(self, name: str) -> Genre | None:
        """The genre of that name or of another spelling of it, None when there is none."""
        return next((genre for genre in self.genres if name == genre.code or name in genre.also), None)

    def subject(self, name: str) -> Subject | None:
        """The subject class by code, label or other name, None when there is none."""
        return next((each for each in self.subjects if name in (each.code, each.label, *each.also)), None)
