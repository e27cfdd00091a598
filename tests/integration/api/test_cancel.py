"""A call that nobody waits for any more stops its query; the connection serves the next one."""

import asyncio
import time

import grpc
import psycopg
import pytest
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2_grpc as pb_grpc

from services.runtime.db import Connection, open_pool
from services.runtime.outcome import Unavailable
from services.runtime.rpc_database import Database as RpcDatabase
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import Metadata


def sleep(connection: Connection, seconds: float) -> float:
    connection.execute("SELECT pg_sleep(%s)", (seconds,))
    return seconds


def sleepers(database: Database) -> int:
    """Queries of these tests that run on the server now."""
    with psycopg.connect(database.admin_dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_cancelled_call_cancels_its_query(database: Database) -> None:
    rpc = RpcDatabase(open_pool(database.dsn("registry"), "test-cancel", size=2))

    async def scenario() -> None:
        # Two run, two wait in line.
        calls = [asyncio.create_task(rpc.run(sleep, 60.0)) for _ in range(4)]
        await asyncio.to_thread(eventually, lambda: sleepers(database) == 2)
        for call in calls:
            call.cancel()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        await asyncio.to_thread(eventually, lambda: sleepers(database) == 0, 20.0)
        assert await asyncio.gather(rpc.run(sleep, 0.0), rpc.run(sleep, 0.01)) == [0.0, 0.01]

    try:
        asyncio.run(scenario())
    finally:
        rpc.close()


def test_a_call_that_its_client_cancels_cancels_its_query(
    database: Database, channel: grpc.Channel, metadata: Metadata
) -> None:
    def waiting() -> int:
        with psycopg.connect(database.admin_dsn) as connection:
            row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        assert row is not None
        return int(row[0])

    with psycopg.connect(database.admin_dsn) as blocking:
        blocking.execute("LOCK TABLE telemetry.ledger IN ACCESS EXCLUSIVE MODE")
        telemetry = pb_grpc.TelemetryServiceStub(channel)
        call = telemetry.GetLedger.future(pb.GetLedgerRequest(), metadata=metadata, timeout=60)
        eventually(lambda: waiting() == 1)
        call.cancel()
        eventually(lambda: waiting() == 0)


def test_a_late_cancel_never_hits_the_next_query(database: Database) -> None:
    rpc = RpcDatabase(open_pool(database.dsn("registry"), "test-cancel", size=1))

    async def scenario() -> None:
        for turn in range(60):
            call = asyncio.create_task(rpc.run(sleep, 0.002))
            await asyncio.sleep(0.001 + turn % 6 * 0.001)  # around the moment at which it ends
            call.cancel()
            assert await rpc.run(sleep, 0.003) == 0.003
            await asyncio.gather(call, return_exceptions=True)

    try:
        asyncio.run(scenario())
    finally:
        rpc.close()


def test_a_deadline_of_a_client_stops_the_query(database: Database) -> None:
    rpc = RpcDatabase(open_pool(database.dsn("registry"), "test-cancel", size=1))

    async def scenario() -> None:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(rpc.run(sleep, 60.0), 0.2)
        assert time.monotonic() - started < 30
        await asyncio.to_thread(eventually, lambda: sleepers(database) == 0, 20.0)

    try:
        asyncio.run(scenario())
    finally:
        rpc.close()


def test_a_database_that_is_away_is_unavailable(database: Database) -> None:
    rpc = RpcDatabase(
        open_pool(database.dsn("registry").replace(database.name, "nowhere"), "test-cancel", size=1)
    )
    try:
        with pytest.raises(Unavailable):
            asyncio.run(rpc.run(sleep, 0.0))
        assert rpc.probe() is not None
    finally:
        rpc.close()
