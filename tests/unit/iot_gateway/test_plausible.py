"""Stuck and jumping values are marked, and only those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.admission_rules import load_plausible
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.plausible import Plausible, Seen, look, mark
from services.telemetry.domain import Batch, Quality, Reading, SeriesName

MINUTE = 60_000
RULE = Plausible(step=10.0, stuck_ms=10 * MINUTE, stuck_count=5, stuck_except=(0.0,))
AIR, UNWATCHED = SeriesName("air-1", "pm25"), SeriesName("air-1", "temp")
STUCK, JUMP = Quality.SUSPECT | Quality.STUCK, Quality.SUSPECT | Quality.JUMP


def marks(*values: float, every_ms: int = MINUTE, rule: Plausible = RULE) -> list[int]:
    seen: Seen | None = None
    found = []
    for n, value in enumerate(values):
        quality, seen = look(rule, seen, n * every_ms, value)
        found.append(quality)
    return found


def test_one_spike_is_marked_once() -> None:
    assert marks(20, 21, 90, 22, 23) == [0, 0, JUMP, 0, 0]


def test_a_new_level_is_believed_at_its_second_value() -> None:
    assert marks(20, 21, 90, 91, 92) == [0, 0, JUMP, 0, 0]


def test_a_longer_pause_allows_a_larger_step_and_a_long_one_any() -> None:
    assert marks(20, 49, every_ms=3 * MINUTE) == [0, 0]
    assert marks(20, 51, every_ms=3 * MINUTE) == [0, JUMP]
    assert marks(20, 900, every_ms=11 * MINUTE) == [0, 0]


def test_the_same_value_for_too_long_is_stuck_until_it_moves() -> None:
    assert marks(*[20.0] * 12, 20.1, 20.1) == [0] * 10 + [STUCK] * 2 + [0, 0]


def test_few_readings_of_one_value_are_not_stuck() -> None:
    assert marks(*[20.0] * 4, every_ms=60 * MINUTE) == [0] * 4


def test_a_value_that_may_stand_still_does() -> None:
    assert marks(*[0.0] * 30) == [0] * 30


def test_late_readings_are_neither_marked_nor_remembered() -> None:
    _, seen = look(RULE, None, 10 * MINUTE, 20.0)
    assert look(RULE, seen, 5 * MINUTE, 500.0) == (0, seen)


def test_a_batch_is_marked_with_what_was_remembered() -> None:
    memory: dict[SeriesName, Seen] = {}
    for n, value in enumerate([20.0, 90.0, 21.0]):
        batch = Batch("t", "s0", 0)
        batch.add(AIR, Reading(n * MINUTE, value, 0, 0, 0))
        batch.add(UNWATCHED, Reading(n * MINUTE, value, 0, 0, 0))
        learnt = mark(batch, {AIR: RULE}, memory)
        assert batch.quality == [JUMP if n == 1 else 0, 0]
        assert mark(batch, {AIR: RULE}, memory) == learnt, "a second try says the same"
        memory.update(learnt)
    assert set(memory) == {AIR}


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_what_moves_a_little_is_never_a_jump(values: list[float]) -> None:
    assert not any(quality & Quality.JUMP for quality in marks(*values))


@given(st.lists(st.tuples(st.integers(-5, 5), st.floats(-100, 100)), max_size=60))
def test_a_mark_always_says_suspect(steps: list[tuple[int, float]]) -> None:
    seen, at = None, 0
    for step, value in steps:
        at += step * MINUTE
        quality, seen = look(RULE, seen, at, value)
        assert quality in (0, STUCK, JUMP)


def test_the_shipped_file_can_be_read() -> None:
    shipped = load_plausible(AdmissionSettings())
    assert shipped["pm25"].stuck_ms == 6 * 3600 * 1000
    assert 0.0 in shipped["level"].stuck_except


@given(
    st.lists(st.tuples(st.integers(-2, 12), st.floats(-30, 30) | st.sampled_from([0.0, 5.0])), max_size=60)
)
def test_the_quick_way_and_the_whole_rule_agree(steps: list[tuple[int, float]]) -> None:
    memory: dict[SeriesName, Seen] = {}
    seen, at = None, 0
    for step, value in steps:
        at += step * MINUTE
        quality, seen = look(RULE, seen, at, value)
        batch = Batch("t", "s0", 0)
        batch.add(AIR, Reading(at, value, 0, 0, 0))
        memory.update(mark(batch, {AIR: RULE}, memory))
        assert (batch.quality, memory[AIR]) == ([quality], seen)
