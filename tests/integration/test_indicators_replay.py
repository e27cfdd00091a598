"""Old data of real air: what a year's replay makes, how fast, and that a second one makes nothing."""

import csv
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.indicators.definitions import PM25_NOWCAST_HOUR
from services.indicators.store import latest_values, values_between
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import Database
from tests.integration.indicators_world import NORTH, Row, World, device

pytestmark = pytest.mark.both_stores

HANOI_2020 = CHECKOUT.parent / "shared/data/air/hanoi_pm25_2020.csv"
LOCAL = timezone(timedelta(hours=7))
HOUR = timedelta(hours=1)
SLOWEST_S = 30  # for 5,000 hours in one batch; some 3 s on an idle core


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=datetime(2026, 3, 2, 5, tzinfo=UTC))
    made.provision(device("hanoi", NORTH, 3_600))
    yield made
    made.close()


@pytest.fixture
def published() -> tuple[list[Row], dict[datetime, float]]:
    """Valid readings by the start of their hour, and the publisher's NowCast of each hour."""
    if not HANOI_2020.exists():
        pytest.skip(f"the published data is not beside the checkout: {HANOI_2020}")
    rows: list[Row] = []
    nowcasts: dict[datetime, float] = {}
    with HANOI_2020.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            end = datetime.strptime(line["Date (LT)"], "%Y-%m-%d %I:%M %p").replace(tzinfo=LOCAL)
            start = end.astimezone(UTC) - HOUR
            if line["QC Name"] == "Valid":
                rows.append(("hanoi", "pm25", start, float(line["Raw Conc."])))
            if float(line["NowCast Conc."]) > -999:
                nowcasts.setdefault(start, float(line["NowCast Conc."]))
    return rows, nowcasts


def _nowcasts(world: World) -> dict[datetime, float | None]:
    span = (datetime(2019, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC))
    with world.as_role("indicators") as connection:
        values = values_between(connection, PM25_NOWCAST_HOUR, "hanoi", *span, limit=10_000)
    return {value.period_start: value.value for value in values}


def test_the_replayed_station_has_the_publishers_nowcast(
    world: World, published: tuple[list[Row], dict[datetime, float]]
) -> None:
    rows, theirs = published
    for first in range(0, len(rows), 700):
        world.store(rows[first : first + 700])
        world.follower.catch_up()
    ours = _nowcasts(world)
    close = [hour for hour, value in theirs.items() if abs((ours[hour] or 0) - value) <= 0.1 + 1e-9]
    assert len(close) / len(theirs) >= 0.997  # tests/unit/indicators/test_vn_aqi.py explains the 15 others
    before = world.rows()
    world.store(rows)
    world.follower.catch_up()
    assert world.rows() == before
    with world.as_role("indicators") as connection:
        (latest,) = latest_values(connection, PM25_NOWCAST_HOUR, ["hanoi"])
    assert latest.period_start == max(ours)


def test_a_year_at_once_is_quick(world: World) -> None:
    start = datetime(2025, 3, 1, tzinfo=UTC)
    world.store([("hanoi", "pm25", start + n * HOUR, 20.0 + n % 50) for n in range(5_000)])
    began = time.perf_counter()
    world.follower.catch_up()
    took_s = time.perf_counter() - began
    print(f"5,000 hours in {took_s:.2f} s")  # noqa: T201
    assert len(_all_of(world, "vn_aqi_hour")) == 5_000 + 11
    assert took_s < SLOWEST_S


def test_pages_of_values_join_without_gaps(world: World) -> None:
    start = datetime(2025, 3, 1, tzinfo=UTC)
    world.store([("hanoi", "pm25", start + n * HOUR, 20.0) for n in range(30)])
    world.follower.catch_up()
    seen: list[datetime] = []
    with world.as_role("indicators") as connection:
        while page := values_between(
            connection,
            PM25_NOWCAST_HOUR,
            "hanoi",
            start,
            start + 30 * HOUR,
            limit=7,
            after=seen[-1] if seen else None,
        ):
            seen += [value.period_start for value in page]
    assert seen == [start + n * HOUR for n in range(30)]


def _all_of(world: World, indicator: str) -> list[tuple[object, ...]]:
    return [row for row in world.rows() if row[0] == indicator]
