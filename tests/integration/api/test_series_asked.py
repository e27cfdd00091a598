"""Which series a query names, and what it refuses to answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc

from services.areas import store as areas
from services.areas.domain import Unit
from services.telemetry.domain import SeriesName
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.series_world import TEMP, WIND, a_device, ask, refusal, register, series

__all__ = ["series"]

pytestmark = pytest.mark.both_stores


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
