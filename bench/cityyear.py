"""A city's year of applications, made through the domain: 16 districts, 300 bodies, the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from services.requests.domain import casework
from services.requests.domain.deciding import decide
from services.requests.domain.folding import evolve_request
from services.requests.domain.registers import Register, evolve_register, next_number, printed, register_id
from services.requests.domain.remedies import Conclusion, conclude_remedy, file_remedy
from services.requests.domain.remedies import Filing as Remedial
from services.requests.domain.ruling import Ruling
from services.requests.domain.serving import serve
from services.requests.domain.state import Application, Request
from services.requests.domain.timing import Doing
from shared.clock import ZONE
from shared.contracts.envelope import Envelope
from shared.contracts.facts.base import Fact
from shared.contracts.facts.requests import NumberAssigned, Record, RemedyResult
from shared.contracts.sealed import Sealed
from shared.law.rules import Rules

YEAR = 2026
DISTRICTS, BODIES, REQUESTS = 16, 300, 35_000
_SEALED = Sealed(key="k" * 20, nonce="n" * 16, box="b" * 88)
_CHANNELS = ("online", "online", "online", "registered", "counter", "counter", "zone", "letter")
_COLUMNS = ("np",) * 14 + ("com", "com", "com", "law", "ngo", "sci", "oth")
_CODES = ("A2",) * 6 + ("A1", "B", "B", "C5", "C7", "C8", "D1", "D1", "D1", "D2", "E1")
_RESULTS: tuple[RemedyResult, ...] = ("upheld", "upheld", "corrected", "other")
_FIRST_DAY = date(YEAR - 1, 12, 1)
_LAST_DAY = date(YEAR, 12, 31)
Act = Callable[[Request | None, Doing], list[Fact]]


@dataclass
class Bureau:
    """A body: its register, and the events it has said."""

    body: str
    place: str
    registers: dict[str, Register] = field(default_factory=dict)


@dataclass
class Case:
    """A case on its way: where it stands and what is to happen on which day."""

    request_id: str
    bureau: Bureau
    state: Request | None = None
    sequence: int = 0


def events(rules: Rules, number: int = REQUESTS, bodies: int = BODIES) -> Iterator[Envelope]:
    """Yield the events of the year, case by case; a case's own are in order, as a topic keeps them."""
    rng = Random(YEAR)
    bureaus = [Bureau(f"d{n % DISTRICTS:02}-body-{n:03}", "shanghai") for n in range(bodies)]
    weights = [1 / (1 + n) ** 0.5 for n in range(bodies)]
    days = (_LAST_DAY - _FIRST_DAY).days
    asked = sorted(rng.randrange(days) for _ in range(number))
    chosen = rng.choices(bureaus, weights, k=number)
    for n, (after, bureau) in enumerate(zip(asked, chosen, strict=True)):
        yield from _case(Case(f"r{n:020}", bureau), _FIRST_DAY + timedelta(days=after), rules, rng)


def _case(case: Case, day: date, rules: Rules, rng: Random) -> Iterator[Envelope]:
    for on, act in _plan(case, day, rules, rng):
        if on > _LAST_DAY:
            return
        doing = Doing(datetime.combine(on, time(10), ZONE), "officer", rules)
        if not case.sequence:
            yield from _happened(case, act, doing)
            yield from _numbered(case, doing)
        else:
            yield from _happened(case, act, doing)


def _happened(case: Case, act: Act, doing: Doing) -> Iterator[Envelope]:
    for fact in act(case.state, doing):
        case.state = evolve_request(case.state, fact)
        case.sequence += 1
        yield _event(fact, case.request_id, case.sequence, doing.now)


def _numbered(case: Case, doing: Doing) -> Iterator[Envelope]:
    """The register hands out the next number, and the case carries it."""
    registers, body, year = case.bureau.registers, case.bureau.body, doing.today.year
    id_ = register_id(body, year)
    for fact in next_number(registers.get(id_), body, year, case.request_id):
        if not isinstance(fact, NumberAssigned):
            continue
        registers[id_] = evolve_register(registers.get(id_), fact)
        number = printed(year, fact.serial)
        yield _event(fact, id_, fact.serial, doing.now)
        yield from _happened(case, partial(_registered, number), doing)


def _registered(number: str, state: Request | None, doing: Doing) -> list[Fact]:
    return casework.register(state, number, doing)


def _event(fact: Fact, subject: str, sequence: int, at: datetime) -> Envelope:
    cause = f"http:officer/{subject}:{sequence}"
    return Envelope(
        f"{subject}:{sequence}", "/requests", fact.type, subject, at, fact.wire(),
        sequence=sequence, causationid=cause, correlationid=cause,
    )  # fmt: skip


def _plan(case: Case, day: date, rules: Rules, rng: Random) -> Sequence[tuple[date, Act]]:
    """Return what happens to a case on which day; most are simply decided."""
    asked, confirming = _application(case, day, rng)
    steps: list[tuple[date, Act]] = [
        (day, lambda state, doing: casework.receive(state, case.request_id, asked, None, doing))
    ]
    if confirming:
        day += timedelta(days=1)
        steps.append((day, lambda state, doing: casework.confirm(state, None, doing)))
    kind = rng.random()
    if kind < 0.08:
        steps += _corrected(day)
        day += timedelta(days=9)
    elif kind < 0.13:
        return [*steps, (day + timedelta(days=3), lambda state, doing: casework.withdraw(state, None, doing))]
    return [*steps, *_answered(day + timedelta(days=rng.randrange(0, 30)), rules, rng)]


def _corrected(day: date) -> list[tuple[date, Act]]:
    return [
        (day + timedelta(days=3), lambda state, doing: casework.notify_correction(state, None, None, _SEALED, doing)),
        (day + timedelta(days=9), lambda state, doing: casework.correct(state, None, _SEALED, doing)),
    ]


def _answered(day: date, rules: Rules, rng: Random) -> list[tuple[date, Act]]:
    ruling = _ruling(rng.choice(_CODES), rules, rng)
    steps: list[tuple[date, Act]] = [
        (day, lambda state, doing: decide(state, ruling, doing)),
        (day + timedelta(days=1), lambda state, doing: serve(state, None, "当面", doing)),
        (day + timedelta(days=60), casework.close),
    ]
    if rng.random() < 0.03:
        filed, result = day + timedelta(days=20), rng.choice(_RESULTS)
        against = Remedial(kind="reconsideration", organ="示例市人民政府")
        steps[2:] = [(filed, lambda state, doing: file_remedy(state, against, doing))]
        ended = Conclusion(remedy=1, result=result, anew=False)
        steps.append((filed + timedelta(days=55), lambda state, doing: conclude_remedy(state, ended, doing)))
    return steps


def _ruling(code: str, rules: Rules, rng: Random) -> Ruling:
    decision = rules.vocabularies.decisions[code]
    return Ruling(
        code=code,
        grounds=decision.grounds[:1],
        article="条例第36条",
        record=Record(number=f"沪示〔2025〕{rng.randrange(1, 2000)}号") if decision.disclosing else None,
        parts=dict.fromkeys(decision.parts, _SEALED),
    )


def _application(case: Case, day: date, rng: Random) -> tuple[Application, bool]:
    channel = rng.choice(_CHANNELS)
    applicant = rng.randrange(20_000)
    made = Application(
        body=case.bureau.body,
        place=case.bureau.place,
        channel=channel,
        category=rng.choice(_COLUMNS),
        applicant=f"ps_{applicant:026}",
        information=f"text:ps_{rng.randrange(30_000):026}",
        name=_SEALED,
        contact=_SEALED,
        description=_SEALED,
        form="电子",
        delivery="网上获取",
        submitted_on=day,
        signed_on=day if channel == "registered" else None,
        subject="" if channel == "online" else f"sq-{case.request_id}",
        content=f"ps_{applicant:026}",
    )
    return made, channel in ("online", "letter")
