"""Facts become values, and values frames."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.display import wall_frames, wire
from services.display.board import KeyRule
from services.display.domain import Area, Catalogue, Line, Value
from services.display.resolving import resolve
from services.display.state import BoardState, Changes
from services.display.walls import Shown, Wall
from tests.unit.display.test_board import one_panel

RULE = KeyRule(35_000)
STORED: dict[str, Any] = {
    "series": {"device": ["a", "b"], "channel": ["pm25", "pm25"]},
    "readings": {
        "series": [0, 1, 0],
        "observed_at_ms": [1000, 1000, 2000],
        "value": [1.5, 2.5, 3.5],
        "quality": [0, 0, 0],
        "revision": [0, 0, 1],
        "received_at_ms": [1100, 1100, 2100],
    },
}
PUBLISHED = {
    "indicator": "vn_aqi_hour",
    "subject_kind": "station",
    "subject": "a",
    "period_start_ms": 3_600_000,
    "value": 87.0,
    "state": "provisional",
    "version": 1,
    "known_at_ms": 5_000_000,
    "newest_input_at_ms": 4_900_000,
    "inputs_expected": 12,
    "inputs_used": 11,
    "formula_version": 1,
    "input_position": 5,
}


def test_of_a_fact_the_newest_of_each_key_of_the_board_is_taken() -> None:
    fact = wire.decode_stored(json.dumps(STORED).encode())
    ((key, value),) = wire.stored_values(wire.newest_readings(fact), {"r/a/pm25": RULE})
    assert (key, value.v, value.order, value.fresh_for_ms) == ("r/a/pm25", 3.5, (2000, 1, 2100), 35_000)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=20
    )
)
def test_the_newest_is_the_one_that_would_stand_if_all_were_put_in_turn(
    rows: list[tuple[int, int, int, int]],
) -> None:
    """Rows: series, observation, revision, receipt."""
    columns = {
        name: [row[place] for row in rows]
        for place, name in enumerate(("series", "observed_at_ms", "revision", "received_at_ms"))
    }
    readings = wire._Readings(**columns, value=[float(sum(row[1:])) for row in rows])
    fact = wire.Stored(wire._Series(["a", "b", "c"], ["pm25"] * 3), readings)
    rules = {f"r/{device}/pm25": RULE for device in "abc"}
    at_once, in_turn = BoardState("e"), BoardState("e")
    at_once.put_values(wire.stored_values(wire.newest_readings(fact), rules))
    for series, *order in rows:
        value = wire.reading_value(float(sum(order)), *order, RULE)
        in_turn.put_values([(f"r/{'abc'[series]}/pm25", value)])
    assert at_once.values == in_turn.values


def test_the_oldest_observation_is_told_of_the_keys_that_are_asked_for() -> None:
    fact = wire.decode_stored(json.dumps(STORED).encode())
    assert wire.oldest_readings(fact, {"r/a/pm25", "r/none/pm25"}) == {"r/a/pm25": 1000}


def test_the_age_of_an_indicator_counts_from_its_newest_input() -> None:
    (published,) = wire.decode_published(json.dumps({"values": [PUBLISHED]}).encode())
    value = wire.indicator_value(published, RULE)
    assert (value.v, value.at_ms, value.as_of_ms, value.state) == (87.0, 3_600_000, 4_900_000, "provisional")
    assert (value.used, value.expected) == (11, 12)
    assert wire.indicator_value(published, KeyRule(1, "known")).as_of_ms == 5_000_000


def test_without_any_input_the_age_counts_from_the_period() -> None:
    (published,) = wire.decode_published(
        json.dumps({"values": [PUBLISHED | {"newest_input_at_ms": None, "value": None}]}).encode()
    )
    assert wire.indicator_value(published, RULE).as_of_ms == 3_600_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"known_at_ms": 5_000_001}),
        ({}, {"state": "final"}),
        ({"state": "final"}, {"state": "restated", "version": 2}),
        ({"state": "restated", "version": 9}, {"period_start_ms": 7_200_000}),
    ],
)
def test_later_knowledge_of_a_period_and_later_periods_stand(
    before: dict[str, object], after: dict[str, object]
) -> None:
    body = json.dumps({"values": [PUBLISHED | before, PUBLISHED | after]}).encode()
    earlier, later = (wire.indicator_value(value, RULE) for value in wire.decode_published(body))
    assert later.order > earlier.order


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"type":"hello"}',
        '{"type":"hello","protocol":"1","board":"b"}',
        b"\xff\xfe",
        '{"type":"bye"}',
    ],
)
def test_a_hello_that_is_none_is_refused(frame: str | bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        wall_frames.decode_hello(frame)


def test_a_hello_has_a_ticket_and_says_where_to_resume() -> None:
    hello = wall_frames.decode_hello(
        '{"type":"hello","protocol":2,"ticket":"t","board":"b","resume":{"epoch":"e","position":3}}'
    )
    assert hello.resume == wall_frames.ResumePoint("e", 3)
    assert (hello.ticket, hello.build) == ("t", "")


def test_a_snapshot_holds_everything_and_a_delta_what_changed() -> None:
    definition = one_panel(panel="map")
    state = BoardState("e")
    state.put_values([("k", Value(1.5, 1, 2, "live", 3, (1,)))], "trace")
    state.patch_lines({"k": Line(((0, 2.5),))}, 0)
    state.put_missing({"worker": 7})
    changes = state.commit()
    assert changes is not None
    expected = {
        "values": {"k": {"v": 1.5, "at_ms": 1, "as_of_ms": 2, "state": "live", "fresh_for_ms": 3}},
        "lines": {"k": {"at_ms": [0], "value": [2.5]}},
        "missing": ["worker"],
        "missing_since_ms": {"worker": 7},
    }
    snapshot = json.loads(wire.snapshot(resolve(definition, Catalogue()), state, 99))
    assert snapshot | expected == snapshot
    assert (snapshot["epoch"], snapshot["position"], snapshot["server_time_ms"]) == ("e", 1, 99)
    delta = json.loads(wire.delta(changes, state.missing))
    assert delta == {"type": "delta", "position": 1, "trace_id": "trace", **expected}


def test_a_delta_says_nothing_about_what_did_not_change() -> None:
    assert json.loads(wire.delta(Changes(4, {}, {}, False), {"worker": 7})) == {
        "type": "delta",
        "position": 4,
    }


@pytest.mark.parametrize(("drawn", "told"), [({"56", "22366"}, ["22366"]), ({"56"}, ["56"]), (set(), [])])
def test_a_map_without_communes_is_the_outline_of_their_province(drawn: set[str], told: list[str]) -> None:
    shape = {"type": "Polygon", "coordinates": []}
    catalogue = Catalogue(
        areas=tuple(
            Area(code, level, above, code, "", shape if code in drawn else None)
            for code, level, above in (
                *(("56", "province", None), ("22366", "commune", "56"), ("22333", "commune", "56")),
                ("01", "province", None),
            )
        )
    )
    ground = catalogue.ground_of(catalogue.province("56"))
    features = json.loads(wire.map_features(ground))["features"]
    assert [one["properties"]["code"] for one in features] == told


def test_a_wall_is_told_that_the_figures_of_a_real_place_are_simulated() -> None:
    wall = Wall(1, "Tường 1", ("b",), 30, "", "vi", None, 0, 1)
    shown = Shown("board", ("b",), "b", 30)
    assert "simulated" not in json.loads(wall_frames.show(wall, shown))
    assert json.loads(wall_frames.show(wall, shown, simulated=True))["simulated"] is True
