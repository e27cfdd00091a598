"""The life of a command: the table of transitions, orders and answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.commands_domain import (
    LONGEST_PARAMETERS,
    OPEN,
    Dispatch,
    Event,
    Fault,
    Order,
    State,
    advance,
    change,
    compact_parameters,
    message,
    read_answer,
    read_order,
    standing,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ID = "0b9c2f0e-0000-4000-8000-000000000001"
events = st.lists(st.sampled_from(Event), max_size=12)


def life(happened: list[Event]) -> list[State]:
    """Every state that a new command goes through."""
    states = [State.QUEUED]
    for event in happened:
        states.append(advance(states[-1], event))
    return states


@given(events)
def test_a_last_state_is_never_left(happened: list[Event]) -> None:
    for before, after in pairwise(life(happened)):
        assert before in OPEN or after is before


@given(events)
def test_only_the_device_itself_makes_it_acknowledged_or_failed(happened: list[Event]) -> None:
    states = life(happened)
    for event, (before, after) in zip(happened, pairwise(states), strict=True):
        if after is not before:
            assert (after is State.ACKNOWLEDGED) == (event is Event.DONE)
            assert (after is State.FAILED) == (event is Event.REFUSED)
            assert (after is State.EXPIRED) == (event is Event.TIMED_OUT)
            assert (after is State.SENT) == (event is Event.TAKEN)
    if not {Event.DONE, Event.REFUSED} & set(happened):
        assert states[-1] in {State.QUEUED, State.SENT, State.EXPIRED}


@given(events)
def test_nothing_that_happens_twice_changes_anything_more(happened: list[Event]) -> None:
    doubled = [event for event in happened for _ in range(2)]
    assert life(doubled)[-1] is life(happened)[-1]


@given(st.sampled_from(Event), st.sampled_from(State))
def test_the_form_for_many_rows_is_the_table(event: Event, state: State) -> None:
    leaving, target = change(event)
    assert advance(state, event) is (target if state in leaving else state)


@given(st.sampled_from(State), st.integers(-10, 10))
def test_time_runs_out_for_what_is_open_also_unwritten(state: State, seconds: int) -> None:
    shown = standing(state, NOON, NOON + timedelta(seconds=seconds))
    assert shown is (State.EXPIRED if state in OPEN and seconds >= 0 else state)


def faults(**changes: object) -> set[tuple[str, str]]:
    given = {"device": "air-001", "name": "identify", "parameters": "", "expires_in_s": 0, "key": "k"}
    order = read_order(**(given | changes))  # type: ignore[arg-type]
    return set() if isinstance(order, Order) else {(fault.field, fault.reason) for fault in order}


def test_an_order_has_defaults() -> None:
    assert read_order("air-001", "identify", "", 0, "k") == Order("air-001", "identify", "{}", 300, "k")


def test_every_fault_of_an_order_is_named_at_once() -> None:
    assert faults(device="", name="Identify!", parameters="[]", expires_in_s=10**8, key="") == {
        ("device", "required"),
        ("name", "bad_command_name"),
        ("parameters_json", "wrong_type"),
        ("expires_in_s", "too_long"),
        ("idempotency_key", "bad_idempotency_key"),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"a": 1e999}', "malformed_json"),
        ("1", "wrong_type"),
        ('{"a": "\\u0000"}', "bad_character"),
        ('{"\\ud800": 1}', "bad_character"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "too_deep"),
        ('{"a": "%s"}' % ("x" * LONGEST_PARAMETERS), "too_large"),
        ('{"a": "%s"}' % ("ế" * (LONGEST_PARAMETERS // 3)), "too_large"),
    ],
)
def test_parameters_that_cannot_be_kept_are_named(text: str, reason: str) -> None:
    fault = compact_parameters(text)
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_parameters_up_to_the_limit_are_taken() -> None:
    text = '{"a":"%s"}' % ("x" * (LONGEST_PARAMETERS - 8))
    assert compact_parameters(text) == text


@given(
    st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none())
)
def test_parameters_say_the_same_after_compaction(value: dict[str, object]) -> None:
    compact = compact_parameters(json.dumps(value))
    if not isinstance(compact, Fault):
        assert json.loads(compact) == value


def test_the_device_reads_id_name_parameters_and_times() -> None:
    sent = message(Dispatch(ID, "air-001", "s0", "set_interval", {"seconds": 5}, 1, 2))
    assert json.loads(sent) == {
        "id": ID, "name": "set_interval", "parameters": {"seconds": 5}, "issued_at": 1, "expires_at": 2,
    }  # fmt: skip


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_none(payload: bytes) -> None:
    assert read_answer("air-001", payload) is None


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"id": ID},
        {"id": ID, "ok": 1},
        {"id": "x", "ok": True},
        {"ok": True},
        {"id": ID[1:], "ok": True},
    ],
)
def test_an_answer_needs_an_id_and_a_verdict(body: object) -> None:
    assert read_answer("air-001", json.dumps(body).encode()) is None


@given(st.text() | st.integers() | st.none(), st.booleans())
def test_an_answer_keeps_what_the_store_can_hold(detail: object, ok: bool) -> None:
    answer = read_answer("air-001", json.dumps({"id": ID, "ok": ok, "detail": detail}).encode())
    assert answer is not None
    assert answer.event is (Event.DONE if ok else Event.REFUSED)
    assert "\0" not in answer.detail
    answer.detail.encode()
    assert len(answer.detail) <= 500
