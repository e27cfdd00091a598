"""Where and when the simulated month plays: an October in which two communes become one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from tests.truth.plain.cells import VIETNAM

PROVINCE = "56"
MERGED_ON, MERGED_INTO = date(2025, 10, 16), "22370"
FIRST, LAST = date(2025, 9, 15), date(2025, 11, 9)
# When offices hand in, and the day on which the figures are looked at.
DELIVERIES = (
    datetime(2025, 10, 13, 18, tzinfo=VIETNAM),
    datetime(2025, 10, 31, 18, tzinfo=VIETNAM),
    datetime(2025, 11, 10, 9, tzinfo=VIETNAM),
)
NOW = datetime(2025, 11, 12, 9, tzinfo=VIETNAM)


class Unit(NamedTuple):
    """A commune, from a day on and until another."""

    code: str
    name: str
    since: date
    until: date | None = None


COMMUNES = (
    Unit("22333", "Xã Suối Cát", date(2020, 1, 1), MERGED_ON),
    Unit("22366", "Xã Suối Tân", date(2020, 1, 1), MERGED_ON),
    Unit(MERGED_INTO, "Xã Suối Dầu", MERGED_ON),
    Unit("22402", "Phường Cam Nghĩa", date(2020, 1, 1)),
    Unit("22435", "Xã Khánh Vĩnh", date(2020, 1, 1)),
)
ORGANISATIONS = (
    ("H32.05", "Sở Nội vụ"),
    ("H32.06", "Sở Tư pháp"),
    ("H32.07", "Bệnh viện tỉnh"),
    ("H32.15", "UBND phường Cam Nghĩa"),
)


def communes_on(day: date) -> list[str]:
    """The codes of the communes that there are on a day."""
    return [one.code for one in COMMUNES if one.since <= day and (one.until is None or day < one.until)]


def commune_on(day: date, code: str) -> str:
    """What a commune is on a day: itself, or what it became, or what it was."""
    there = communes_on(day)
    return code if code in there else next(one for one in there if one in (MERGED_INTO, COMMUNES[0].code))


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
