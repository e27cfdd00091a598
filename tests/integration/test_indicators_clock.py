"""What time does to values: shares of devices on time, silent stations, and late but timely receipts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.indicators.definitions import DEVICES_ON_TIME, ENVIRONMENT_ON_TIME, VN_AQI_HOUR
from services.indicators.domain import State
from tests.fixtures.servers import Database
from tests.integration.indicators_world import NORTH, PROVINCE, SOUTH, World, device

pytestmark = pytest.mark.both_stores

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=NOON)
    made.provision(device("air-001", NORTH, 60), device("air-002", NORTH, 60), device("air-003", SOUTH, 600))
    made.follower.tick()  # starts the clocks
    yield made
    made.close()


def share(
    world: World, area: str, start: datetime, of: str = DEVICES_ON_TIME
) -> tuple[float | None, int, int]:
    value = world.value(of, area, start)
    assert value, f"no share of {area} at {start}"
    return value.value, value.inputs_used, value.inputs_expected


def test_silence_is_seen_by_the_clock(world: World) -> None:
    world.store([("air-001", "pm25", NOON + minutes(1), 9.0)], received_at=NOON + minutes(1))
    world.store([("air-003", "pm25", NOON - minutes(20), 9.0)], received_at=NOON - minutes(19))
    world.now = NOON + minutes(5)
    world.follower.tick()
    assert share(world, NORTH, NOON) == (50.0, 1, 2)
    assert share(world, SOUTH, NOON) == (100.0, 1, 1)  # 3 × 10 minutes are not over
    assert share(world, PROVINCE, NOON) == (100 * 2 / 3, 2, 3)  # not the mean of 50 and 100
    value = world.value(DEVICES_ON_TIME, PROVINCE, NOON)
    assert value
    assert value.newest_input_at == NOON + minutes(1)
    world.now = NOON + minutes(20)
    world.follower.tick()
    assert share(world, PROVINCE, NOON + minutes(15)) == (0.0, 0, 3)


def test_environmental_sensors_have_a_share_of_their_own(world: World) -> None:
    """Of five sensors in the south two report; a traffic counter that does is none of them."""
    silent = [replace(device(f"noise-{n}", SOUTH, 60), kind="noise") for n in range(2)]
    heard = [replace(device(kind, SOUTH, 60), kind=kind) for kind in ("rain", "traffic")]
    world.provision(*silent, *heard, device("air-004", SOUTH, 60))
    world.follower = world.new_follower()
    at = NOON + minutes(1)
    world.store([(name, "pm25", at, 9.0) for name in ("air-003", "rain", "traffic")], received_at=at)
    world.now = NOON + minutes(5)
    world.follower.tick()
    assert share(world, SOUTH, NOON) == (50.0, 3, 6)
    assert share(world, SOUTH, NOON, ENVIRONMENT_ON_TIME) == (40.0, 2, 5)
    assert share(world, PROVINCE, NOON, ENVIRONMENT_ON_TIME) == (100 * 2 / 7, 2, 7)


def test_the_open_period_looks_back_from_now(world: World) -> None:
    world.store([("air-001", "pm25", NOON - minutes(1), 9.0)], received_at=NOON)
    world.now = NOON + minutes(2)
    world.follower.tick()
    assert share(world, NORTH, NOON) == (50.0, 1, 2)
    world.now = NOON + minutes(5)
    world.follower.tick()  # closed: a reading of 11:59 is none of [12:00, 12:05)
    assert share(world, NORTH, NOON) == (0.0, 0, 2)


def test_a_receipt_that_was_too_late_makes_no_device_on_time(world: World) -> None:
    world.store([("air-002", "pm25", NOON + minutes(1), 9.0)], received_at=NOON + minutes(4.1))
    world.now = NOON + minutes(6)
    world.follower.tick()
    world.store([("air-001", "pm25", NOON + minutes(1), 9.0)], received_at=NOON + minutes(4.1))
    world.follower.catch_up()
    assert share(world, NORTH, NOON) == (0.0, 0, 2)


def test_a_timely_receipt_that_is_followed_late_corrects_closed_periods(world: World) -> None:
    world.now = NOON + minutes(6)
    world.follower.tick()
    world.now = NOON + minutes(30)
    world.follower.tick()
    assert share(world, NORTH, NOON) == (0.0, 0, 2)
    before = {row[:5]: row for row in world.rows()}
    world.store([("air-001", "pm25", NOON + minutes(1), 9.0)], received_at=NOON + minutes(4))
    world.follower.catch_up()
    assert share(world, NORTH, NOON) == (50.0, 1, 2)
    changed = [row for row in world.rows() if before.get(row[:5]) != row and row[0] == DEVICES_ON_TIME]
    assert {(row[2], row[3]) for row in changed} == {(NORTH, NOON), (PROVINCE, NOON)}
    assert {row[5] for row in changed} == {State.RESTATED}


def test_a_correction_does_not_make_a_device_late(world: World) -> None:
    world.store([("air-001", "pm25", NOON + minutes(1), 9.0)], received_at=NOON + minutes(1))
    world.store([("air-001", "pm25", NOON + minutes(1), 8.0)], received_at=NOON + minutes(4.5), revision=1)
    world.now = NOON + minutes(5)
    world.follower.tick()
    assert share(world, NORTH, NOON) == (50.0, 1, 2)


def test_ticks_without_news_publish_nothing(world: World) -> None:
    world.store([("air-001", "pm25", NOON + minutes(4), 9.0)], received_at=NOON + minutes(4))
    world.now = NOON + minutes(5)
    world.follower.tick()
    world.follower.tick()
    count = len(world.facts())
    world.now += timedelta(seconds=10)
    world.follower.tick()
    assert len(world.facts()) == count


def test_an_hour_of_silence_gets_its_value_when_it_closes(world: World) -> None:
    world.now = NOON + minutes(30)
    world.store([("air-001", "pm25", NOON - age * HOUR, 25.0) for age in range(2)])
    world.follower.tick()
    world.now = NOON + minutes(90)
    world.follower.tick()
    assert world.value(VN_AQI_HOUR, "air-001", NOON + HOUR) is None  # open, and nothing arrived
    world.now = NOON + 2 * HOUR
    world.follower.tick()
    assert world.number_of(VN_AQI_HOUR, "air-001", NOON + HOUR) == 50  # from the two hours before
    silent = world.value(VN_AQI_HOUR, "air-002", NOON + HOUR)
    assert silent
    assert (silent.value, silent.inputs_used, silent.newest_input_at) == (None, 0, None)
    assert world.number_of("pm25_mean_hour", NORTH, NOON + HOUR) is None


def test_clocks_that_start_between_two_periods_close_whole_ones(database: Database) -> None:
    world = World(database, now=NOON + minutes(2.5))
    world.provision(device("air-001", NORTH, 60))
    world.store([("air-001", "pm25", NOON - minutes(0.05), 9.0)], received_at=NOON)
    for now in (2.5, 4.9, 7.5, 12.5):
        world.now = NOON + minutes(now)
        world.follower.tick()
    starts = sorted({v.period_start for v in world.published() if v.indicator == DEVICES_ON_TIME})
    shares = [world.number_of(DEVICES_ON_TIME, NORTH, NOON + n * minutes(5)) for n in range(3)]
    world.close()
    assert starts == [NOON + n * minutes(5) for n in range(-1, 3)]
    assert shares == [0.0, 0.0, 0.0]  # open, the first one was 100: its window began before noon


def test_periods_missed_by_a_stop_are_closed(world: World) -> None:
    world.now = NOON + minutes(21)
    world.follower.tick()
    for start in (NOON + minutes(n) for n in (0, 5, 10, 15, 20)):
        assert share(world, NORTH, start) == (0.0, 0, 2)
