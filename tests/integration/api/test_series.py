"""Queries of series through gRPC, on readings stored as the gateway stores them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import grpc
import pytest
from haidang_client import problem_of
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc

from services.runtime.db import connect
from services.telemetry import store_folding, store_rollups
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Mean
from services.telemetry.series_columns import set_bits
from services.telemetry.store_layout import layout_of
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import T0, T0_MS, batch, put
from tests.integration.api.series_world import (
    DIRECTION,
    HOUR_MS,
    LEQ,
    PM25,
    SPEED,
    TEMP,
    WIND,
    a_device,
    ask,
    column,
    every,
    refusal,
    register,
    series,
)
from tests.integration.rollup_oracle import Arrival, mean_said, standing, start_of, time_weighted_said

__all__ = ["series"]

pytestmark = pytest.mark.both_stores


def test_buckets_say_which_are_missing_and_late_readings_count_at_once(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(TEMP, 0, 10.0), (TEMP, 30, 20.0), (TEMP, 180, 0.0)]))
    request = ask(TEMP, hours=6, resolution="1h", aggregates=["mean", "min", "max", "first", "last"])

    (before,) = series.QuerySeries(request, metadata=metadata).series
    put(database, batch("late", [(TEMP, 45, 60.0), (TEMP, 61, 5.0)]))
    (after,) = series.QuerySeries(request, metadata=metadata).series

    assert (before.buckets.first_ms, before.buckets.step_ms, before.buckets.buckets) == (T0_MS, HOUR_MS, 6)
    assert (set_bits(before.buckets.present), list(before.buckets.count)) == ([0, 3], [2, 1])
    assert column(before, "mean") == {0: 15.0, 3: 0.0}
    assert (column(before, "first"), column(before, "last")) == ({0: 10.0, 3: 0.0}, {0: 20.0, 3: 0.0})
    assert (set_bits(after.buckets.present), list(after.buckets.count)) == ([0, 1, 3], [3, 1, 1])
    assert column(after, "mean") == {0: 30.0, 1: 5.0, 3: 0.0}
    assert column(after, "max") == {0: 60.0, 1: 5.0, 3: 0.0}


def test_what_is_far_behind_is_refused_until_it_is_folded(
    series: pb_grpc.SeriesServiceStub,
    metadata: Metadata,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store_rollups, "MOST_DIRTY", 20)
    put(database, batch("a", every(range(40), TEMP)), batch("b", every(range(40), TEMP)))
    request = ask(TEMP, hours=1, resolution="1h")
    hours = ask(TEMP, hours=24 * 3000, max_points=4)
    for some in (request, hours):
        with pytest.raises(grpc.RpcError) as refused:
            series.QuerySeries(some, metadata=metadata)
        problem = problem_of(refused.value)
        assert problem.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert (problem.reason, problem.again, problem.after_s) == ("being_folded", "yes", 30.0)
    other = series.QuerySeries(ask(WIND, hours=1, resolution="1h"), metadata=metadata)
    assert [one.series.channel for one in other.series] == ["wind"]

    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        store_folding.fold_step(connection, layout_of(connection), T0 + timedelta(days=9), timedelta(0))
    (found,) = series.QuerySeries(request, metadata=metadata).series
    assert list(found.buckets.count) == [40]


def test_the_mean_is_the_one_that_the_quantity_demands(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(LEQ, 0, 60.0), (LEQ, 1, 70.0)]))

    (found,) = series.QuerySeries(
        ask(LEQ, resolution="1h", aggregates=["mean", "arithmetic_mean"]), metadata=metadata
    ).series

    assert column(found, "arithmetic_mean") == {0: 65.0}
    assert column(found, "mean") == {0: pytest.approx(67.4036268949)}


MEANS = {
    TEMP: (Mean.ARITHMETIC, -5.0, 40.0),
    LEQ: (Mean.ENERGY, 35.0, 110.0),
    SPEED: (Mean.HARMONIC, 3.0, 90.0),
    DIRECTION: (Mean.VECTOR, 290.0, 410.0),  # over north
}


@pytest.mark.parametrize(("resolution", "minutes"), [("15m", 15), ("1h", 60), ("1d", 1440)])
def test_means_are_those_of_an_oracle_where_folded_and_where_dirty(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database, resolution: str, minutes: int
) -> None:
    register(database, a_device("st-3"))
    random = Random(minutes)
    rows = [
        (name, minute, random.uniform(low, high) % 360 if name == DIRECTION else random.uniform(low, high))
        for name, (_, low, high) in MEANS.items()
        for minute in random.sample(range(900), 120)
    ]
    random.shuffle(rows)
    put(database, batch("a", rows[:300]))
    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        store_folding.fold_step(connection, layout_of(connection), T0 + timedelta(days=9), timedelta(0))
    put(database, batch("late", rows[300:]))

    request = ask(*MEANS, start=T0 - timedelta(hours=7), resolution=resolution)
    request.aggregates[:] = ["mean", "time_weighted_mean"]
    answered = series.QuerySeries(request, metadata=metadata).series

    assert len(answered) == len(MEANS)
    for one in answered:
        name = SeriesName(one.series.device, one.series.channel)
        came = [Arrival(T0_MS + m * 60_000, value, 0, 0) for n, m, value in rows if n == name]
        cells: dict[int, list[Arrival]] = {}
        for reading in standing(came):
            place = (start_of(reading.ms, minutes) - one.buckets.first_ms) // one.buckets.step_ms
            cells.setdefault(place, []).append(reading)
        ends = {at: one.buckets.first_ms + (at + 1) * one.buckets.step_ms for at in cells}
        means = {at: mean_said(good, MEANS[name][0]) for at, good in cells.items()}
        weighted = {at: time_weighted_said(good, HOUR_MS, ends[at]) for at, good in cells.items()}
        assert column(one, "mean") == pytest.approx(means, rel=1e-9, abs=0)
        assert column(one, "time_weighted_mean") == pytest.approx(weighted, rel=1e-9, abs=0)


def test_values_come_in_the_unit_asked_for(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(WIND, 0, 10.0), (TEMP, 0, 25.0), (PM25, 0, 1.0)]))

    (wind,) = series.QuerySeries(ask(WIND, resolution="raw", unit="km/h"), metadata=metadata).series
    (temp,) = series.QuerySeries(ask(TEMP, resolution="1h", unit="°F"), metadata=metadata).series
    code, words = refusal(series, metadata, ask(WIND, PM25, resolution="raw", unit="km/h"))

    assert (wind.unit, list(wind.readings.value)) == ("km/h", [36.0])
    assert (temp.unit, column(temp, "mean")) == ("°F", {0: 77.0})
    assert (code, words.startswith("unit: st-1/pm25 is in 'µg/m³'")) == ("INVALID_ARGUMENT", True)


def test_a_long_range_is_one_line_with_its_extremes_and_gaps(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    spike = {700: 500.0, 701: -500.0}
    readings = [(TEMP, m, spike.get(m, float(m % 7))) for m in range(1400) if not 300 <= m < 420]
    put(database, batch("a", readings))

    (few,) = series.QuerySeries(ask(TEMP, max_points=40), metadata=metadata).series
    (many,) = series.QuerySeries(ask(TEMP, max_points=5000), metadata=metadata).series
    (long,) = series.QuerySeries(ask(TEMP, hours=24 * 3000, max_points=40), metadata=metadata).series

    assert (few.resolution, few.line.method, few.line.readings) == ("raw", "first, min, max, last", 1280)
    assert 20 < len(few.line.value) <= 40
    assert (max(few.line.value), min(few.line.value)) == (500.0, -500.0)
    assert list(few.line.observed_at_ms) == sorted(few.line.observed_at_ms)
    gaps = list(zip(few.line.gap_start_ms, few.line.gap_end_ms, strict=True))
    assert (T0_MS + 299 * 60_000, T0_MS + 420 * 60_000) in gaps
    assert (many.line.method, len(many.line.value)) == ("all", 1280)
    assert (long.resolution, max(long.line.value), min(long.line.value)) == ("1d", 500.0, -500.0)


def test_a_zone_comes_with_its_offsets(series: pb_grpc.SeriesServiceStub, metadata: Metadata) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)

    here = series.QuerySeries(ask(TEMP, resolution="1h"), metadata=metadata)
    paris = series.QuerySeries(
        ask(TEMP, start=start, resolution="1h", time_zone="Europe/Paris"), metadata=metadata
    )

    assert [(o.from_ms, o.offset_s) for o in here.utc_offsets] == [(T0_MS, 25_200)]
    changes = [datetime.fromtimestamp(o.from_ms / 1000, UTC) for o in paris.utc_offsets]
    assert changes == [start, datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
    assert [o.offset_s for o in paris.utc_offsets] == [3600, 7200, 3600]
