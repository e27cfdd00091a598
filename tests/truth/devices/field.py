"""The devices' way into the centre: the gateway's own code takes each message, and the engine follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg

from iot_gateway.committer import Committer
from iot_gateway.message import Message
from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings
from services.indicators.follower import Follower
from services.indicators.settings import IndicatorsSettings
from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.runtime import outbox
from services.runtime.db import Pool, open_pool, transaction
from tests.fixtures.servers import Database
from tests.truth.devices.letters import Letter
from tests.truth.devices.stations import FIRST, INTERVAL, MERGED, SHARD, STATIONS, UNITS, Station

STEP = timedelta(hours=6)  # the engine's clock looks up so often; the merge is at such a moment
_STANDING = """
SELECT DISTINCT ON (indicator, subject_kind, subject, period_start) indicator, subject_kind, subject,
    period_start, value FROM indicators.values
ORDER BY indicator, subject_kind, subject, period_start, version DESC
"""
Key = tuple[str, str, str, datetime]  # indicator, kind of subject, subject, start
Published = Mapping[Key, float | None]


class Field:
    """A centre with its devices, and a clock that stands still."""

    def __init__(self, database: Database, since: datetime = FIRST, **settings: object) -> None:
        self.now = since
        self._database = database
        dsn = database.dsn("indicators")
        self._settings = IndicatorsSettings(dsn=dsn, rest_s=0, batch_facts=500, **settings)  # type: ignore[arg-type]
        self._pool: Pool = open_pool(dsn, "truth-indicators", size=2)
        gateway = GatewaySettings(telemetry_dsn=database.dsn("telemetry"), gateway_shards=[SHARD])
        self._gateway = Committer(gateway, gateway_metrics(), wait=no_wait)
        self.follower = Follower(self._pool, self._settings, clock=lambda: self.now)

    def close(self) -> None:
        self._gateway.close()
        self._pool.close()

    def play(self, letters: list[Letter], until: datetime) -> None:
        """Hands in what arrives, step by step, each followed by the engine; devices move at the merge."""
        with psycopg.connect(self._database.dsn("areas")) as connection:
            _draw(connection)
        self._register(self.now)
        self.follower.tick()
        left = iter([*letters, None])
        letter = next(left)
        while self.now < until:
            self.now = min(self.now + STEP, until)
            arrived = []
            while letter is not None and letter.at_ms < self.now.timestamp() * 1_000:
                arrived.append(letter)
                letter = next(left)
            self.take(arrived)
            if self.now == MERGED:
                self._register(MERGED)

    def take(self, letters: list[Letter]) -> None:
        """Hands in what arrives now; the engine follows."""
        if letters:
            self._gateway.store(SHARD, [_message(one) for one in letters])
        with psycopg.connect(self._database.dsn("telemetry")) as connection:
            outbox.assign_positions(connection, "telemetry", 100_000)
        self.follower.tick()

    def values(self) -> Published:
        """The values that stand."""
        with transaction(self._pool) as connection:
            rows = connection.execute(_STANDING).fetchall()
        return {tuple(row[:4]): row[4] for row in rows}

    def _register(self, at: datetime) -> None:
        with psycopg.connect(self._database.dsn("registry")) as connection:
            registry.put_devices(connection, [_device(one, at) for one in STATIONS])


def no_wait(seconds: float) -> None:
    raise AssertionError(f"the store should not have to be waited for ({seconds} s)")


def _message(letter: Letter) -> Message:
    return Message(letter.topic.encode(), letter.payload, 0, letter.at_ms, len(letter.payload))


@lru_cache
def gateway_metrics() -> Metrics:
    """Once a process: the names are the process's."""
    return Metrics()


def _device(station: Station, at: datetime) -> Device:
    homes = [code for since, code in station.homes if since <= max(at, station.commissioned)]
    return Device(
        device=station.name,
        kind=station.kind,
        name_vi=station.name,
        name_en=station.name,
        shard=SHARD,
        area_code=homes[-1],
        longitude=109.2,
        latitude=12.2,
        state="active",
        commissioned_at=station.commissioned,
        reporting_interval_s=int(INTERVAL.total_seconds()),
        channels=tuple(
            Channel(one.name, one.quantity, one.unit, one.least, one.most) for one in station.channels
        ),
    )


def _draw(connection: psycopg.Connection[Any]) -> None:
    connection.cursor().executemany(
        "INSERT INTO areas.units (code, name_vi, level, parent_code, valid_from, valid_to, population)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            (
                one.code,
                f"Đơn vị {one.code}",
                one.level,
                one.parent or None,
                one.since,
                one.until,
                one.population or None,
            )
            for one in UNITS
        ],
    )
