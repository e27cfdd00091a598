"""Lists that boards show, read from the contexts that keep them. A list without a reader is not told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from services.display import store
from services.display.domain import Catalogue
from services.display.lists import ROWS_MAX, Listed, Row
from services.indicators import store_wall as indicators
from services.records import store_wall as records
from services.runtime.db import Connection, Pool, transaction
from services.telemetry import store as telemetry
from services.telemetry import store_wall as account

BEHIND_S = 5  # a report comes every 5 s: less is no news
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# The ledger of the minutes under way is not complete yet.
SETTLED = timedelta(minutes=2)
SEVERITIES: Mapping[str, tuple[str, str]] = {
    "low": ("Thấp", "Low"),
    "medium": ("Trung bình", "Medium"),
    "high": ("Cao", "High"),
    "critical": ("Nghiêm trọng", "Critical"),
}
CATEGORIES: Mapping[str, tuple[str, str]] = {
    "malware": ("Mã độc", "Malware"),
    "intrusion": ("Xâm nhập", "Intrusion"),
    "defacement": ("Thay đổi giao diện", "Defacement"),
    "denial": ("Từ chối dịch vụ", "Denial of service"),
    "leak": ("Lộ lọt dữ liệu", "Data leak"),
    "fraud": ("Lừa đảo", "Fraud"),
    "other": ("Khác", "Other"),
}
REASONS: Mapping[str, tuple[str, str]] = {
    "out_of_range": ("Ngoài khoảng đo", "Out of range"),
    "unknown_channel": ("Kênh lạ", "Unknown channel"),
    "unknown_device": ("Thiết bị lạ", "Unknown device"),
    "not_a_number": ("Không phải số", "Not a number"),
    "from_the_future": ("Giờ ở tương lai", "From the future"),
}

Found = tuple[list[Row], int]
Reader = Callable[[Connection, Catalogue, Any, datetime], Found]


def read(
    pool: Pool, names: Collection[str], catalogue: Catalogue, grounds: Any, now: datetime
) -> dict[str, Listed]:
    """Those that have a reader. Raises Unavailable."""
    found = {}
    for name in names:
        if (reader := READERS.get(name)) is not None:
            with transaction(pool) as conn:
                rows, total = reader(conn, catalogue, grounds, now)
            found[name] = Listed(_ms(now), rows, total)
    return found


def _late(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    found = records.late(conn, now)
    rows: list[Row] = [
        {
            "organisation": {"vi": one.organisation_vi, "en": one.organisation_vi},
            "dataset": {"vi": one.dataset_vi, "en": one.dataset_en},
            "due_ms": _ms(one.due_at),
            "hours": round(one.hours),
            "times": one.times,
        }
        for one in found[:ROWS_MAX]
    ]
    return rows, len(found)


def _quarantine(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    found = account.set_aside(conn, now - WEEK)
    rows: list[Row] = [
        {
            "reason": _words(REASONS, one.reason),
            "messages": one.messages,
            "readings": one.readings,
            "newest_ms": _ms(one.newest_at),
        }
        for one in found[:ROWS_MAX]
    ]
    return rows, len(found)


def _imbalance(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    end = (now - SETTLED).replace(second=0, microsecond=0)
    windows = (("1 giờ qua", "Last hour", timedelta(hours=1)), ("24 giờ qua", "Last 24 hours", DAY))
    rows: list[Row] = []
    for vi, en, length in windows:
        booked = telemetry.ledger(conn, start=end - length, end=end)
        rows.append(
            {
                "name": {"vi": vi, "en": en},
                "received": sum(one.received for one in booked),
                "set_aside": sum(one.quarantined + one.skipped for one in booked),
                "apart": telemetry.imbalance(conn, end - length, end),
            }
        )
    return rows, len(rows)


def _restated(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    found = indicators.restated(conn, now - WEEK, now, ROWS_MAX)
    names = {one.code: (one.name_vi, one.name_en) for one in catalogue.areas}
    names |= {one.code: (one.name_vi, one.name_en) for one in catalogue.organisations}
    names[""] = ("Tỉnh", "Province")
    rows: list[Row] = [
        {
            "indicator": {"vi": one.name_vi, "en": one.name_en},
            "subject": _words(names, one.after.subject)
            if one.after.subject
            else {"vi": "Tỉnh", "en": "Province"},
            "period": one.after.period,
            "period_start_ms": _ms(indicators.midnight_of(one.after.period_start)),
            "before": _number(one.before.value, one.decimals),
            "after": _number(one.after.value, one.decimals),
            "at_ms": _ms(one.after.known_at),
        }
        for one in found
    ]
    return rows, len(rows)


def _incidents(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    found, total = indicators.open_incidents(conn, ROWS_MAX)
    names = {one.code: (one.name_vi, one.name_en) for one in catalogue.organisations}
    rows: list[Row] = [
        {
            "incident": one.incident,
            "severity": _words(SEVERITIES, one.severity),
            "category": _words(CATEGORIES, one.category),
            "agency": _words(names, one.agency),
            "began_ms": _ms(one.began_at),
        }
        for one in found
    ]
    return rows, total


def _sources(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    found = indicators.sources(conn, grounds, now)
    rows: list[Row] = [
        {
            "source": {"vi": one.name_vi, "en": one.name_en},
            **{name: _percent(share) for name, share in one.scores._asdict().items()},
            "newest_ms": None if one.newest_at is None else _ms(one.newest_at),
        }
        for one in found[:ROWS_MAX]
    ]
    return rows, len(found)


def _walls(conn: Connection, catalogue: Catalogue, grounds: Any, now: datetime) -> Found:
    """Walls whose picture is old; one that is not connected has been since it was last seen."""
    behind = {one.wall.name: _behind_s(one, now) for one in store.seen(conn) if one.wall.token is not None}
    late = sorted((-seconds, name) for name, seconds in behind.items() if seconds >= BEHIND_S)
    rows: list[Row] = [{"name": {"vi": name, "en": name}, "behind_s": -less} for less, name in late]
    return rows[:ROWS_MAX], len(rows)


def _behind_s(one: store.Seen, now: datetime) -> int:
    if one.seen_at is None or one.connected_since is None:
        return 0 if one.seen_at is None else round((now - one.seen_at).total_seconds())
    return 0 if one.report is None else round(one.report.behind_ms / 1000)


READERS: Mapping[str, Reader] = {
    "late": _late,
    "quarantine": _quarantine,
    "imbalance": _imbalance,
    "restated": _restated,
    "incidents": _incidents,
    "sources": _sources,
    "walls": _walls,
}


def _words(known: Mapping[str, tuple[str, str]], code: str) -> dict[str, str]:
    vi, en = known.get(code, (code, code))
    return {"vi": vi, "en": en or vi}


def _number(value: Decimal | None, decimals: int) -> str:
    """As Vietnamese write it: a comma before decimals, a dot for thousands."""
    if value is None:
        return "–"
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def _percent(share: Decimal | None) -> int | None:
    """Never rounded up to all."""
    return None if share is None else int(share * 100)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
