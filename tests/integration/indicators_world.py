"""A small province in a real database: devices that report through telemetry's store, and a clock."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from services.areas import store as areas
from services.areas.domain import Unit
from services.indicators import store
from services.indicators.domain import Value
from services.indicators.follower import Follower
from services.indicators.settings import IndicatorsSettings
from services.indicators.wire import published_values
from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.runtime import outbox
from services.runtime.db import Connection, Pool, open_pool, transaction
from services.runtime.trace import new_trace_id
from services.telemetry import store as telemetry
from services.telemetry.domain import Batch, Reading, SeriesName
from tests.fixtures.servers import Database

PROVINCE, NORTH, SOUTH = "56", "22333", "22366"
COMMISSIONED = datetime(2020, 1, 1, tzinfo=UTC)
Row = tuple[str, str, datetime, float]  # device, channel, observed at, value


class World:
    """Pools under the roles of the contexts, and shortcuts that read as sentences in tests."""

    def __init__(self, database: Database, now: datetime, **settings: float) -> None:
        self.now = now
        self.pools: dict[str, Pool] = {
            context: open_pool(database.dsn(context), f"test-{context}", size=2)
            for context in ("areas", "registry", "telemetry", "indicators")
        }
        self.settings = IndicatorsSettings(dsn=database.dsn("indicators"), **settings)  # type: ignore[arg-type]
        self.follower = self.new_follower()

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()

    def new_follower(self) -> Follower:
        """One more worker, as another process would be."""
        return Follower(self.pools["indicators"], self.settings, clock=lambda: self.now)

    @contextmanager
    def as_role(self, context: str) -> Iterator[Connection]:
        with transaction(self.pools[context]) as connection:
            yield connection

    def provision(self, *devices: Device) -> None:
        """Two communes of one province, and these devices."""
        with self.as_role("areas") as connection:
            units = [unit(PROVINCE, "province", ""), *(unit(c, "commune", PROVINCE) for c in (NORTH, SOUTH))]
            areas.put_units(connection, units)
        with self.as_role("registry") as connection:
            registry.put_devices(connection, devices)

    def store(self, rows: Iterable[Row], received_at: datetime | None = None, revision: int = 0) -> str:
        """Appends readings as one gateway batch and gives its fact a position; returns the trace id."""
        received_ms = ms(received_at or self.now)
        batch = Batch(trace_id=new_trace_id(), shard="s0", received_at_ms=received_ms)
        for device, channel, observed_at, value in rows:
            reading = Reading(ms(observed_at), value, 0, revision, received_ms)
            batch.add(SeriesName(device, channel), reading)
        with self.as_role("telemetry") as connection:
            telemetry.append(connection, batch)
        self.number("telemetry")
        return batch.trace_id

    def number(self, context: str) -> None:
        """What the relay does first: positions for committed facts."""
        with self.as_role(context) as connection:
            outbox.assign_positions(connection, context, 1_000)

    def value(self, indicator: str, subject: str, period_start: datetime) -> Value | None:
        """The standing value of one period."""
        with self.as_role("indicators") as connection:
            found = store.values_between(
                connection, indicator, subject, period_start, period_start + timedelta(seconds=1)
            )
        return found[0] if found else None

    def number_of(self, indicator: str, subject: str, period_start: datetime) -> float | None:
        """Its number; fails where there is no value at all."""
        value = self.value(indicator, subject, period_start)
        assert value is not None, f"no {indicator} of {subject} at {period_start}"
        return value.value

    def rows(self) -> list[tuple[object, ...]]:
        """All versions of all values, as they are stored."""
        with self.as_role("indicators") as connection:
            return self.rows_of(connection)

    def rows_of(self, connection: Connection) -> list[tuple[object, ...]]:
        """The same, as this connection sees it."""
        return connection.execute(
            "SELECT * FROM indicators.values ORDER BY indicator, subject, period_start, version"
        ).fetchall()

    def published(self) -> list[Value]:
        """Everything that was put into the outbox, in order."""
        return [value for _, values in self.facts() for value in values]

    def facts(self) -> list[tuple[str, list[Value]]]:
        """Trace id and values of each fact in the outbox, in order."""
        with self.as_role("indicators") as connection:
            rows = connection.execute(
                "SELECT trace_id, body FROM indicators.outbox ORDER BY outbox_id"
            ).fetchall()
        return [(trace_id, list(published_values(body))) for trace_id, body in rows]


def unit(code: str, level: str, parent: str) -> Unit:
    return Unit(code, f"Đơn vị {code}", "", level, parent, date(2025, 7, 1), None, None, None)  # type: ignore[arg-type]


def device(name: str, area_code: str = NORTH, interval_s: int = 60, **channels: str) -> Device:
    """An active device; `channels` are names with their units, PM2.5 in µg/m³ where none is given."""
    return Device(
        device=name,
        kind="air",
        name_vi=name,
        name_en=name,
        shard="s0",
        area_code=area_code,
        longitude=109.2,
        latitude=12.2,
        state="active",
        commissioned_at=COMMISSIONED,
        reporting_interval_s=interval_s,
        channels=tuple(Channel(c, c, u) for c, u in (channels or {"pm25": "µg/m³"}).items()),
    )


def ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000)
