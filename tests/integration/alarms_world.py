"""Devices, rules and a worker of alarms on a real database, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.alarms import alarms_fact, backtest, store, store_alarms, store_backtest, store_points
from services.alarms.backtest import Trial
from services.alarms.domain import Alarm
from services.alarms.follower import Follower
from services.alarms.grounds import Grounds, Office
from services.alarms.rules import Rule, parse_rules
from services.alarms.schedule import WorkingTime
from services.alarms.settings import AlarmsSettings
from services.alarms.storm import Limits, Storm
from services.alarms.tally import Key, Would
from services.alarms.targets import Targets
from services.areas import store as areas
from services.areas.domain import Unit
from services.records.catalogue import CALENDAR, DECLARED, load_calendar, load_datasets
from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.runtime import outbox
from services.runtime.db import Connection, Pool, open_pool, transaction
from services.runtime.trace import new_trace_id
from services.telemetry import store as telemetry
from services.telemetry.domain import Batch, Reading, SeriesName
from tests.fixtures.servers import Database

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 08:00 in Việt Nam
Row = tuple[str, datetime, float]  # device, observed at, PM2.5

LIMIT = """
[[rule]]
id = "pm25_high"
kind = "limit"
vi = "PM2.5 cao"
en = "High PM2.5"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "warning", above = 100.0}, {severity = "serious", above = 200.0}]
hysteresis = 20.0
gap = "5m"
live_within = "10m"
"""
SILENCE = """
[[rule]]
id = "silent"
kind = "silence"
vi = "Mất tín hiệu"
en = "Silent"
over = {}
levels = [{severity = "notice", above = 3.0}, {severity = "warning", above = 10.0}]
"""


class World:
    """Pools under the roles of the contexts, and shortcuts that read as sentences in tests."""

    def __init__(
        self, database: Database, rules: str = LIMIT, limits: Limits | None = None, **settings: Any
    ) -> None:
        self.now = START
        self.pools: dict[str, Pool] = {
            name: open_pool(database.dsn(name), f"test-{name}", size=2)
            for name in ("areas", "registry", "telemetry", "indicators", "alarms")
        }
        parsed, faults = parse_rules("test.toml", rules)
        assert faults == []
        self.grounds = grounds(AlarmsSettings(dsn=database.dsn("alarms"), **settings), parsed, limits)
        self.follower = self.new_follower()
        self.follower.tick()  # applies the rules, and begins at the head of the log

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()

    def new_follower(self) -> Follower:
        """One more worker, as another process would be."""
        return Follower(self.pools["alarms"], self.grounds, clock=lambda: self.now)

    @contextmanager
    def as_role(self, context: str) -> Iterator[Connection]:
        with transaction(self.pools[context]) as connection:
            yield connection

    def provision(self, *devices: Device) -> None:
        """A province with a commune, and these devices; the worker sees them at once."""
        with self.as_role("areas") as connection:
            areas.put_units(connection, [unit("56", "province", ""), unit("22333", "commune", "56")])
        with self.as_role("registry") as connection:
            registry.put_devices(connection, devices)
        self.follower = self.new_follower()

    def store(self, rows: Iterable[Row], revision: int = 0) -> None:
        """Appends readings as one batch of the gateway, received now, and gives its fact a position."""
        received = ms(self.now)
        batch = Batch(trace_id=new_trace_id(), shard="s0", received_at_ms=received)
        for device, observed_at, value in rows:
            batch.add(SeriesName(device, "pm25"), Reading(ms(observed_at), value, 0, revision, received))
        with self.as_role("telemetry") as connection:
            telemetry.append(connection, batch)
        with self.as_role("telemetry") as connection:
            outbox.assign_positions(connection, "telemetry", 1_000)

    def follow(self) -> None:
        """Follows telemetry to the head of its log."""
        while not self.follower.catch_up("telemetry"):
            pass

    def say(self, device: str, minute: float, value: float) -> None:
        """One reading, observed and received so many minutes after the start, and followed."""
        self.now = START + timedelta(minutes=minute)
        self.store([(device, self.now, value)])
        self.follow()

    def pass_to(self, minute: float) -> None:
        """The clock moves on, and the worker looks at it."""
        self.now = START + timedelta(minutes=minute)
        self.follower.tick()

    def alarms(self) -> list[Alarm]:
        """All, in the order of their numbers."""
        with self.as_role("alarms") as connection:
            return store_alarms.alarms(connection, store_alarms.Selection(), 100_000)[::-1]

    def shown(self) -> list[tuple[str, str, str]]:
        """Rule, subject and state of open alarms that are shown by themselves."""
        return [
            (one.rule, one.subject, str(one.state))
            for one in self.alarms()
            if not one.suppressed and one.state != "closed"
        ]

    def episodes(self) -> list[tuple[Any, ...]]:
        """History, but for when it came to be known and up to where it was looked at."""
        with self.as_role("alarms") as connection:
            return connection.execute(
                "SELECT rule, subject_kind, subject, began_at, ended_at, level_at, levels, peak,"
                " peak_at, end_why"
                " FROM alarms.episodes ORDER BY 1, 2, 3, 4"
            ).fetchall()

    def spans(self) -> list[tuple[float, float | None, list[int]]]:
        """Of each episode the minutes of its beginning and end since the start, and its severities."""
        return [
            (minutes(row[3]), None if row[4] is None else minutes(row[4]), row[6]) for row in self.episodes()
        ]

    def told(self) -> list[tuple[str, str, int]]:
        """Event, key and revision of each change in the outbox, in order."""
        with self.as_role("alarms") as connection:
            bodies = connection.execute("SELECT body FROM alarms.outbox ORDER BY outbox_id").fetchall()
        return [
            (str(one.event), one.alarm.key, one.alarm.revision)
            for (body,) in bodies
            for one in alarms_fact.changes(body)
        ]

    def events(self, of: str = "") -> list[tuple[str, str, str]]:
        """Event, state before and after of all changes of keys that contain `of`, in order."""
        with self.as_role("alarms") as connection:
            return connection.execute(
                "SELECT event, was, c.state FROM alarms.changes c JOIN alarms.alarms USING (alarm)"
                " WHERE position(%s in key) > 0 ORDER BY change",
                (of,),
            ).fetchall()


def tried(world: World, end: int, rules: Sequence[Rule] | None = None) -> list[tuple[Rule, Key, Would]]:
    """What rules, else those in force, would have raised from the start up to a moment (ms)."""
    known = world.grounds
    with world.as_role("alarms") as connection:
        store_backtest.begin(connection)
        in_force = store.rules(connection)
        wanted = in_force if rules is None else rules
        sides = Targets(in_force, known.working), Targets(wanted, known.working)
        office = Office(known.calendar, known.working, known.datasets)
        trial = Trial(sides, store_points.known_devices(connection), office, ms(START), end)
        found = []
        for step in backtest.steps(connection, trial):
            for seen in step.run(connection, trial):
                closed, going_on = seen.closed[1], seen.open[1]
                every = [*closed, *([going_on] if going_on and seen.is_last else [])]
                found += [(sides[1].rules[seen.key[0]], seen.key, one) for one in every]
    return found


def grounds(settings: AlarmsSettings, rules: list[Rule], limits: Limits | None = None) -> Grounds:
    calendar = load_calendar(CALENDAR)
    datasets = {key: one.dataset for key, one in load_datasets(DECLARED).items()}
    return Grounds(settings, rules, Storm(limits or Limits()), calendar, WorkingTime(calendar), datasets)


def unit(code: str, level: str, parent: str) -> Unit:
    return Unit(code, f"Đơn vị {code}", "", level, parent, date(2025, 7, 1), None, None, None)  # type: ignore[arg-type]


def device(name: str, shard: str = "s0", interval_s: int = 60, area_code: str = "22333") -> Device:
    """An active device that measures PM2.5."""
    return Device(
        device=name,
        kind="air",
        name_vi=name,
        name_en=name,
        shard=shard,
        area_code=area_code,
        longitude=109.2,
        latitude=12.2,
        state="active",
        commissioned_at=datetime(2020, 1, 1, tzinfo=UTC),
        reporting_interval_s=interval_s,
        channels=(Channel("pm25", "pm25", "µg/m³"),),
    )


def ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000)


def minutes(instant: datetime) -> float:
    return (instant - START) / timedelta(minutes=1)
