"""What counted of a dataset at each moment of the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.records.freshness import HandedIn, Heard, heard_over_time

START = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def batch(known: float, until: float | None = None, opened: float | None = None, of: str = "H32") -> HandedIn:
    when = at(known)
    ended = None if until is None else at(until)
    opening = at(known if opened is None else opened)
    return HandedIn(when, ended, opening, True, when, when, {of: Heard(None, when, when)})


def test_batches_come_and_are_withdrawn() -> None:
    found = list(heard_over_time([batch(1), batch(2, until=4, of="H33"), batch(3, until=3)]))
    assert [moment for moment, _, _ in found] == [at(1), at(2), at(4)]
    assert [whole for _, whole, _ in found] == [
        Heard(at(1), at(1), at(1)),
        Heard(at(1), at(2), at(2)),
        Heard(at(1), at(1), at(1)),
    ]
    assert [sorted(own) for _, _, own in found] == [["H32"], ["H32", "H33"], ["H32"]]


def test_a_promise_begins_with_the_first_batch_and_not_with_an_answer() -> None:
    answer = HandedIn(at(1), None, at(1), False, at(1), None, {})
    ((_, first, _), (_, then, _)) = heard_over_time([answer, batch(3, opened=2)])
    assert (first.begun, first.at) == (None, at(1))
    assert (then.begun, then.at) == (at(2), at(3))
