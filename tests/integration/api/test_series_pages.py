"""Pages of a query: each reading once, whatever changes between them."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc

from services.runtime.page_token import seal
from services.telemetry import series_wire
from services.telemetry.series_columns import set_bits
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import T0_MS, batch, put
from tests.integration.api.series_world import HOUR_MS, LEQ, PM25, TEMP, WIND, all_pages, ask, every, series

__all__ = ["series"]

pytestmark = pytest.mark.both_stores


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
