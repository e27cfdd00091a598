"""What hospitals, the police and the citizens' line say. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from services.simulator.office.calendar import days, end_of, moment, months, when_open, working_day_after
from services.simulator.office.cells import at, on, whole
from services.simulator.office.domain import Line, Office, Source

_WARDS = {"internal": 160, "surgical": 120, "obstetric": 70, "paediatric": 90, "icu": 24}  # beds
_FIELDS = ("urban", "environment", "traffic", "order", "administration", "other")
_ROADS = ("Quốc lộ 1A", "Đường vành đai", "Tỉnh lộ 3", "Đường ven biển", "Đường Trần Hưng Đạo")
_SERVICES = {"s112": 5, "s113": 40, "s114": 10, "s115": 45}


def _bed_days(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number, name in enumerate(("hospital", "hospital_east")):
        for ward, beds in _WARDS.items():
            available = beds // (number + 1)
            used = round(available * chance.uniform(0.78, 0.99))
            yield Line(
                moment(day + timedelta(days=1), 7.2 + number / 4),
                {
                    "hospital": office.named[name].code,
                    "commune": office.commune(number * 9).code,
                    "ward": ward,
                    "period_from": on(day),
                    "bed_days_available": whole(available),
                    "bed_days_used": whole(used),
                    "admissions": whole(used * chance.uniform(0.1, 0.2)),
                    "discharges": whole(used * chance.uniform(0.1, 0.2)),
                },
            )


def _insurance(office: Office, chance: Random, start: date) -> Iterator[Line]:
    end = end_of(start, 1)
    at_ = moment(end + timedelta(days=6), 9)
    for number, one in enumerate(office.communes):
        share = office.chance("insured", number).uniform(0.91, 0.975) + chance.uniform(-0.004, 0.004)
        yield Line(
            at_,
            {
                "commune": one.code,
                "period_from": on(start),
                "period_to": on(end),
                "insured": whole(one.population * share),
                "population": whole(one.population),
                "as_of": on(end),
                "document": f"{start.month}/BC-BHXH-{start.year}",
            },
        )


def _crashes(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """Fewer by a twentieth each year."""
    wanted = 1.4 * 0.95 ** (day.year - 2025) * (1.35 if day.weekday() >= 4 else 0.9)
    for number in range(1, max(1, int(wanted + chance.random())) + 1):
        deaths = chance.choices([0, 1, 2], [86, 13, 1])[0]
        severity = ("less_serious", "serious", "very_serious")[deaths]
        happened_at = moment(day, chance.triangular(0, 24, 19) % 24)
        yield Line(
            happened_at + timedelta(hours=chance.uniform(2, 12)),
            {
                "crash": f"TN-{day:%y%m%d}-{number}",
                "occurred_at": at(happened_at),
                "commune": office.somewhere(chance).code,
                "mode": "road" if chance.random() < 0.97 else "rail",
                "severity": severity,
                "deaths": whole(deaths),
                "injured": whole(chance.choice([0, 1, 1, 2])),
                "road": chance.choice(_ROADS),
            },
        )


def _calls(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 30) + 1):
        called = moment(day, chance.triangular(0, 24, 17) % 24)
        shared = {
            "case": f"KC-{day:%y%m%d}-{number:03d}",
            "service": chance.choices(list(_SERVICES), list(_SERVICES.values()))[0],
            "commune": office.somewhere(chance).code,
        }
        for event, happened_at in _rescue(chance, called):
            more = {"outcome": "handled", "units": "1"} if event == "closed" else {}
            said = {"event": event, "occurred_at": at(happened_at), **more}
            yield Line(happened_at + timedelta(minutes=1), {**shared, **said})


def _rescue(chance: Random, called: datetime) -> Iterator[tuple[str, datetime]]:
    yield "called", called
    if chance.random() < 0.04:
        yield "cancelled", called + timedelta(minutes=2)
        return
    dispatched = called + timedelta(minutes=chance.randint(1, 4))
    yield "dispatched", dispatched
    arrived = dispatched + timedelta(minutes=round(chance.lognormvariate(2.05, 0.45)))
    yield "arrived", arrived
    yield "closed", arrived + timedelta(minutes=chance.randint(15, 90))


def _tickets(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 9) + 1):
        commune = office.somewhere(chance)
        received = moment(day, chance.triangular(6, 22, 9))
        due = moment(working_day_after(day, chance.choice([3, 5, 5, 7])), 17)
        shared = {
            "ticket": f"PA-{day:%y%m%d}-{number:03d}",
            "commune": commune.code,
            "handled_by": office.authority_of(commune).code,
            "field": chance.choice(_FIELDS),
            "channel": chance.choices(["app", "web", "hotline", "zalo"], [55, 10, 20, 15])[0],
            "due_at": at(due),
        }
        for event, wanted_at, more in _answer(chance, received, due):
            happened_at = wanted_at if event in ("received", "rated") else when_open(wanted_at)
            said = {"event": event, "occurred_at": at(happened_at), **more}
            yield Line(happened_at + timedelta(minutes=chance.randint(1, 6)), {**shared, **said})


def _answer(
    chance: Random, received: datetime, due: datetime
) -> Iterator[tuple[str, datetime, dict[str, str]]]:
    yield "received", received, {}
    assigned = received + timedelta(minutes=chance.randint(10, 200))
    if chance.random() < 0.03:
        yield "refused", assigned, {}
        return
    yield "assigned", assigned, {}
    fate = chance.random()
    if fate < 0.93:
        resolved = assigned + (due - assigned) * chance.uniform(0.1, 0.95)
    else:
        resolved = due + timedelta(days=chance.uniform(0.2, 6 if fate < 0.98 else 25))
    yield "resolved", resolved, {}
    if chance.random() < 0.6:
        liked = chance.choices(["satisfied", "accepted", "dissatisfied"], [64, 30, 6])[0]
        yield "rated", resolved + timedelta(hours=chance.uniform(1, 40)), {"rating": liked}


_DAY, _RECENT = timedelta(days=2), timedelta(days=65)
SOURCES = (
    Source("health.insurance", months, _insurance, timedelta(days=100), timedelta(days=45), ("insured",)),
    Source("traffic.crashes", days, _crashes, timedelta(days=700), _DAY),
    Source("health.bed_days", days, _bed_days, _RECENT, timedelta(days=3), ("bed_days_used",)),
    Source("feedback.tickets", days, _tickets, _RECENT, timedelta(days=50)),
    Source("safety.emergency_calls", days, _calls, timedelta(days=32), _DAY),
)
