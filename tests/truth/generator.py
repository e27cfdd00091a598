"""What happened in the month, dataset by dataset: figures, registers, events and lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from random import Random

from services.records.datasets import Dataset
from services.records.fields import Field
from tests.truth.month import COMMUNES, FIRST, LAST, ORGANISATIONS, PROVINCE, days_between
from tests.truth.plain.cells import VIETNAM
from tests.truth.plain.datasets import OF_TIME
from tests.truth.values import Writer

LIVES, EVENTS, THINGS = 45, 40, 24  # at most, of a dataset
# Minutes between the events of a life, where they are not hours or days.
_STEPS = {"energy.outages": (1, 300), "safety.emergency_calls": (1, 40), "security.incidents": (5, 2000)}
# What most lives come to.
_GOOD_ENDS = (
    "resolved",
    "done",
    "restored",
    "published",
    "arrived",
    "issued",
    "paid",
    "reached",
    "submitted",
)
_USUAL_STEP = (30, 6 * 1440)
_YEAR, _YEAR_BEFORE = date(2025, 1, 1), date(2024, 1, 1)


# Reported by one office of the province: of two reports of one period neither is the newest.
_OF_THE_PROVINCE = {
    "reports.values": [
        ("NV-01", measure, ORGANISATIONS[0][0], COMMUNES[0].code, "actual")
        for measure in ("NVDH", "NVDG", "TLNVDH")
    ]
}


def rows_of(dataset: Dataset, random: Random) -> list[dict[str, str]]:
    """Everything that should be known of a dataset, in no order."""
    writer = Writer(dataset, random)
    if dataset.life_cycle is not None:
        made = _lives(writer)
    elif dataset.kind == "events":
        made = _happenings(writer)
    else:
        made = _things(writer)
    unique = {tuple(row.get(name, "") for name in dataset.identity): row for row in made}
    return list(unique.values())


def _lives(writer: Writer) -> Iterator[dict[str, str]]:
    life = writer.dataset.life_cycle
    assert life is not None
    for number in range(1, LIVES + 1):
        subject = f"{life.subject}-{number:03d}"
        events = list(_events(writer, life.first, life.then))
        profile = writer.cells(events[0][1].date(), {life.subject: subject, life.event: "", _at(writer): ""})
        for index, (event, at) in enumerate(events):
            if index == 0 and len(events) > 1 and writer.random.random() < 0.15:
                continue  # the beginning was never told
            fresh = writer.cells(at.date(), {})
            changes = {
                name: text
                for name, text in fresh.items()
                if name not in writer.dataset.identity and writer.random.random() < 0.06
            }
            told = {name: text for name, text in profile.items() if _is_told(writer, name)}
            row = {**told, **changes, life.subject: subject, life.event: event}
            if writer.random.random() < 0.12:
                row |= _due_just_then(writer, events[-1][1])
            yield writer.placed(row | {_at(writer): _moment(writer, at)})


def _is_told(writer: Writer, name: str) -> bool:
    """Not every event repeats what need not be said."""
    return writer.dataset.by_name[name].required or writer.random.random() < 0.8


def _due_just_then(writer: Writer, at: datetime) -> dict[str, str]:
    """Terms that end in the very moment of an event."""
    named = {one.name: one.type for one in writer.dataset.fields}
    told = {"due_at": f"{at:%d/%m/%Y %H:%M}", "due_on": f"{at:%d/%m/%Y}"}
    return {name: text for name, text in told.items() if name in named}


def _events(writer: Writer, first, then) -> Iterator[tuple[str, datetime]]:  # type: ignore[no-untyped-def]
    """A walk through a life; days or minutes apart."""
    random, by_days = writer.random, _is_day(writer)
    start = random.choice(days_between(FIRST, LAST - timedelta(days=4)))
    at = datetime(start.year, start.month, start.day, tzinfo=VIETNAM)
    if not by_days:
        at += timedelta(minutes=random.randint(0, 1439))
    event = random.choice(first)
    for _ in range(7):
        yield event, at
        if not then[event] or random.random() < 0.08:
            return
        event = random.choice([one for one in then[event] for _ in range(4 if one in _GOOD_ENDS else 1)])
        low, high = _STEPS.get(writer.dataset.key, _USUAL_STEP)
        at += (
            timedelta(days=random.randint(1, 9)) if by_days else timedelta(minutes=random.randint(low, high))
        )


def _happenings(writer: Writer) -> Iterator[dict[str, str]]:
    for number in range(1, EVENTS + 1):
        day = writer.random.choice(days_between(FIRST, LAST))
        at = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
        if not _is_day(writer):
            at += timedelta(minutes=writer.random.randint(0, 1439))
        names = [
            name for name in writer.dataset.identity if writer.dataset.by_name[name].type in ("text", "code")
        ]
        only = len(writer.dataset.identity) == 1
        given = {name: _named(writer, name, number if only else 0) for name in names}
        yield writer.placed(writer.cells(day, {**given, _at(writer): _moment(writer, at)}))


def _named(writer: Writer, name: str, number: int) -> str:
    names = writer.names(name, 12)
    return f"{names[0][:-2]}-{number:03d}" if number else writer.random.choice(names)


def _things(writer: Writer) -> Iterator[dict[str, str]]:
    """Of each thing that is counted or registered a row for each of some days."""
    fields = [
        writer.dataset.by_name[name]
        for name in writer.dataset.identity
        if name not in OF_TIME and writer.dataset.by_name[name].type != "instant"
    ]
    things = list(product(*(_choices(writer, field, 3 if len(fields) > 1 else 14) for field in fields)))
    # What is published of the province is so as a whole: without one of its lines there is no figure.
    count = len(things) if writer.dataset.area == "province" else min(THINGS, len(things))
    for thing in [*writer.random.sample(things, count), *_OF_THE_PROVINCE.get(writer.dataset.key, ())]:
        profile = writer.cells(FIRST, {})
        for times in _times(writer):
            given = dict(zip((field.name for field in fields), thing, strict=True)) | times
            steady = {
                name: text
                for name, text in profile.items()
                if writer.dataset.by_name[name].type in ("organisation", "choice", "text", "code", "area")
                and writer.random.random() < 0.85
            }
            row = writer.placed(writer.cells(LAST, {**steady, **given}))
            yield row


def _choices(writer: Writer, field: Field, count: int) -> list[str]:
    match field.type:
        case "area":
            return [PROVINCE] if field.name == "province" else [one.code for one in COMMUNES]
        case "organisation":
            return [code for code, _ in ORGANISATIONS]
        case "choice":
            return [one.code for one in field.choices]
        case "date":
            return ["31/12/2025", "31/12/2030"]
        case _:
            return writer.names(field.name, count)


def _times(writer: Writer) -> list[dict[str, str]]:
    """The fields of time of the rows of one thing."""
    named = set(writer.dataset.by_name)
    days = sorted(writer.random.sample(days_between(FIRST, LAST), 5))
    if "holds_from" in named:
        found = [{"holds_from": one} for one in (date(2025, 1, 10), *days[: writer.random.randint(0, 2)])]
    elif "day" in named:
        found = [{"day": one} for one in days]
    elif "as_of" in writer.dataset.identity and "period_from" in named:
        found = [{"period_from": _YEAR, "as_of": one} for one in days]
        found.append({"period_from": _YEAR_BEFORE, "as_of": date(2024, 12, 20)})
    elif writer.dataset.event_time == "as_of":
        found = [{"as_of": one} for one in days[:3]]
    else:
        found = [{"period_from": start, "period_to": end} for start, end in _periods(writer, days)]
    for one in found:
        if "period_to" in one or "period_from" in one:
            one.setdefault("period_to", date(one["period_from"].year, 12, 31))
        one.setdefault("as_of", max(one.values()))
    return [{name: _cell(writer, name, day) for name, day in one.items() if name in named} for one in found]


def _periods(writer: Writer, days: list[date]) -> list[tuple[date, date]]:
    match writer.dataset.promise.every:
        case "P1Y":
            return [(one, date(one.year, 12, 31)) for one in (_YEAR_BEFORE, _YEAR)]
        case "P3M":
            starts = [date(2024, 7, 1), date(2024, 10, 1), *(date(2025, month, 1) for month in (1, 4, 7))]
            quarters = [(one, _month_end(date(one.year, one.month + 2, 1))) for one in starts]
            return [*quarters, (_YEAR_BEFORE, date(2024, 6, 30))]
        case "P1M":
            return [(date(2025, month, 1), _month_end(date(2025, month, 1))) for month in (8, 9, 10, 11)]
        case _:
            return [(one, one) for one in days]


def _month_end(start: date) -> date:
    return (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _cell(writer: Writer, name: str, day: date) -> str:
    if writer.dataset.by_name[name].type == "instant":
        return f"{day:%d/%m/%Y} {writer.random.randint(0, 23):02d}:{writer.random.randint(0, 59):02d}"
    return f"{day:%d/%m/%Y}"


def _at(writer: Writer) -> str:
    return writer.dataset.event_time


def _is_day(writer: Writer) -> bool:
    return writer.dataset.by_name[_at(writer)].type == "date"


def _moment(writer: Writer, at: datetime) -> str:
    return f"{at:%d/%m/%Y}" if _is_day(writer) else f"{at:%d/%m/%Y %H:%M}"
