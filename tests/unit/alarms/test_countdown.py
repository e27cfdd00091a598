"""What is late, and what is nearly due, as promises stood at each moment."""

from __future__ import annotations

from services.alarms.countdown import Due, episodes_of
from services.alarms.durations import HOUR_MS
from services.alarms.rules import Rule, parse_rules

TEXT = """
[[rule]]
id = "late"
kind = "late"
vi = "Muộn"
en = "Late"
over = {}
levels = [{severity = "notice", above = 0.0}, {severity = "warning", above = 24.0}]
[[rule]]
id = "soon"
kind = "deadline"
vi = "Sắp đến hạn"
en = "Due soon"
over = {}
levels = [{severity = "notice", below = 4.0}, {severity = "warning", below = 1.0}]
"""
LATE, SOON = parse_rules("test.toml", TEXT)[0]
Span = tuple[float, float | None, list[tuple[float, int]]]


def spans(rule: Rule, *dues: tuple[float, float | None, float | None], end: float = 100.0) -> list[Span]:
    """Began, ended and levels in hours; `dues`: since, due, heard."""
    told = [Due(*(None if one is None else round(one * HOUR_MS) for one in due)) for due in dues]  # type: ignore[arg-type]
    return [
        (
            one.began / HOUR_MS,
            None if one.ended is None else one.ended / HOUR_MS,
            [(at / HOUR_MS, level) for at, level in one.levels],
        )
        for one in episodes_of(rule, told, round(end * HOUR_MS))
    ]


def test_late_is_what_is_past_due_until_it_was_heard() -> None:
    # What came at 30 counts from 40 on, when it was approved.
    found = spans(LATE, (0, 24.0, 0.0), (40, 54.0, 30.0), (50, 74.0, 50.0))
    assert found == [(24.0, 30.0, [(24.0, 1)]), (74.0, None, [(74.0, 1), (98.0, 2)])]


def test_what_comes_and_is_not_enough_is_late_anew() -> None:
    assert spans(LATE, (0, 10.0, 0.0), (50, 40.0, 50.0), end=60) == [
        (10.0, 50.0, [(10.0, 1), (34.0, 2)]),
        (40.0, None, [(40.0, 1)]),
    ]


def test_what_is_withdrawn_was_owed_all_the_time() -> None:
    found = spans(LATE, (0, 24.0, 0.0), (30, 54.0, 30.0), (32, 24.0, 0.0), end=40)
    assert found == [(24.0, None, [(24.0, 1)])]


def test_a_deadline_is_near_until_it_is_past_or_what_is_due_has_come() -> None:
    found = spans(SOON, (0, 24.0, 0.0), (30, 54.0, 30.0), (51, 75.0, 51.0), end=74)
    assert found == [
        (20.0, 24.0, [(20.0, 1), (23.0, 2)]),
        (50.0, 51.0, [(50.0, 1)]),
        (71.0, None, [(71.0, 1)]),
    ]


def test_of_what_nothing_is_due_nothing_is_late() -> None:
    assert spans(LATE, (0, None, None), (10, 20.0, 10.0), (30, None, 10.0), end=40) == [
        (20.0, 30.0, [(20.0, 1)])
    ]
