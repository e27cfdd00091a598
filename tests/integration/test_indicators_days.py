"""Values of days, months and years through a real database: closed by the clock, folded, restated."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.areas import store as areas
from services.indicators.domain import State
from services.registry import store as registry
from tests.fixtures.servers import Database
from tests.integration.indicators_world import NORTH, PROVINCE, SOUTH, Row, World, device, unit

pytestmark = pytest.mark.both_stores

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 2 March 00:00 in Viet Nam
MARCH, YEAR = datetime(2026, 2, 28, 17, tzinfo=UTC), datetime(2025, 12, 31, 17, tzinfo=UTC)
WATER = {"water_ph": "", "bod5": "mg/L", "cod": "mg/L", "nitrite_nitrogen": "mg/L", "coliform": "MPN/100mL"}


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=MIDNIGHT + 10 * HOUR)
    made.provision(
        device("air-001", NORTH, 3_600, pm25="µg/m³", no2="µg/m³"),
        device("air-002", SOUTH, 3_600),
        device("noise-001", NORTH, 3_600, laeq="dB"),
        device("salt-001", SOUTH, 3_600, salinity="g/L"),
        device("river-001", SOUTH, 3_600, **WATER),
        device("power-001", NORTH, 900, active_power="kW"),
        device("power-002", SOUTH, 900, active_power="MW"),
    )
    with made.as_role("areas") as connection:
        areas.put_units(
            connection,
            [
                replace(unit(code, "commune", PROVINCE), population=p)
                for code, p in ((NORTH, 1_000), (SOUTH, 4_000))
            ],
        )
    made.follower.tick()  # starts the clocks
    yield made
    made.close()


def all_day(name: str, channel: str, value: float, start: datetime = MIDNIGHT) -> list[Row]:
    return [(name, channel, start + n * HOUR, value) for n in range(24)]


def close_the_day(world: World) -> None:
    world.now = MIDNIGHT + DAY + timedelta(seconds=5)
    world.follower.tick()


def test_a_day_of_air_is_told_when_it_is_over(world: World) -> None:
    world.now = MIDNIGHT + 23 * HOUR + timedelta(minutes=30)
    world.store([*all_day("air-001", "pm25", 60.0), *all_day("air-002", "pm25", 20.0)])
    world.store([("air-001", "no2", MIDNIGHT + 5 * HOUR, 100.0)])
    world.follower.tick()
    assert world.value("vn_aqi_day", "air-001", MIDNIGHT) is None
    close_the_day(world)
    # 60 µg/m³: 100 + 50 · 10/30 = 116.7
    assert world.number_of("vn_aqi_day", "air-001", MIDNIGHT) == 117
    assert world.number_of("vn_aqi_day_highest", PROVINCE, MIDNIGHT) == 117
    assert world.number_of("pm25_mean_day", NORTH, MIDNIGHT) == 60
    assert world.number_of("vn_aqi_days_over_100_month", "air-001", MARCH) == 1
    assert world.number_of("vn_aqi_days_over_100_year", PROVINCE, YEAR) == 1
    assert world.number_of("vn_aqi_days_over_100_year", "air-002", YEAR) == 0
    # PM2.5 of the day: 60 is above 45, 20 is not; NO2: one hour, and no day of it.
    assert world.number_of("qcvn05_day", NORTH, MIDNIGHT) == 50
    assert world.number_of("qcvn05_day", PROVINCE, MIDNIGHT) == pytest.approx(100 * 2 / 3)
    assert world.number_of("qcvn05_month", PROVINCE, MARCH) == pytest.approx(100 * 2 / 3)
    year = world.value("pm25_mean_year", "air-001", YEAR)
    assert year
    assert (year.value, year.inputs_used, year.inputs_expected) == (None, 1, 61)  # 61 days are over


def test_a_year_of_a_province_is_weighed_by_persons(world: World) -> None:
    for name, value in (("air-001", 40.0), ("air-002", 20.0)):
        world.store([row for n in range(61) for row in all_day(name, "pm25", value, YEAR + n * DAY)])
    close_the_day(world)
    assert world.number_of("pm25_mean_year", NORTH, YEAR) == pytest.approx(40)
    assert world.number_of("pm25_mean_year", PROVINCE, YEAR) == pytest.approx(24)
    assert world.number_of("qcvn05_annual_means", "air-001", YEAR) == 0
    assert world.number_of("qcvn05_annual_means", "air-002", YEAR) == 100


def test_noise_salt_and_water_follow_from_their_hours(world: World) -> None:
    world.store([("noise-001", "laeq", MIDNIGHT + n * HOUR, 80.0 if n % 2 else 60.0) for n in range(6, 18)])
    world.store([("salt-001", "salinity", MIDNIGHT + n * HOUR, float(n)) for n in range(8)])
    sample = {"water_ph": 7.0, "bod5": 5.0, "cod": 12.5, "nitrite_nitrogen": 0.01, "coliform": 5_000.0}
    world.store([("river-001", channel, MIDNIGHT, value) for channel, value in sample.items()])
    close_the_day(world)
    assert world.number_of("leq_daytime", "noise-001", MIDNIGHT + 6 * HOUR) == pytest.approx(
        77.0329, abs=1e-4
    )
    assert world.number_of("leq_hour", "noise-001", MIDNIGHT + 20 * HOUR) is None
    assert world.number_of("salinity_max_day", "salt-001", MIDNIGHT) == 7
    assert world.number_of("salinity_hours_irrigation_day", "salt-001", MIDNIGHT) == 3  # 5, 6, 7
    assert world.number_of("salinity_hours_drinking_month", "salt-001", MARCH) == 6  # 2 … 7
    # IV: (87.5 + 87.5 + 100) / 3 = 91.67; √(91.67 · 75) = 82.9
    assert world.number_of("vn_wqi_hour", "river-001", MIDNIGHT) == 83
    assert world.number_of("vn_wqi_hour_lowest", PROVINCE, MIDNIGHT) == 83


def test_a_province_tells_of_its_worst_station(world: World) -> None:
    with world.as_role("registry") as connection:
        registry.put_devices(connection, [device("river-002", NORTH, 3_600, **WATER)])
    good = {"water_ph": 7.0, "bod5": 5.0, "cod": 12.5, "nitrite_nitrogen": 0.01, "coliform": 5_000.0}
    for name, sample in (("river-001", good), ("river-002", good | {"cod": 140.0})):
        world.store([(name, channel, MIDNIGHT, value) for channel, value in sample.items()])
    world.store([("air-001", "pm25", MIDNIGHT + n * HOUR, 20.0) for n in range(3)])
    world.store([("air-002", "pm25", MIDNIGHT + n * HOUR, 60.0) for n in range(3)])
    world.follower.catch_up()
    worst = world.number_of("vn_wqi_hour", "river-002", MIDNIGHT)
    assert worst is not None
    assert worst < 83
    assert world.number_of("vn_wqi_hour_lowest", PROVINCE, MIDNIGHT) == worst
    assert world.number_of("vn_aqi_hour_highest", PROVINCE, MIDNIGHT + 2 * HOUR) == 117
    world.store([("river-002", "cod", MIDNIGHT, 12.5)], revision=1)
    world.follower.catch_up()
    assert world.number_of("vn_wqi_hour_lowest", PROVINCE, MIDNIGHT) == 83


def test_the_peak_is_that_of_the_sum(world: World) -> None:
    """10 and 2 MW, then 1 and 9: the peak is 12, not 10 + 9."""
    at = [MIDNIGHT + n * timedelta(minutes=15) for n in range(2)]
    world.store([("power-001", "active_power", at[0], 10_000.0), ("power-002", "active_power", at[0], 2.0)])
    world.store([("power-001", "active_power", at[1], 1_000.0), ("power-002", "active_power", at[1], 9.0)])
    close_the_day(world)
    assert world.number_of("power_peak_day", PROVINCE, MIDNIGHT) == 12
    assert world.number_of("power_peak_year", PROVINCE, YEAR) == 12
    assert world.number_of("power_peak_month", SOUTH, MARCH) == 9


def test_devices_on_time_by_day_pool_the_periods(world: World) -> None:
    world.now = MIDNIGHT + DAY - timedelta(minutes=10)
    world.follower.tick()
    world.store([("air-001", "pm25", world.now - HOUR, 9.0)], received_at=world.now - HOUR)
    close_the_day(world)
    value = world.value("devices_on_time_day", PROVINCE, MIDNIGHT)
    assert value
    assert value.numerator
    assert value.denominator
    assert value.value == pytest.approx(100 * value.numerator / value.denominator)
    assert value.denominator == 7 * value.inputs_used


def test_a_late_reading_restates_its_day_its_month_and_nothing_else(world: World) -> None:
    for start in (MIDNIGHT - DAY, MIDNIGHT):
        world.store([*all_day("air-001", "pm25", 20.0, start), *all_day("air-002", "pm25", 20.0, start)])
    close_the_day(world)
    world.now += timedelta(minutes=20)
    world.follower.tick()
    before = {row[:5]: row for row in world.rows()}
    late = MIDNIGHT + 12 * HOUR + timedelta(minutes=1)
    world.store([("air-001", "pm25", late, 2_420.0)])  # the hour's mean is 1,220; the day's 70
    world.follower.catch_up()
    changed = {row for row in world.rows() if before.get(row[:5]) != row}
    days = {(str(row[0]), row[2], row[3]) for row in changed if "hour" not in str(row[0])}
    assert days == {
        ("vn_aqi_day", "air-001", MIDNIGHT),
        ("vn_aqi_day_highest", PROVINCE, MIDNIGHT),
        ("pm25_mean_day", "air-001", MIDNIGHT),
        ("pm25_mean_day", NORTH, MIDNIGHT),
        *(("qcvn05_day", subject, MIDNIGHT) for subject in ("air-001", NORTH, PROVINCE)),
        *(
            (f"qcvn05_{p}", s, t)
            for p, t in (("month", MARCH), ("year", YEAR))
            for s in ("air-001", NORTH, PROVINCE)
        ),
        *(
            (f"vn_aqi_days_over_100_{p}", s, t)
            for p, t in (("month", MARCH), ("year", YEAR))
            for s in ("air-001", PROVINCE)
        ),
        ("pm25_mean_year", "air-001", YEAR),
        ("pm25_mean_year", NORTH, YEAR),
    }
    day = world.value("vn_aqi_day", "air-001", MIDNIGHT)
    assert day
    assert (day.value, day.state, day.version) == (133, State.RESTATED, 2)  # 100 + 50 · 20/30
    month = world.value("vn_aqi_days_over_100_month", "air-001", MARCH)
    assert month
    assert (month.value, month.state) == (1, State.PROVISIONAL)  # the month is not over


def test_days_become_final_and_running_months_do_not(world: World) -> None:
    world.store(all_day("air-001", "pm25", 20.0))
    close_the_day(world)
    world.now += timedelta(minutes=20)
    world.follower.tick()
    day, month = world.value("vn_aqi_day", "air-001", MIDNIGHT), world.value("qcvn05_month", "air-001", MARCH)
    assert day
    assert month
    assert (day.state, month.state) == (State.FINAL, State.PROVISIONAL)
    for minute in (1, 17):  # March ends
        world.now = datetime(2026, 3, 31, 17, minute, tzinfo=UTC)
        world.follower.tick()
    month = world.value("qcvn05_month", "air-001", MARCH)
    assert month
    assert month.state is not State.PROVISIONAL


def test_any_way_of_arriving_ends_in_the_same_days(world: World) -> None:
    """Incremental equals full: shuffled, late, corrected, against one pass over the whole log."""
    chance = random.Random(20260303)
    channels = (
        *(("air-001", "pm25", 90.0), ("air-001", "no2", 300.0), ("air-002", "pm25", 90.0)),
        *(("noise-001", "laeq", 90.0), ("salt-001", "salinity", 9.0)),
        *(("river-001", channel, 9.0) for channel in WATER),
        *(("power-001", "active_power", 900.0), ("power-002", "active_power", 9.0)),
    )
    world.now = MIDNIGHT + 2 * DAY + HOUR
    rows = [
        (
            name,
            channel,
            MIDNIGHT - 8 * HOUR + n * HOUR + timedelta(minutes=chance.randrange(60)),
            chance.uniform(1, top),
        )
        for name, channel, top in channels
        for n in range(56)
        if chance.random() < 0.9
    ]
    chance.shuffle(rows)
    for first in range(0, len(rows), 60):
        some = rows[first : first + 60]
        world.store(some)
        name, channel, at, number = chance.choice(some)
        world.store([(name, channel, at, number + 7)], revision=1)
        if chance.random() < 0.8:
            world.follower.catch_up()
    world.follower.catch_up()
    incremental = standing(world)
    with world.as_role("indicators") as connection:
        connection.execute("TRUNCATE indicators.values, indicators.measures, indicators.checkpoints")
    world.new_follower().catch_up()
    assert standing(world) == incremental
    assert len({key[0] for key in incremental}) >= 25


def standing(world: World) -> dict[tuple[object, ...], tuple[object, ...]]:
    """What values say of what is made from readings, apart from when and by which way they were known."""
    with world.as_role("indicators") as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (indicator, subject, period_start) indicator, subject, period_start,"
            " round(value::numeric, 9), inputs_used, inputs_expected, newest_input_at FROM indicators.values"
            " WHERE indicator NOT LIKE 'devices_on_time%'"
            " ORDER BY indicator, subject, period_start, version DESC"
        ).fetchall()
    return {row[:3]: row[3:] for row in rows}
