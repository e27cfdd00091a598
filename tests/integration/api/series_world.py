"""Six series of three devices, and questions about them through gRPC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc
from ioc.telemetry.v1 import telemetry_pb2

from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.telemetry.domain import SeriesName
from services.telemetry.series_columns import set_bits
from services.telemetry.settings import QuantitySettings, load_quantities
from services.telemetry.store_life import put_quantities
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import T0
from tests.integration.api.test_telemetry import stamp

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
