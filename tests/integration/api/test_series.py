"""Queries of series through gRPC, on readings stored as the gateway stores them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import grpc
import psycopg
import pytest
from haidang_client import problem_of
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc
from ioc.telemetry.v1 import telemetry_pb2

from services.areas import store as areas
from services.areas.domain import Unit
from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.runtime.db import connect
from services.runtime.page_token import seal
from services.telemetry import series_wire, store_folding, store_rollups
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Mean
from services.telemetry.series_columns import set_bits
from services.telemetry.settings import QuantitySettings, load_quantities
from services.telemetry.store_layout import layout_of
from services.telemetry.store_life import put_quantities
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import T0, T0_MS, batch, put
from tests.integration.api.test_telemetry import stamp
from tests.integration.rollup_oracle import Arrival, mean_said, standing, start_of, time_weighted_said

HOUR_MS = 3_600_000
TEMP, PM25 = SeriesName("st-1", "temp"), SeriesName("st-1", "pm25")
WIND, LEQ = SeriesName("st-2", "wind"), SeriesName("st-2", "leq")
SPEED, DIRECTION = SeriesName("st-3", "speed"), SeriesName("st-3", "direction")
QUANTITIES = {
    SPEED: ("traffic_mean_speed", "km/h"),
    DIRECTION: ("wind_direction", "°"),
    TEMP: ("temperature", "°C"),
    PM25: ("pm25", "µg/m³"),
    WIND: ("wind_speed", "m/s"),
    LEQ: ("laeq", "dB"),
}


def a_device(
    name: str, area_code: str = "", place: tuple[float, float] = (105.8, 21.0), interval_s: int = 60
) -> Device:
    channels = tuple(Channel(s.channel, *q) for s, q in QUANTITIES.items() if s.device == name) or (
        Channel("pm25", "pm25", "µg/m³"),
    )
    since = datetime(2020, 1, 1, tzinfo=UTC)
    return Device(name, "air", name, "", "s0", area_code, *place, "active", since, interval_s, channels)


@pytest.fixture
def series(channel: grpc.Channel, database: Database) -> pb_grpc.SeriesServiceStub:
    with psycopg.connect(database.dsn("telemetry")) as connection:
        put_quantities(connection, load_quantities(QuantitySettings()))
    register(database, a_device("st-1"), a_device("st-2"))
    return pb_grpc.SeriesServiceStub(channel)


def register(database: Database, *devices: Device) -> None:
    with psycopg.connect(database.dsn("registry")) as connection:
        registry.put_devices(connection, devices)


def ask(*names: SeriesName, hours: float = 24, **more: Any) -> pb.QuerySeriesRequest:
    selector = more.pop("selector", None) or pb.SeriesSelector(
        series=[telemetry_pb2.SeriesName(device=n.device, channel=n.channel) for n in names]
    )
    end = T0 + timedelta(hours=hours)
    return pb.QuerySeriesRequest(
        selector=selector, start=stamp(more.pop("start", T0)), end=stamp(end), **more
    )


def all_pages(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, request: pb.QuerySeriesRequest
) -> list[pb.QuerySeriesResponse]:
    pages: list[pb.QuerySeriesResponse] = []
    while not pages or request.page_token:
        pages.append(series.QuerySeries(request, metadata=metadata, timeout=20))
        request.page_token = pages[-1].next_page_token
    return pages


def column(points: pb.SeriesPoints, name: str) -> dict[int, float]:
    """Values by number of the bucket."""
    (found,) = (c for c in points.buckets.columns if c.aggregate == name)
    return dict(zip(set_bits(found.present), found.value, strict=True))


def refusal(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, request: pb.QuerySeriesRequest
) -> tuple[str, str]:
    with pytest.raises(grpc.RpcError) as refused:
        series.QuerySeries(request, metadata=metadata)
    return refused.value.code().name, refused.value.details()


def every(
    minutes: Sequence[int], name: SeriesName, value: float = 0.0
) -> list[tuple[SeriesName, int, float]]:
    return [(name, minute, value + minute) for minute in minutes]


def test_raw_readings_of_several_series_come_once_over_pages_while_data_change(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [*every(range(10), TEMP), *every(range(5), WIND), (PM25, 3, 1.0)]))
    request, seen = ask(TEMP, WIND, PM25, LEQ, resolution="raw", page_size=4), []
    while True:
        page = series.QuerySeries(request, metadata=metadata)
        put(database, batch(f"late-{len(seen)}", [(PM25, 60, 0.0), (PM25, -len(seen) - 1, 0.0)]))
        for one in page.series:
            seen += [
                (one.series.device, one.series.channel, at, v)
                for at, v in zip(one.readings.observed_at_ms, one.readings.value, strict=True)
            ]
        request.page_token = page.next_page_token
        if not request.page_token:
            break

    expected = [(*TEMP, T0_MS + m * 60_000, float(m)) for m in range(10)]
    expected += [(*WIND, T0_MS + m * 60_000, float(m)) for m in range(5)]
    assert [row for row in seen if row[1] != "pm25"] == expected
    assert (*PM25, T0_MS + 180_000, 1.0) in seen
    assert len(set(seen)) == len(seen)


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


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"hours": 24 * 3652, "resolution": "raw"}, "resolution", "ask for 15m (350,592 points) or coarser"),
        (
            {"hours": 24 * 3652, "resolution": "1s"},
            "resolution",
            "'1s' is not kept; one of raw, 1m, 15m, 1h, 1d",
        ),
        ({"hours": 24 * 3652, "resolution": "1m"}, "resolution", "1m works for 694 days at a time"),
        ({}, "resolution", "send `resolution`"),
        ({"resolution": "1h", "max_points": 10}, "resolution", "one of them"),
        ({"resolution": "1h", "aggregates": ["median"]}, "aggregates[0]", "one of mean"),
        ({"resolution": "raw", "aggregates": ["mean"]}, "aggregates", "no aggregates"),
        ({"resolution": "1d", "time_zone": "Europe/Paris"}, "time_zone", "ask for 1h and fold them"),
        ({"resolution": "1h", "time_zone": "Asia/Kathmandu"}, "time_zone", "ask for 15m and fold them"),
        ({"resolution": "1h", "time_zone": "Asia/Atlantis"}, "time_zone", "no IANA time zone"),
        ({"resolution": "1h", "hours": 0}, "end", "must be later"),
        ({"max_points": 3}, "max_points", "send 4 to 10000"),
        ({"resolution": "raw", "unit": "furlongs/\0"}, "unit", "unknown unit"),
    ],
)
def test_what_a_query_refuses_names_the_field_and_what_to_ask_instead(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, more: dict[str, Any], field: str, words: str
) -> None:
    code, details = refusal(series, metadata, ask(WIND, **more))

    assert (code, details.startswith(f"{field}: ")) == ("INVALID_ARGUMENT", True), details
    assert words in details


def test_ten_years_at_one_second_are_refused_with_what_works(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    register(database, a_device("st-1", interval_s=1))

    code, details = refusal(series, metadata, ask(TEMP, hours=24 * 3652, resolution="raw"))

    assert code == "INVALID_ARGUMENT"
    assert "about 315,532,800 readings of st-1/temp" in details
    assert "raw works for 11 days 13 h at a time; over this range ask for 15m (350,592 points)" in details


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


def test_series_by_device_quantity_channel_and_area_of_a_day(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    with psycopg.connect(database.dsn("areas")) as connection:
        areas.put_units(
            connection,
            [
                Unit("01", "Tỉnh", "", "province", "", date(2000, 1, 1), None, None, None),
                Unit("00101", "Cũ", "", "commune", "01", date(2000, 1, 1), date(2025, 7, 1), None, None),
                Unit("00202", "Mới", "", "commune", "01", date(2025, 7, 1), None, None, square),
                Unit("00303", "Khác", "", "commune", "01", date(2025, 7, 1), None, None, None),
            ],
        )
    register(
        database,
        a_device("new", "00202"),
        a_device("old", "00101", (1.0, 1.0)),
        a_device("away", "00101", (5.0, 1.0)),
        a_device("other", "00303", (1.0, 1.0)),
    )

    def chosen(**fields: Any) -> list[str]:
        selector = pb.SeriesSelector(**fields)
        found = series.QuerySeries(ask(selector=selector, resolution="raw"), metadata=metadata).series
        return [f"{one.series.device}/{one.series.channel}" for one in found]

    assert chosen(devices=["st-1"]) == ["st-1/pm25", "st-1/temp"]
    assert chosen(devices=["st-1"], channels=["temp", "wind"]) == ["st-1/temp"]
    assert chosen(quantities=["pm25"]) == ["away/pm25", "new/pm25", "old/pm25", "other/pm25", "st-1/pm25"]
    # A device of the old commune is in the new one if it stands there; one of another new commune is not.
    assert chosen(area_code="00202") == ["new/pm25", "old/pm25"]
    assert chosen(area_code="00101", map_date="2025-06-30") == ["away/pm25", "old/pm25"]
    assert chosen(area_code="01") == ["new/pm25", "other/pm25"]
    assert (
        refusal(series, metadata, ask(selector=pb.SeriesSelector(area_code="00101"), resolution="raw"))[0]
        == "NOT_FOUND"
    )
    assert (
        refusal(series, metadata, ask(selector=pb.SeriesSelector(), resolution="raw"))[0]
        == "INVALID_ARGUMENT"
    )
    assert refusal(series, metadata, ask(SeriesName("no", "such"), TEMP, resolution="raw"))[0] == "NOT_FOUND"


@pytest.mark.parametrize("resolution", ["raw", "1h"])
def test_a_series_that_leaves_between_two_pages_takes_nothing_of_the_next_one_along(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database, resolution: str
) -> None:
    hours = range(0, 720, 60)
    put(database, batch("a", [*every(hours, PM25), *every(hours, TEMP)]))
    selector = pb.SeriesSelector(devices=["st-1"])
    request = ask(selector=selector, hours=12, resolution=resolution, page_size=5)

    first = series.QuerySeries(request, metadata=metadata)
    assert [one.series.channel for one in first.series] == ["pm25"]
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("DELETE FROM registry.channels WHERE device = 'st-1' AND channel = 'pm25'")
    request.page_token = first.next_page_token
    rest = [one for page in all_pages(series, metadata, request) for one in page.series]

    assert {one.series.channel for one in rest} == {"temp"}
    count = sum(len(one.readings.value) or len(one.buckets.count) for one in rest)
    assert count == len(hours)


@pytest.mark.parametrize("from_ms", [-(2**63), -1, 2**63 - 1])
@pytest.mark.parametrize("resolution", ["raw", "1h"])
def test_a_forged_place_shows_nothing_from_outside_the_range(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database, resolution: str, from_ms: int
) -> None:
    put(database, batch("a", every([-60, 0], TEMP)))
    request = ask(TEMP, resolution=resolution, page_size=5)
    ours = series_wire.to_ask(request)
    query = ("QuerySeries", series_wire.to_selector(request.selector), replace(ours, page_size=0))
    request.page_token = seal(query, [*TEMP, from_ms])

    for page in all_pages(series, metadata, request):
        for one in page.series:
            assert all(at >= T0_MS for at in one.readings.observed_at_ms)
            assert one.buckets.first_ms >= T0_MS or not one.buckets.buckets


def test_buckets_are_paged_within_a_series_and_over_series(
    series: pb_grpc.SeriesServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [*every(range(0, 720, 60), TEMP), *every(range(0, 720, 120), WIND)]))

    for page_size in (5, 12, 30):
        pages = all_pages(series, metadata, ask(TEMP, WIND, hours=12, resolution="1h", page_size=page_size))
        found: dict[str, list[int]] = {}
        for page in pages:
            assert sum(one.buckets.buckets for one in page.series) <= page_size
            for one in page.series:
                starts = [one.buckets.first_ms + i * HOUR_MS for i in set_bits(one.buckets.present)]
                found.setdefault(one.series.channel, []).extend(starts)
        assert found == {
            "temp": [T0_MS + h * HOUR_MS for h in range(12)],
            "wind": [T0_MS + h * HOUR_MS for h in range(0, 12, 2)],
        }
