"""Values from readings, through a real database: what a fact changes, and what it leaves alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.indicators.domain import State
from tests.fixtures.servers import Database
from tests.integration.indicators_world import NORTH, PROVINCE, SOUTH, World, device

pytestmark = pytest.mark.both_stores

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)  # 12:00 in Viet Nam


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=NOON + timedelta(minutes=30))
    made.provision(
        device("air-001", NORTH, 600, pm25="µg/m³", pm10="µg/m³", no2="ppb"),
        device("air-002", NORTH, 600),
        device("air-003", SOUTH, 600),
    )
    yield made
    made.close()


def test_hourly_values_follow_from_readings(world: World) -> None:
    trace_id = world.store(
        [
            ("air-001", "pm25", NOON + timedelta(minutes=1), 25.0),
            ("air-001", "pm25", NOON - HOUR, 25.0),
            ("air-001", "pm10", NOON, 100.0),
            ("air-001", "pm10", NOON - HOUR, 100.0),
            ("air-002", "pm25", NOON, 10.0),
            ("air-002", "pm25", NOON + timedelta(minutes=10), 20.0),
            ("air-002", "pm25", NOON + timedelta(minutes=20), 30.0),
            ("air-003", "pm25", NOON, 1.0),
        ]
    )
    world.follower.catch_up()
    assert world.number_of("pm25_nowcast_hour", "air-001", NOON) == 25.0
    assert world.number_of("vn_aqi_hour", "air-001", NOON) == 75
    assert world.number_of("pm25_mean_hour", NORTH, NOON) == (25 + 10 + 20 + 30) / 4  # not (25 + 20) / 2
    assert world.number_of("pm25_mean_hour", SOUTH, NOON) == 1.0
    assert world.number_of("pm25_mean_hour", PROVINCE, NOON) == (25 + 10 + 20 + 30 + 1) / 5
    value = world.value("pm25_mean_hour", NORTH, NOON)
    assert value
    assert (value.inputs_used, value.inputs_expected) == (4, 12)
    assert value.newest_input_at == NOON + timedelta(minutes=20)
    assert (value.state, value.version, value.input_position) == (State.PROVISIONAL, 1, 1)
    assert {fact_trace for fact_trace, _ in world.facts()} == {trace_id}


def test_one_hour_of_particles_is_no_index(world: World) -> None:
    world.store([("air-001", "pm25", NOON, 25.0)])
    world.follower.catch_up()
    assert world.number_of("vn_aqi_hour", "air-001", NOON) is None
    assert world.number_of("pm25_nowcast_hour", "air-001", NOON) is None


def test_gases_are_converted_and_enter_by_their_hour(world: World) -> None:
    world.store([("air-001", "pm25", NOON - age * HOUR, 1.0) for age in range(3)])
    world.store([("air-001", "no2", NOON - HOUR, 100.0)])  # 190 µg/m³
    world.follower.catch_up()
    assert world.number_of("vn_aqi_hour", "air-001", NOON - HOUR) == 95
    assert world.number_of("vn_aqi_hour", "air-001", NOON) == 2


def test_two_channels_of_one_pollutant_are_one_mean(world: World) -> None:
    channels = {"pm25": "µg/m³", "pm25_mass_concentration": "mg/m³"}
    world.provision(device("air-004", SOUTH, 600, **channels))
    for hour in (NOON, NOON - HOUR):
        world.store([("air-004", "pm25", hour, 30.0), ("air-004", "pm25_mass_concentration", hour, 0.05)])
    world.follower.catch_up()
    assert world.number_of("pm25_nowcast_hour", "air-004", NOON) == 40.0
    assert world.number_of("pm25_mean_hour", SOUTH, NOON) == 40.0


def test_a_late_reading_changes_its_window_and_nothing_else(world: World) -> None:
    world.store(
        [(name, "pm25", NOON - age * HOUR, 30.0) for name in ("air-001", "air-003") for age in range(30)]
    )
    world.follower.catch_up()
    before = {row[:5]: row for row in world.rows()}
    published = len(world.published())
    late = NOON - 20 * HOUR
    world.store([("air-001", "pm25", late + timedelta(minutes=5), 90.0)])
    world.follower.catch_up()
    after = {row[:5]: row for row in world.rows()}
    changed = {key[:1] + key[2:4] for key in after if after[key] != before.get(key)}
    window = [late + n * HOUR for n in range(12)]
    index = {key for key in changed if key[0].startswith("vn_aqi_hour")}
    ours = {
        (name, hour)
        for hour in window
        for name in (("vn_aqi_hour", "air-001"), ("vn_aqi_hour_highest", PROVINCE))
    }
    assert ("vn_aqi_hour", "air-001", late) in index
    assert index <= {(*name, hour) for name, hour in ours}  # some still round to the same
    assert changed - index == {
        *(("pm25_nowcast_hour", "air-001", hour) for hour in window),
        ("pm25_mean_hour", NORTH, late),
        ("pm25_mean_hour", PROVINCE, late),
    }
    assert len(world.published()) - published == len(changed)


def test_no_value_of_an_hour_that_has_not_begun(world: World) -> None:
    world.store([("air-001", "pm25", NOON - age * HOUR, 30.0) for age in range(3)])
    world.follower.catch_up()
    assert world.value("vn_aqi_hour", "air-001", NOON + HOUR) is None
    assert max(v.period_start for v in world.published() if v.indicator == "vn_aqi_hour") == NOON


def test_a_reading_that_changes_no_result_publishes_nothing(world: World) -> None:
    rows = [("air-001", "pm25", NOON - age * HOUR, 30.0) for age in range(3)]
    world.store(rows)
    world.follower.catch_up()
    before = world.rows()
    world.store(rows)  # duplicates: no fact at all
    world.store([("air-001", "pm25", NOON, 31.0)])  # a conflict: the first value stands
    world.follower.catch_up()
    assert world.rows() == before


def test_final_values_are_kept_and_corrections_are_restated(world: World) -> None:
    world.store([("air-003", "pm25", NOON - 3 * HOUR, 30.0)])
    world.follower.catch_up()
    world.now += timedelta(minutes=14)
    world.follower.tick()
    value = world.value("pm25_mean_hour", SOUTH, NOON - 3 * HOUR)
    assert value
    assert value.state is State.PROVISIONAL
    world.now += timedelta(minutes=2)
    world.follower.tick()
    final = world.value("pm25_mean_hour", SOUTH, NOON - 3 * HOUR)
    assert final
    assert (final.state, final.version, final.known_at) == (State.FINAL, 1, value.known_at)
    world.store([("air-003", "pm25", NOON - 3 * HOUR, 40.0)], revision=1)
    world.follower.catch_up()
    restated = world.value("pm25_mean_hour", SOUTH, NOON - 3 * HOUR)
    assert restated
    assert (restated.state, restated.version, restated.value) == (State.RESTATED, 2, 40.0)
    versions = [row for row in world.rows() if row[0] == "pm25_mean_hour" and row[2] == SOUTH]
    assert [(row[4], row[5], row[6]) for row in versions] == [(1, "final", 30.0), (2, "restated", 40.0)]
    states = [v.state for v in world.published() if (v.indicator, v.subject) == ("pm25_mean_hour", SOUTH)]
    assert states == [State.PROVISIONAL, State.FINAL, State.RESTATED]


def test_an_open_hour_is_never_final(world: World) -> None:
    world.store([("air-003", "pm25", NOON, 30.0)])
    world.follower.catch_up()
    world.now = NOON + timedelta(minutes=59)
    world.follower.tick()
    value = world.value("pm25_mean_hour", SOUTH, NOON)
    assert value
    assert value.state is State.PROVISIONAL


def test_a_device_that_moves_leaves_its_past_behind(world: World) -> None:
    world.store([("air-003", "pm25", NOON - HOUR, 30.0)])
    world.follower.catch_up()
    world.provision(device("air-003", NORTH, 600))
    world.store(
        [("air-003", "pm25", NOON - HOUR + timedelta(minutes=9), 50.0), ("air-003", "pm25", NOON, 70.0)]
    )
    world.follower.catch_up()
    assert world.number_of("pm25_mean_hour", SOUTH, NOON - HOUR) == 40.0
    assert world.number_of("pm25_mean_hour", NORTH, NOON) == 70.0
    assert world.value("pm25_mean_hour", SOUTH, NOON) is None


def test_two_workers_apply_a_fact_once(world: World) -> None:
    other = world.new_follower()
    world.store([("air-001", "pm25", NOON - age * HOUR, 30.0) for age in range(3)])
    world.follower.catch_up()
    published = len(world.published())
    other.catch_up()
    assert len(world.published()) == published
