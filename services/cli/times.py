"""Times as people write and read them: Asia/Ho_Chi_Minh."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_CLOCK = re.compile(r"\d\d:\d\d")
_AGO = re.compile(r"-?(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_time(text: str, now: datetime) -> datetime:
    """`now`, `24h` (ago), `22:00` (the last), `2026-11-20`, or ISO 8601; without offset Asia/Ho_Chi_Minh.

    Raises:
        ValueError: it is none of these.
    """
    if text == "now":
        return now
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if _CLOCK.fullmatch(text):
        local = datetime.combine(now.astimezone(LOCAL).date(), time.fromisoformat(text), LOCAL)
        return local if local <= now else local - timedelta(days=1)
    if len(text) == len("2026-11-20"):
        return datetime.combine(date.fromisoformat(text), time(), LOCAL)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=LOCAL)


def parse_ahead(text: str, now: datetime) -> datetime:
    """`2h` (from now), `22:00` (the next), else as `parse_time`.

    Raises:
        ValueError: it is none of these.
    """
    if ahead := _AGO.fullmatch(text):
        return now + timedelta(**{_UNITS[ahead[2]]: int(ahead[1])})
    found = parse_time(text, now)
    return found + timedelta(days=1) if _CLOCK.fullmatch(text) else found


def to_timestamp(moment: datetime) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(moment)
    return result


def from_timestamp(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC).astimezone(LOCAL)


def moment_of(message: Any, field: str) -> datetime | None:
    """A message's field as `from_timestamp` gives it; None where it is absent."""
    return from_timestamp(getattr(message, field)) if message.HasField(field) else None


def from_ms(milliseconds: int) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).astimezone(LOCAL)


def shown(moment: datetime) -> str:
    """To the second, with milliseconds only where there are some."""
    milliseconds = f".{moment.microsecond // 1000:03d}" if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{milliseconds}"
