"""Readings for these tests, stored as the gateway stores them and numbered as the relay numbers them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg

from services.runtime import outbox
from services.telemetry import store
from services.telemetry.domain import Batch, Reading, Refusal, SeriesName, Verdict
from tests.fixtures.servers import Database

T0 = datetime(2026, 11, 20, tzinfo=UTC)
T0_MS = int(T0.timestamp() * 1000)
MINUTE_MS = 60_000
AIR = SeriesName("air-001", "pm25")
NOISE = SeriesName("noise-001", "leq")


def batch(
    trace: str, readings: Sequence[tuple[SeriesName, int, float]], refusals: Sequence[Refusal] = ()
) -> Batch:
    """Readings as (series, minute after T0, value), received a second after they were observed."""
    result = Batch(trace_id=trace, shard="s0", received_at_ms=T0_MS)
    for series, minute, value in readings:
        at = T0_MS + minute * MINUTE_MS
        result.add(series, Reading(at, value, 0, 0, at + 1000))
    result.refusals.extend(refusals)
    return result


def quarantined(reason: str, device: str = "air-001", payload: bytes = b"{}") -> Refusal:
    return Refusal(
        verdict=Verdict.QUARANTINED,
        reason=reason,
        topic=f"ioc/v1/s0/devices/{device}/telemetry",
        payload=payload,
        received_at_ms=T0_MS,
        device=device,
        field="values.pm25",
        detail="not welcome",
    )


def put(database: Database, *batches: Batch) -> None:
    """Stores batches and gives them their positions."""
    with psycopg.connect(database.dsn("telemetry")) as connection:
        for one in batches:
            store.append(connection, one)
            connection.commit()
        outbox.assign_positions(connection, "telemetry", 10_000)


def minute(number: int) -> datetime:
    return T0 + timedelta(minutes=number)


def put_device(database: Database, device: str, channel: str, unit: str) -> None:
    """A device of the registry with one channel."""
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute(
            "INSERT INTO devices (device, kind, name_vi, shard, longitude, latitude, state, commissioned_at,"
            " reporting_interval_s) VALUES (%s, 'air', 'Trạm', 's0', 109, 12, 'active', '2020-01-01', 60)"
            " ON CONFLICT DO NOTHING",
            (device,),
        )
        connection.execute(
            "INSERT INTO channels (device, channel, quantity, unit) VALUES (%s, %s, 'q', %s)",
            (device, channel, unit),
        )
