"""What became of lines, by what they are about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.records.dates import VIETNAM
from services.records.judging import Held, Place, identity_hashes, judged
from services.records.rows import Row
from services.records.tallies import Tally, tallied


def row(line: int, identity: str, payload: str, day: int, **more: Any) -> Row:
    at = datetime(2025, 10, day, 0, 30, tzinfo=VIETNAM)
    late, area = more.get("late", False), more.get("area", "22366")
    return Row(line, identity, at, late, payload, area, None, (), None, None, 0)


def test_lines_are_counted_by_local_day_and_place() -> None:
    rows = [
        row(2, "a", "x", 1, late=True),
        row(3, "a", "x", 1, late=True),  # the same once more: a duplicate is not late too
        row(4, "a", "y", 1),
        row(5, "b", "x", 2),
        row(6, "c", "x", 1, area=None),
    ]
    hashes = identity_hashes("x.tested", rows)
    known = {hashes[3]: [Held(0, "z", Place(1, 2), Place(1, 2), None)]}
    assert tallied(rows, judged(5, rows, hashes, known)) == [
        Tally(date(2025, 10, 1), "", "", 1, 0, 0, 0, 0),
        Tally(date(2025, 10, 1), "22366", "", 1, 1, 1, 1, 1),
        Tally(date(2025, 10, 2), "22366", "", 0, 0, 1, 1, 0),
    ]
    assert tallied([], judged(5, [], [], {})) == []
