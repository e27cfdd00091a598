"""What the chancellery's systems say: tasks, documents, work files, meetings, reports, targets. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from services.simulator.office.agencies import TWO_TIERS
from services.simulator.office.calendar import (
    end_of,
    in_hours,
    moment,
    months,
    when_open,
    working_day_after,
    working_days,
)
from services.simulator.office.cells import at, decimal, on, whole, yes
from services.simulator.office.domain import Agency, Line, Office, Source

_FORMS = (
    ("Báo cáo kết quả cải cách hành chính", "monthly"),
    ("Báo cáo tình hình kinh tế - xã hội", "monthly"),
    ("Báo cáo giải ngân vốn đầu tư công", "weekly"),
    ("Báo cáo tiếp công dân, giải quyết khiếu nại, tố cáo", "monthly"),
    ("Báo cáo kiểm soát thủ tục hành chính", "quarterly"),
    ("Báo cáo chuyển đổi số", "monthly"),
    ("Báo cáo phòng, chống thiên tai", "weekly"),
    ("Báo cáo an toàn giao thông", "monthly"),
    ("Báo cáo thực hành tiết kiệm, chống lãng phí", "quarterly"),
    ("Báo cáo công tác dân tộc, tôn giáo", "half_yearly"),
    ("Báo cáo phổ biến, giáo dục pháp luật", "yearly"),
    ("Báo cáo hộ nghèo, cận nghèo", "yearly"),
)
_DOCUMENTS = (
    "Nghị quyết 05-NQ/TU",
    "Nghị quyết 18/NQ-HĐND",
    "Kế hoạch 112/KH-UBND",
    "Quyết định 749/QĐ-UBND",
    "Chỉ thị 07/CT-UBND",
)
_ROOMS = ("KSTTHC", "KT", "VX", "NC")
_TARGETS = 8  # of each document
_SLOW = 4  # the place among the authorities of the one that is always a period late


def _tasks(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 7) + 1):
        agency = chance.choice(office.departments if chance.random() < 0.6 else office.authorities)
        begun, allowed = in_hours(chance, day), chance.choice([3, 5, 5, 10, 15, 20])
        due = _due(day, allowed)
        shared = {
            "task": f"NV-{day:%y%m%d}-{number:02d}",
            "assigned_to": agency.code,
            "assigned_by": office.named["chancellery"].code,
            "priority": chance.choices(["normal", "urgent", "flash"], [80, 17, 3])[0],
            "source_document": f"{chance.randint(100, 4000)}/UBND-{chance.choice(_ROOMS)}",
        }
        for event, wanted_at, due_at in _work(chance, begun, due):
            happened_at = when_open(wanted_at)
            said = {"event": event, "occurred_at": at(happened_at), "due_at": at(due_at)}
            yield Line(_soon(chance, happened_at), {**shared, **said})


def _due(day: date, allowed: int) -> datetime:
    return moment(working_day_after(day, allowed), 17)


def _work(chance: Random, begun: datetime, due: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Most are done in time; a few are late, or much too late, or not wanted any more."""
    yield "assigned", begun, due
    accepted = begun + timedelta(hours=chance.uniform(0.5, 6))
    if chance.random() < 0.85:
        yield "accepted", accepted, due
    if chance.random() < 0.02:
        yield "cancelled", accepted + timedelta(hours=2), due
        return
    if chance.random() < 0.06:
        asked = begun + (due - begun) * 0.8
        due = _due(due.date(), 5)
        yield "extended", asked, due
    fate = chance.random()
    if fate < 0.91:
        reported = accepted + (due - accepted) * chance.uniform(0.3, 0.93)
    elif fate < 0.97:
        reported = due + timedelta(days=chance.uniform(0.5, 5))
    else:
        reported = due + timedelta(days=chance.uniform(10, 45))
    if fate > 0.2:
        yield "reported", reported, due
    if fate > 0.95:
        again = reported + timedelta(hours=chance.uniform(3, 20))
        yield "sent_back", again, due
        reported = again + timedelta(hours=chance.uniform(5, 30))
        yield "reported", reported, due
    yield "done", reported + timedelta(minutes=chance.randint(10, 60)), due


def _soon(chance: Random, happened_at: datetime) -> datetime:
    """When a system has told what happened in it."""
    return happened_at + timedelta(minutes=chance.randint(1, 12))


def _documents(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 5) + 1):
        shared = {
            "document": f"VB-{day:%y%m%d}-{number:02d}",
            "agency": chance.choice(office.offices).code,
            "document_type": chance.choices(["letter", "decision", "plan", "report"], [55, 20, 10, 15])[0],
            "electronic": yes(True),
            "secret": yes(chance.random() < 0.02),
        }
        by_hand = chance.random() < 0.06 - 0.012 * (day.year - 2025)
        signed = {"event": "signed_on_paper"} if by_hand else {"event": "signed", "certificate": "both"}
        happened_at = moment(day, chance.uniform(7.5, 14))
        for said in ({"event": "drafted"}, signed, {"event": "issued"}):
            yield Line(_soon(chance, happened_at), {**shared, **said, "occurred_at": at(happened_at)})
            happened_at += timedelta(minutes=chance.randint(15, 75))


def _exchange(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """A part of the agencies each day; those of one day are told the next morning."""
    for agency in chance.sample(office.offices, 14):
        partner = chance.choice(["department", "commune", "central"])
        sent = chance.randint(4, 60)
        electronic = round(sent * chance.uniform(0.965, 1))
        yield Line(
            moment(day + timedelta(days=1), chance.uniform(6, 8)),
            {
                "agency": agency.code,
                "direction": "sent",
                "partner": partner,
                "day": on(day),
                "documents": whole(sent),
                "electronic": whole(electronic),
                "signed": whole(electronic * chance.uniform(0.96, 1)),
                "failed": whole(chance.random() < 0.05),
            },
        )


def _work_files(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """One authority is always five weeks behind, so that it is among those who report late on any day."""
    end = end_of(start, 1)
    usual = min(0.97, 0.83 + 0.005 * ((start.year - 2025) * 12 + start.month))
    agencies = [(one, "province") for one in office.departments]
    agencies += [(one, "commune") for one in office.authorities]
    if start < TWO_TIERS:
        agencies.append((office.agencies[-1], "district"))
    for agency, level in agencies:
        files = chance.randint(80, 400) if level != "commune" else chance.randint(20, 90)
        share = usual if level != "commune" else usual - 0.22
        yield Line(
            moment(
                end + timedelta(days=48 if agency == slow_authority(office) else chance.randint(2, 9)),
                chance.uniform(8, 16),
            ),
            {
                "agency": agency.code,
                "agency_level": level,
                "period_from": on(start),
                "dossiers": whole(files),
                "online": whole(files * min(1, share * chance.uniform(0.94, 1.06))),
                "archived": whole(files * 0.4),
            },
        )


def slow_authority(office: Office) -> Agency:
    """The authority that always reports late."""
    return office.authorities[_SLOW]


def _points(office: Office, chance: Random, start: date) -> Iterator[Line]:
    for number, one in enumerate(office.communes):
        yield Line(
            moment(start, 8.25),
            {
                "commune": one.code,
                "holds_from": on(start),
                "equipped": yes(number != len(office.communes) - 1),
                "link": "dedicated" if number < 20 else "internet",
                "seats": whole(20 + number),
            },
        )


def _meetings(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """What is called on a day for the next."""
    for number in range(1, chance.choice([1, 1, 2, 3]) + 1):
        shared = {
            "session": f"HN-{day:%y%m%d}-{number}",
            "host": chance.choice([office.named["chancellery"], *office.departments]).code,
            "scope": chance.choices(["central", "province", "internal"], [20, 50, 30])[0],
        }
        started = moment(working_day_after(day, 1), chance.choice([8, 8.5, 9, 14]))
        joined = {
            "points": whole(chance.randint(5, 45)),
            "communes": whole(chance.randint(3, len(office.communes))),
            "lost_links": whole(chance.choice([0, 0, 0, 1])),
        }
        ended = started + timedelta(minutes=chance.randint(40, 170))
        course = (("planned", in_hours(chance, day)), ("started", started), ("ended", ended))
        for event, happened_at in course:
            more = joined if event == "ended" else {}
            said = {"event": event, "occurred_at": at(happened_at), **more}
            yield Line(_soon(chance, happened_at), {**shared, **said})


def _forms(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """Whole each month; every few months one more is electronic."""
    by_now = (start.year - 2023) * 12 + start.month
    for number, (title, cadence) in enumerate(_FORMS * 2, 1):
        yield Line(
            moment(start, 9.5),
            {
                "form": f"BM-{number:02d}",
                "title": title if number <= len(_FORMS) else f"{title} (phụ lục)",
                "owner": office.departments[number % len(office.departments)].code,
                "holds_from": on(start),
                "cadence": cadence,
                "electronic": yes(number * 3.2 < by_now + 18),
                "to_government": yes(number % 3 == 0),
                "retired": yes(False),
            },
        )


def _reports(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 5) + 1):
        reporter = chance.choice(office.offices)
        opened, due = moment(day, 8), _due(day, chance.choice([5, 5, 8, 10]))
        shared = {
            "report": f"BC-{day:%y%m%d}-{number:02d}",
            "form": f"BM-{chance.randint(1, len(_FORMS)):02d}",
            "reporter": reporter.code,
            "period": f"{day:%m/%Y}",
            "due_at": at(due),
            "electronic": yes(True),
        }
        is_late = reporter == slow_authority(office) or chance.random() < 0.06
        span = chance.uniform(1.1, 1.6) if is_late else chance.uniform(0.3, 0.97)
        submitted = opened + (due - opened) * span
        approved = submitted + timedelta(hours=chance.uniform(2, 30))
        for event, wanted_at in (("opened", opened), ("submitted", submitted), ("approved", approved)):
            happened_at = when_open(wanted_at)
            said = {"event": event, "occurred_at": at(happened_at)}
            yield Line(_soon(chance, happened_at), {**shared, **said})


def _targets(office: Office, chance: Random, start: date) -> Iterator[Line]:
    end = end_of(start, 1)
    at_ = moment(end + timedelta(days=6), 10.5)
    for document in _DOCUMENTS:
        for number in range(1, _TARGETS + 1):
            fixed = office.chance("target", document, number)
            behind = fixed.random() < 0.16
            judgement = "behind" if behind and chance.random() < 0.85 else chance.choice(["on_track", "met"])
            yield Line(
                at_,
                {
                    "document": document,
                    "target": f"CT-{number:02d}",
                    "horizon": on(date(2030, 12, 31)),
                    "owner": fixed.choice(office.departments).code,
                    "period_from": on(start),
                    "period_to": on(end),
                    "as_of": on(end),
                    "actual": decimal(fixed.uniform(30, 70) + chance.uniform(0, 20), 1),
                    "judgement": "not_due" if fixed.random() < 0.08 else judgement,
                    "report": f"{start.month}/BC-UBND-{start.year}",
                },
            )


_DAY, _QUARTER, _YEAR = timedelta(days=2), timedelta(days=100), timedelta(days=430)
SOURCES: tuple[Source, ...] = (
    Source("plans.progress", months, _targets, _QUARTER, timedelta(days=45), typed=True),
    Source("workdossiers.counts", months, _work_files, timedelta(days=620), timedelta(days=85), ("online",)),
    Source("reports.forms", months, _forms, _YEAR, _DAY),
    Source("meetings.points", months, _points, timedelta(days=65), _DAY),
    Source("meetings.sessions", working_days, _meetings, _QUARTER, timedelta(days=5)),
    Source("reports.submissions", working_days, _reports, _QUARTER, timedelta(days=35)),
    Source(
        "exchange.documents",
        working_days,
        _exchange,
        _YEAR,
        timedelta(days=3),
        ("electronic", "signed"),
        sampled=True,
    ),
    Source("eoffice.documents", working_days, _documents, _YEAR, _DAY, sampled=True),
    Source("eoffice.tasks", working_days, _tasks, timedelta(days=100), timedelta(days=100)),
)
