"""What a newly computed value does to the one that stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.indicators.definitions import VN_AQI_HOUR
from services.indicators.domain import (
    Cell,
    Computed,
    Knowledge,
    State,
    SubjectKind,
    Value,
    advance,
    finalise,
    same_number,
)

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
CELL = Cell(VN_AQI_HOUR, SubjectKind.STATION, "air-001", START)
COMPUTED = Computed(CELL, value=80.0, inputs_expected=12, inputs_used=9, newest_input_at=START)
THEN = Knowledge(START, 7)
NOW = Knowledge(START + timedelta(minutes=90), 9)
SETTLE = timedelta(minutes=15)


def standing(state: State = State.PROVISIONAL, version: int = 1) -> Value:
    value = advance(None, COMPUTED, THEN)
    assert value
    return replace(value, state=state, version=version)


def test_the_first_value_is_provisional() -> None:
    value = standing()
    assert (value.version, value.state, value.value) == (1, State.PROVISIONAL, 80.0)
    assert (value.known_at, value.input_position, value.formula_version) == (START, 7, 1)
    assert value.cell == CELL


@pytest.mark.parametrize("state", State)
def test_the_same_result_changes_nothing(state: State) -> None:
    assert advance(standing(state), COMPUTED, NOW) is None
    noise = replace(COMPUTED, value=80.0 * (1 + 1e-13))
    assert advance(standing(state), noise, NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"value": 81.0},
        {"value": None},
        {"inputs_used": 10},
        {"newest_input_at": START + timedelta(minutes=1)},
        {"numerator": 1.0},
    ],
)
def test_provisional_is_replaced_and_final_is_restated(change: dict[str, object]) -> None:
    computed = replace(COMPUTED, **change)  # type: ignore[arg-type]
    replaced = advance(standing(), computed, NOW)
    assert replaced
    assert (replaced.version, replaced.state, replaced.input_position) == (1, State.PROVISIONAL, 9)
    restated = advance(standing(State.FINAL), computed, NOW)
    assert restated
    assert (restated.version, restated.state) == (2, State.RESTATED)
    again = advance(standing(State.RESTATED, 2), computed, NOW)
    assert again
    assert (again.version, again.state) == (3, State.RESTATED)


def test_what_was_expected_restates_nothing_by_itself() -> None:
    computed = replace(COMPUTED, inputs_expected=13)
    assert advance(standing(State.FINAL), computed, NOW) is None
    replaced = advance(standing(), computed, NOW)
    assert replaced
    assert replaced.inputs_expected == 13


@pytest.mark.parametrize(
    ("state", "known_after", "now_after", "is_final"),
    [
        (State.PROVISIONAL, 0, 60, True),
        (State.PROVISIONAL, 45, 60, True),
        (State.PROVISIONAL, 46, 60, False),  # not yet settled
        (State.PROVISIONAL, 0, 59, False),  # the hour is not over
        (State.FINAL, 0, 60, False),
        (State.RESTATED, 0, 60, False),
    ],
)
def test_final_means_over_and_settled(state: State, known_after: int, now_after: int, is_final: bool) -> None:
    value = replace(standing(state), known_at=START + timedelta(minutes=known_after))
    final = finalise(value, START + timedelta(minutes=now_after), SETTLE)
    assert final == (replace(value, state=State.FINAL) if is_final else None)


def test_missing_is_not_zero() -> None:
    assert not same_number(None, 0.0)
    assert not same_number(0.0, None)
    assert same_number(None, None)
    assert same_number(0.1 + 0.2, 0.3)
