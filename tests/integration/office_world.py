"""A small simulated province on a real database: devices publish, an office hands in, both engines follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg.types.json import Jsonb

from iot_gateway.committer import Committer
from iot_gateway.message import Message
from iot_gateway.settings import GatewaySettings
from services.display import board_file, sources_lists
from services.display.domain import Catalogue, LogPosition, Value
from services.display.lists import Listed
from services.display.sources import load
from services.display.sources_figures import Wanted, look_up
from services.indicators.follower import Follower
from services.indicators.settings import IndicatorsSettings
from services.indicators.store_wall import grounds
from services.records import rpc_submit
from services.registry.tokens import issue
from services.runtime import outbox
from services.runtime.db import open_pool
from services.runtime.rpc_settings import RpcSettings
from services.simulator import payload
from services.simulator.centre import Centre
from services.simulator.devices import DEMO_DEVICE, place_devices
from services.simulator.domain import Province
from services.simulator.handing_in import HandingIn
from services.simulator.office import book
from services.simulator.office.agencies import make_office
from services.simulator.office.calendar import days, working_days
from services.simulator.province import build_province
from services.simulator.provision import put_changed
from services.simulator.real_areas import Unit, real_areas
from services.simulator.schedule import Plan
from services.simulator.settings import SEED
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.integration.figures_world import Engine
from tests.truth.devices.field import gateway_metrics, no_wait

BOARDS = Path(board_file.__file__).parent / "boards"
# The town, one commune without a station of air, and one on the coast with salt and tide.
KEPT = ("99001", "99002", "99003", "99010", "99014")
VOLUME = 0.8
# Of what happens day by day less than the office hands in: this month, or this year.
PAST, YEAR, YEARS = timedelta(days=19), timedelta(days=340), timedelta(days=600)
SOURCES = [
    replace(one, back=PAST if one.back < YEARS else YEAR) if one.starts in (days, working_days) else one
    for one in book.SOURCES
]
MEMORY, STEP_S = timedelta(hours=36), 300


class Shown(NamedTuple):
    """What a board's keys and lines say; None: no data."""

    values: Mapping[str, Value | None]
    lines: Mapping[str, int]  # how many points
    lists: Mapping[str, Listed]


def small_province(commissioned_at: datetime) -> Province:
    """A part of the generated one."""
    return part(build_province(SEED, commissioned_at), KEPT)


def part(whole: Province, kept: Sequence[str]) -> Province:
    """Some communes of a province, and what stands in them."""
    areas = tuple(one for one in whole.areas if one.level == "province" or one.code in kept)
    return Province(areas, tuple(one for one in whole.devices if one.area_code in kept), whole.since)


def real_province(units: Sequence[Unit], commissioned_at: datetime) -> Province:
    """A real one in which the first two devices of each kind stand, and the first four of air."""
    areas, since = real_areas(units, units[0].code, SEED)
    placed = place_devices(areas[0], areas[1:], SEED, commissioned_at, 1.0)
    first = [one for one in placed if int(one.device[-3:]) <= (4 if one.kind == "air" else 2)]
    return Province(areas, tuple(first), since)


def draw(database: Database, units: Sequence[Unit]) -> None:
    """As the map file of a real province draws them."""
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.cursor().executemany(
            "INSERT INTO areas.units (code, name_vi, level, parent_code, valid_from, boundary)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (
                    one.code,
                    one.name_vi,
                    one.level,
                    one.parent_code or None,
                    one.valid_from,
                    Jsonb(one.boundary),
                )
                for one in units
            ],
        )


def without_data(shown: Mapping[str, Shown], known: Iterable[str]) -> list[str]:
    """Keys and lines of which nothing is said, by board, but for the patterns of those that cannot be."""
    empty = [
        (board, key)
        for board, one in shown.items()
        for key, said in (*one.values.items(), *one.lines.items())
        if not said
    ]
    return [f"{board}: {key}" for board, key in empty if not any(re.match(pattern, key) for pattern in known)]


class OfficeWorld:
    """The centre, with clocks that stand still at `now`."""

    def __init__(self, database: Database, now: datetime, units: Sequence[Unit] = ()) -> None:
        """`units`: a real province's and its communes', which the map is to have; none: one is generated."""
        self.now = now
        self._database = database
        self._units = units
        commissioned_at = now - MEMORY - timedelta(hours=1)
        self.province = real_province(units, commissioned_at) if units else small_province(commissioned_at)
        self.code = self.province.areas[0].code
        self.office = make_office(self.province, SEED, VOLUME)
        self.engine = Engine(database, now, daily_stock_days=3)
        with psycopg.connect(database.dsn("registry")) as connection:
            scopes = ("areas.write", "registry.read", "registry.write", "records.approve")
            self.head = issue(connection, "head", scopes, None)
            self.clerk = issue(connection, "clerk", ("records.read", "records.write"), None)

    @contextmanager
    def handing_in(self) -> Iterator[HandingIn]:
        """An office that has forgotten everything, as after a restart."""
        with self.centres() as (clerk, head):
            yield HandingIn(book.Book(self.office), clerk, head, SOURCES)

    @contextmanager
    def centres(self) -> Iterator[tuple[Centre, Centre]]:
        """The API as who hands in sees it, and as who provisions and approves; its clock is this world's."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HAIDANG_RECORDS_PSEUDONYM_KEY", "k" * 32)
            patch.setattr(rpc_submit, "_now", lambda: self.now)
            contexts = ("areas", "registry", "records")
            with (
                serving_contexts(self._database, contexts, RpcSettings(port=0, grace_s=1)) as address,
                Centre(address, self.clerk) as clerk,
                Centre(address, self.head) as head,
            ):
                yield clerk, head

    def provision(self) -> None:
        """Areas, devices and agencies, as the simulator makes them known."""
        with self.centres() as (_, head):
            if self._units:
                draw(self._database, self._units)
            else:
                head.put_areas(self.province.areas)
            put_changed(self.province.devices, head)
            head.put_agencies(self.office.agencies)

    def hand_in(self) -> int:
        """One turn of the office, and how many lines it was."""
        with self.handing_in() as handing_in:
            lines = sum(handing_in.turn(self.now))
        self.engine.now = self.now
        self.engine.catch_up()
        self.engine.follower.tick()
        return lines

    def lines_by_verdict(self) -> dict[str, int]:
        """What became of all lines that were ever handed in."""
        columns = ("stored", "duplicate", "corrected", "rejected", "late")
        with psycopg.connect(self._database.dsn("records")) as connection:
            sums = ", ".join(f"sum({name})" for name in columns)
            row = connection.execute(f"SELECT {sums} FROM records.batches").fetchone()
        assert row is not None
        return dict(zip(columns, map(int, row), strict=True))

    def publish(self) -> None:
        """What all devices saw in the last hours, as it came, and the engine of readings with its clock."""
        dsn = self._database.dsn("telemetry")
        settings = GatewaySettings(telemetry_dsn=dsn, gateway_shards=["s0", "prio"])
        gateway = Committer(settings, gateway_metrics(), wait=no_wait)
        pool = open_pool(self._database.dsn("indicators"), "test-office", size=2)
        clock = [self.now - MEMORY]
        follower = Follower(
            pool, IndicatorsSettings(dsn=self._database.dsn("indicators"), rest_s=0), clock=lambda: clock[0]
        )
        plans = [
            Plan(SEED, one, troubles=False) for one in self.province.devices if one.device != DEMO_DEVICE
        ]
        while clock[0] < self.now:
            since, clock[0] = clock[0], min(clock[0] + timedelta(hours=6), self.now)
            for plan in plans:
                _store(gateway, plan, since, clock[0])
            with psycopg.connect(dsn) as connection:
                outbox.assign_positions(connection, "telemetry", 100_000)
            follower.tick()
        gateway.close()
        pool.close()

    def shown(self) -> dict[str, Shown]:
        """What the hub would tell a wall, by board."""
        pool = open_pool(self._database.dsn("display"), "test-display", size=2)
        definitions = [board_file.parse(one.read_bytes()) for one in sorted(BOARDS.glob("*.json"))]
        known = grounds()
        looked = load(pool, definitions, self.code, Catalogue(), LogPosition(), known, self.now)
        found = {}
        for board, content in looked.boards.items():
            keys = content.resolved.keys
            compared = {key: rule for key, rule in keys.indicators.items() if rule.before}
            wanted = Wanted(dict(keys.figures), compared, dict(keys.value_lines), dict(keys.figure_lines))
            more = look_up(pool, known, wanted, self.now)
            told = {key: value for key, value in (*content.values, *more.values) if value.state != "none"}
            asked = (*keys.readings, *keys.indicators, *keys.figures)
            lines = {**content.lines, **more.lines}
            points = {
                key: len(lines[key].points) if key in lines else 0
                for key in (*keys.lines, *keys.value_lines, *keys.figure_lines)
            }
            lists = sources_lists.read(pool, keys.lists, looked.catalogue, known, self.now)
            found[board] = Shown({key: told.get(key) for key in asked}, points, lists)
        pool.close()
        return found


def _store(gateway: Committer, plan: Plan, since: datetime, until: datetime) -> None:
    """Each reading received as it was observed, so that the device was on time."""
    topic = payload.topic_of(plan.device.shard, plan.device.device).encode()
    messages = []
    for reading in plan.history(since.timestamp(), until.timestamp(), STEP_S):
        body = payload.encode([reading])
        messages.append(Message(topic, body, 0, reading.observed_at_ms, len(body)))
    gateway.store(plan.device.shard, messages)
