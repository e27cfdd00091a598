"""Who is on duty for which source and area, and whom to call next. Pure; the file is roster.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

import msgspec

from services.alarms.domain import Alarm, Severity
from services.alarms.durations import DAY_MS, parse_ms
from services.alarms.rule_text import SeverityName
from services.alarms.schedule import OFFSET_MS, Hours, WorkingTime, parse_span

Way = Literal["mail", "webhook"]
_FIRST_DAY = date(1970, 1, 1)


class BadRoster(ValueError):
    """A file that is refused; names the entry and what is wrong."""


class Person(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody, or something, that is told. `secret`: name of the file with the bearer token of a webhook."""

    account: str
    vi: str
    phone: str = ""
    mail: str = ""
    webhook: str = ""
    secret: str = ""

    @property
    def ways(self) -> list[tuple[Way, str]]:
        """How they are told, with the address."""
        ways: list[tuple[Way, str]] = [("mail", self.mail), ("webhook", self.webhook)]
        return [(way, target) for way, target in ways if target]


class Turn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """People who take turns: the first from `since` on at `at`, each for `days`."""

    id: str
    people: tuple[str, ...]
    since: date
    days: int = 1
    at: str = "00:00"


class When(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Hours of days, or working time, or what is not working time; of nothing said: always."""

    hours: tuple[str, ...] = ()
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    working_time: bool | None = None


class DutyText(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"since": "from"}):
    """One duty; README.md says what each field means."""

    id: str
    vi: str
    en: str
    steps: tuple[tuple[str, ...], ...]
    when: When = When()
    severity_from: SeverityName = "notice"
    areas: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    escalate: str = ""
    since: date | None = None
    until: date | None = None


class _Text(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    person: tuple[Person, ...]
    duty: tuple[DutyText, ...]
    turn: tuple[Turn, ...] = ()


class Called(NamedTuple):
    """Somebody who is called for an alarm: by which duty, at which step (from 1)."""

    duty: DutyText
    step: int
    person: Person


@dataclass(frozen=True, slots=True)
class Roster:
    """People, their turns, their duties."""

    people: Mapping[str, Person]
    turns: Mapping[str, Turn]
    duties: tuple[DutyText, ...]

    def on_duty(self, working: WorkingTime, now: datetime) -> list[DutyText]:
        """The duties that somebody has at a moment, in the order of the file."""
        return [one for one in self.duties if _is_on(one, working, now)]

    def at_step(self, duty: DutyText, step: int, now: datetime) -> list[Person]:
        """Who is called at a step, from 1; past the last step it is the last."""
        names = duty.steps[min(step, len(duty.steps)) - 1]
        return [self.people[self._taking_turn(name, now)] for name in names]

    def _taking_turn(self, name: str, now: datetime) -> str:
        turn = self.turns.get(name)
        if turn is None:
            return name
        minutes = sum(int(part) * size for part, size in zip(turn.at.split(":"), (60, 1), strict=True))
        local_ms = round(now.timestamp() * 1_000) + OFFSET_MS - minutes * 60_000
        days = local_ms // DAY_MS - (turn.since - _FIRST_DAY).days
        return turn.people[days // turn.days % len(turn.people)]


EMPTY = Roster({}, {}, ())


def parse_roster(text: str) -> Roster:
    """The roster that a TOML file tells.

    Raises:
        BadRoster: with all that is wrong, a line each.
    """
    try:
        told = msgspec.convert(tomllib.loads(text), _Text)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadRoster(str(error)) from error
    if faults := list(_faults(told)):
        raise BadRoster("\n".join(faults))
    return Roster(
        {one.account: one for one in told.person}, {one.id: one for one in told.turn}, tuple(told.duty)
    )


def called(
    roster: Roster, on_duty: Sequence[DutyText], alarm: Alarm, above: Collection[str], now: datetime
) -> list[Called]:
    """Who is told of an alarm as it stands, each person once.

    Args:
        on_duty: `Roster.on_duty` of the moment.
        above: the alarm's area and all that contain it.
    """
    found: dict[str, Called] = {}
    for duty in on_duty:
        if is_of(duty, alarm, above):
            step = min(alarm.escalations + 1, len(duty.steps))
            for person in roster.at_step(duty, step, now):
                found.setdefault(person.account, Called(duty, step, person))
    return list(found.values())


def is_of(duty: DutyText, alarm: Alarm, above: Collection[str]) -> bool:
    """Whether an alarm is of what the duty looks after, and grave enough to be told of."""
    return alarm.severity >= Severity[duty.severity_from.upper()] and looks_after(duty, alarm, above)


def looks_after(duty: DutyText, alarm: Alarm, above: Collection[str]) -> bool:
    """Whether an alarm is of what the duty looks after, however grave. What is empty does not restrict."""
    if duty.areas and not frozenset(duty.areas).intersection(above):
        return False
    if duty.rules and not _fits(alarm.rule, duty.rules):
        return False
    if not duty.devices and not duty.datasets:
        return True
    dataset = alarm.subject.split(" ")[0] if alarm.subject_kind == "dataset" else ""
    return _fits(alarm.device, duty.devices) or _fits(dataset, duty.datasets)


def escalates_at(duties: Sequence[DutyText], alarm: Alarm, above: Collection[str]) -> datetime | None:
    """When an unanswered alarm goes to the next step by the duties that there are now; None: never."""
    waits = [
        parse_ms(one.escalate)
        for one in duties
        if one.escalate and alarm.escalations + 1 < len(one.steps) and is_of(one, alarm, above)
    ]
    return alarm.waits_since + timedelta(milliseconds=min(waits)) if waits else None


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return bool(name) and any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_on(duty: DutyText, working: WorkingTime, now: datetime) -> bool:
    at_ms = round(now.timestamp() * 1_000)
    day = _FIRST_DAY + timedelta(days=(at_ms + OFFSET_MS) // DAY_MS)
    if (duty.since and day < duty.since) or (duty.until and day > duty.until):
        return False
    if duty.when.working_time is not None:
        return working.covers(at_ms) is duty.when.working_time or not working.reaches(at_ms)
    spans = duty.when.hours or ("00:00-24:00",)
    return Hours([parse_span(span) for span in spans], duty.when.days).covers(at_ms)


def _faults(told: _Text) -> Iterator[str]:
    names = [*(one.account for one in told.person), *(one.id for one in told.turn)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: is there twice"
    people = {one.account for one in told.person}
    for person in told.person:
        if not person.ways and not person.phone:
            yield f"person {person.account}: neither phone, mail nor webhook"
        if person.webhook and not person.webhook.startswith(("http://", "https://")):
            yield f"person {person.account}: webhook: not an address of HTTP"
        if person.mail and not (person.mail.isascii() and person.mail.count("@") == 1):
            yield f"person {person.account}: mail: not an address"
        if person.secret and ("/" in person.secret or person.secret.startswith(".")):
            yield f"person {person.account}: secret: the name of a file, not a path"
    for turn in told.turn:
        if not turn.people or turn.days < 1:
            yield f"turn {turn.id}: people and at least one day"
        yield from (f"turn {turn.id}: no person {name!r}" for name in turn.people if name not in people)
        yield from _span_faults(f"turn {turn.id}", f"{turn.at}-24:00")
    ids = [one.id for one in told.duty]
    for duty in told.duty:
        yield from _duty_faults(duty, ids.count(duty.id), set(names))


def _duty_faults(duty: DutyText, times: int, names: Collection[str]) -> Iterator[str]:
    place = f"duty {duty.id}"
    if times > 1:
        yield f"{place}: is there twice"
    if not duty.steps or not all(duty.steps):
        yield f"{place}: steps: who is called first, and next"
    for name in (name for step in duty.steps for name in step if name not in names):
        yield f"{place}: nobody is called {name!r}"
    if duty.when.hours and duty.when.working_time is not None:
        yield f"{place}: when: hours, or working_time"
    if not set(duty.when.days) <= set(range(1, 8)):
        yield f"{place}: when: days are 1 to 7"
    for span in duty.when.hours:
        yield from _span_faults(place, span)
    if duty.escalate:
        try:
            parse_ms(duty.escalate)
        except ValueError as error:
            yield f"{place}: escalate: {error}"


def _span_faults(place: str, span: str) -> Iterator[str]:
    try:
        parse_span(span)
    except ValueError as error:
        yield f"{place}: {error}"
