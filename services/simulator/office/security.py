"""What the security operations centre says: systems, endpoints, incidents. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from services.simulator.office.calendar import days, moment, months
from services.simulator.office.cells import at, on, whole, yes
from services.simulator.office.domain import Agency, Line, Office, Source

_SYSTEMS = (
    ("3", "Hệ thống thông tin giải quyết thủ tục hành chính"),
    ("2", "Cổng thông tin điện tử"),
    ("2", "Phần mềm quản lý văn bản và điều hành"),
)
_FAMILIES = ("Trojan.Agent", "Worm.Conficker", "Adware.Gen", "CoinMiner.Win64", "Ransom.Lockbit")
_CATEGORIES = ("malware", "malware", "intrusion", "defacement", "denial", "leak", "fraud")
# Hours until contained, and until resolved, of most.
_TAKES = {"low": (1, 8), "medium": (1, 14), "high": (2, 20), "critical": (1, 10)}


def _systems(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """Everything at first, then each month what changed. Authorities have no system of level 3."""
    is_first = start == _first(start)
    for agency in office.offices:
        systems = _SYSTEMS if agency.kind == "department" else _SYSTEMS[1:2]
        for number, (level, name) in enumerate(systems, 1):
            if not is_first and chance.random() > 0.06:
                continue
            fixed = office.chance("system", agency.code, number)
            since = _share_of_time(start)
            approved = fixed.random() < 0.8 + 0.15 * since
            document = {"approval_document": f"{fixed.randint(20, 900)}/QĐ-SKHCN"} if approved else {}
            yield Line(
                moment(start, 8.5),
                {
                    "system": f"{agency.code}-HT{number}",
                    "name": f"{name} – {agency.name_vi}",
                    "owner": agency.code,
                    "holds_from": on(start),
                    "level": level,
                    "level_approved": yes(approved),
                    "plan_implemented": yes(approved and fixed.random() < 0.75 + 0.2 * since),
                    "shared": yes(False),
                    "in_use": yes(True),
                    **document,
                },
            )


def _first(start: date) -> date:
    """Registers are handed in whole each January and July, when they are checked."""
    return date(start.year, 1 if start.month < 7 else 7, 1)


def _share_of_time(day: date) -> float:
    """From 0 in 2024 to 1 in 2028: what becomes better becomes so slowly."""
    return max(0.0, min(1.0, (day - date(2024, 1, 1)).days / 1460))


def _layers(office: Office, chance: Random, start: date) -> Iterator[Line]:
    for agency in office.offices:
        fixed = office.chance("layers", agency.code)
        better = 0.86 + 0.1 * _share_of_time(start)
        yield Line(
            moment(start, 9),
            {
                "agency": agency.code,
                "holds_from": on(start),
                **{
                    name: yes(fixed.random() < better)
                    for name in ("force_on_site", "monitored", "assessed", "connected")
                },
            },
        )


def _websites(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """All at the beginning of a month, else the one that was looked at."""
    sites = office.offices if day.day == 1 else (chance.choice(office.offices),)
    for agency in sites:
        fixed = office.chance("site", agency.code)
        yield Line(
            moment(day, 7.75),
            {
                "site": f"{agency.code.lower().replace('.', '-')}.haidang.example.vn",
                "owner": agency.code,
                "owner_kind": "state",
                "holds_from": on(day),
                "monitored": yes(fixed.random() < 0.82 + 0.12 * _share_of_time(day)),
                "https": yes(True),
                "retired": yes(False),
            },
        )


def _computers(office: Office, agency: Agency) -> int:
    fixed = office.chance("computers", agency.code)
    return fixed.randint(60, 220) if agency.kind == "department" else fixed.randint(18, 55)


def _endpoints(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for agency in office.offices:
        computers = _computers(office, agency)
        managed = round(computers * chance.uniform(0.95, 1))
        yield Line(
            moment(day + timedelta(days=1), 6.5),
            {
                "agency": agency.code,
                "console": "TN-01",
                "period_from": on(day),
                "endpoints": whole(computers),
                "endpoints_managed": whole(managed),
                "endpoints_reporting": whole(managed * chance.uniform(0.93, 1)),
                "shared_national": yes(True),
            },
        )


def _infections(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for _ in range(chance.choice([1, 1, 2, 3])):
        agency = chance.choice(office.offices)
        found_at = moment(day, chance.uniform(7, 18))
        yield Line(
            found_at + timedelta(minutes=20),
            {
                "source": "console",
                "endpoint": f"{agency.code}-PC{chance.randint(1, _computers(office, agency)):03d}",
                "family": chance.choice(_FAMILIES),
                "detected_at": at(found_at),
                "agency": agency.code,
                "state": chance.choice(["cleaned", "cleaned", "quarantined", "active"]),
            },
        )


def _incidents(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """One every six days takes weeks, so that the list of open ones is never long and never empty."""
    is_long = day.toordinal() % 6 == 0
    for number in range(1, max(is_long, chance.choice([0, 1, 1, 2, 2, 3])) + 1):
        severity = chance.choices(["low", "medium", "high", "critical"], [50, 33, 14, 3])[0]
        agency = chance.choice(office.offices)
        shared = {
            "incident": f"SC-{day:%y%m%d}-{number:02d}",
            "agency": agency.code,
            "severity": severity,
            "category": chance.choice(_CATEGORIES),
            "system": f"{agency.code}-HT1",
        }
        course = list(_course(chance, day, severity, is_long and number == 1))
        for event, happened_at in course:
            # That it began is known once it is detected.
            known_at = course[1][1] if event == "began" else happened_at
            told_at = known_at + timedelta(minutes=chance.randint(1, 15))
            yield Line(told_at, {**shared, "event": event, "occurred_at": at(happened_at)})


def _course(chance: Random, day: date, severity: str, is_long: bool) -> Iterator[tuple[str, datetime]]:
    fast, slow = _TAKES[severity]
    factor = chance.uniform(170, 400) / slow if is_long else chance.uniform(0.4, 1.6)
    detected = moment(day, chance.uniform(0, 23.5))
    yield "began", detected - timedelta(minutes=chance.randint(5, 300))
    yield "detected", detected
    yield "contained", detected + timedelta(hours=fast * factor)
    resolved = detected + timedelta(hours=slow * factor)
    yield "resolved", resolved
    yield "closed", resolved + timedelta(hours=chance.uniform(4, 30))


_DAY, _RECENT = timedelta(days=2), timedelta(days=65)
SOURCES = (
    Source("security.systems", months, _systems, timedelta(days=430), _DAY),
    Source("security.layers", months, _layers, timedelta(days=65), _DAY),
    Source("security.websites", days, _websites, _RECENT, _DAY),
    Source("security.endpoints", days, _endpoints, timedelta(days=32), _DAY, ("endpoints_reporting",)),
    Source("security.infections", days, _infections, _RECENT, _DAY),
    Source("security.incidents", days, _incidents, timedelta(days=100), timedelta(days=45)),
)
