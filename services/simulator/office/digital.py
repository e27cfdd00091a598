"""What the data centre's tools say: availability, calls over the LGSP, backups, the shared store. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from services.simulator.office.calendar import days, moment
from services.simulator.office.cells import at, on, whole
from services.simulator.office.domain import Line, Office, Source

_SERVICES = (
    ("TTDL", "site"),
    ("CUM-MAY-CHU", "host"),
    ("DAM-MAY", "cloud"),
    ("LUU-TRU", "storage"),
    ("MANG-LOI", "network"),
)
_CALLS = (  # service, who provides it, share that succeeds
    ("CSDLQG-DAN-CU", "national", 0.993),
    ("DANG-KY-DOANH-NGHIEP", "national", 0.985),
    ("HO-TICH-DIEN-TU", "national", 0.978),
    ("BAO-HIEM-XA-HOI", "national", 0.991),
    ("DAT-DAI", "provincial", 0.988),
    ("VAN-BAN", "provincial", 0.998),
)
_FAILURES = ("timeout", "server_error", "client_error")
_CONSUMERS = ("one_stop", "one_stop", "justice", "home", "digital")
_SYSTEMS = ("Một cửa điện tử", "Quản lý văn bản", "Thư điện tử", "Cổng thông tin", "Kho dữ liệu dùng chung")
_DATASETS = ("DM-THU-TUC", "DAN-SO", "QUAN-TRAC", "DU-LICH", "GIAO-THONG", "Y-TE", "GIA-CA", "DOANH-NGHIEP")


def _availability(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for service, kind in _SERVICES:
        planned = 1800 if day.day == 15 and kind == "host" else 0
        down = chance.randint(40, 1500) if chance.random() < 0.05 else 0
        yield Line(
            moment(day + timedelta(days=1), 0.5),
            {
                "service": service,
                "service_kind": kind,
                "operator": office.named["digital"].code,
                "period_from": on(day),
                "scheduled_seconds": whole(86_400 - planned),
                "up_seconds": whole(86_400 - planned - down),
                "planned_seconds": whole(planned),
            },
        )


def _calls(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """Round the clock, so that the gateway is never silent for a quarter of an hour; most in office hours."""
    hour, number = chance.uniform(0, 0.1), 0
    while hour < 24:
        number += 1
        service, provider, share = chance.choice(_CALLS)
        outcome = "ok" if chance.random() < share else chance.choice(_FAILURES)
        called_at = moment(day, hour)
        status = {"ok": 200, "client_error": 404, "server_error": 500}.get(outcome)
        yield Line(
            called_at + timedelta(minutes=1),
            {
                "call": f"{day:%y%m%d}-{number:04d}",
                "called_at": at(called_at),
                "service": service,
                "provider": provider,
                "consumer": office.named[chance.choice(_CONSUMERS)].code,
                "outcome": outcome,
                "latency": whole(30_000 if outcome == "timeout" else chance.lognormvariate(5.2, 0.5)),
                **({"status": whole(status)} if status else {}),
            },
        )
        hour += (chance.uniform(0.06, 0.16) if 7 < hour < 17 else chance.uniform(0.15, 0.24)) / office.volume


def _backups(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number, system in enumerate(_SYSTEMS, 1):
        kinds = ["incremental", "offsite"] if day.weekday() != 6 else ["full", "offsite"]
        for kind in [*kinds, *(["restore_test"] if day.day == number else [])]:
            scheduled = moment(day, 1 + number / 4)
            ended = scheduled + timedelta(minutes=chance.randint(8, 140))
            failed = chance.random() < 0.011
            yield Line(
                ended + timedelta(minutes=5),
                {
                    "job": f"SL-{number:02d}-{kind.replace('_', '-')}",
                    "system": system,
                    "owner": office.named["digital"].code,
                    "kind": kind,
                    "scheduled_at": at(scheduled),
                    "ended_at": at(ended),
                    "result": "failed" if failed else "ok",
                    "size": whole(chance.randint(4, 900)),
                },
            )


def _updates(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """Of the shared store: each morning some sets of data are due, come, are checked and published."""
    for name in chance.sample(_DATASETS, 4):
        due = moment(day, 9)
        expected = chance.randint(200, 5000)
        rows = expected if chance.random() < 0.8 else round(expected * chance.uniform(0.85, 0.999))
        shared = {
            "update": f"CN-{day:%y%m%d}-{name}",
            "dataset": name,
            "publisher": chance.choice(office.departments).code,
            "due_at": at(due),
        }
        counted = {"rows": whole(rows), "rows_expected": whole(expected)}
        loaded = moment(day, chance.uniform(6, 9.5))
        course = (
            ("due", moment(day, 5), {"rows_expected": counted["rows_expected"]}),
            ("loaded", loaded, counted),
            ("checked", loaded + timedelta(minutes=chance.randint(5, 60)), counted),
            ("published", loaded + timedelta(minutes=chance.randint(70, 200)), counted),
        )
        for event, happened_at, more in course:
            said = {"event": event, "occurred_at": at(happened_at), **more}
            yield Line(happened_at + timedelta(minutes=2), {**shared, **said})


_DAY, _RECENT = timedelta(days=2), timedelta(days=65)
SOURCES = (
    Source("datacentre.availability", days, _availability, _RECENT, _DAY),
    Source("continuity.backup_jobs", days, _backups, _RECENT, _DAY),
    Source("opendata.updates", days, _updates, _RECENT, _DAY),
    Source("lgsp.calls", days, _calls, timedelta(days=32), _DAY),
)
