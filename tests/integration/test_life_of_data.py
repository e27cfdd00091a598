"""What is dropped when, and what stays: divisions, rows, roll-ups, and the rule a series is folded by."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from iot_gateway import admission_rules
from iot_gateway.assembly import Message, assemble
from iot_gateway.metrics import Metrics
from iot_gateway.registry_rules import RegistryRules
from iot_gateway.settings import GatewaySettings
from services.runtime.db import Connection, connect
from services.telemetry import store, store_compression, store_folding, store_life
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.metrics import FAILURES
from services.telemetry.quantities import RAW, Quantities, Quantity
from services.telemetry.rollups import Mean, Tier, mean_of
from services.telemetry.settings import UpkeepSettings
from services.telemetry.store_layout import layout_of
from services.telemetry.store_storage import storage
from services.telemetry.upkeep import Upkeep
from tests.fixtures.servers import Database

pytestmark = pytest.mark.both_stores

NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)
SETTLE = timedelta(seconds=5)
AIR, NOISE = SeriesName("air-001", "pm25"), SeriesName("air-001", "laeq")
DAYS = timedelta(days=1)
SPAN = (NOON - 900 * DAYS, NOON + 9 * DAYS)
TOPIC = b"ioc/v1/s0/devices/air-001/telemetry"
_traces = itertools.count(1)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        yield connection


@pytest.fixture
def registered(database: Database) -> None:
    with psycopg.connect(database.dsn("registry"), autocommit=True) as registry:
        registry.execute(
            "INSERT INTO devices (device, kind, name_vi, shard, longitude, latitude, state,"
            " commissioned_at, reporting_interval_s)"
            " VALUES ('air-001', 'air', 'Trạm', 's0', 109, 12, 'active', '2020-01-01', 60)"
        )
        registry.execute(
            "INSERT INTO channels (device, channel, quantity, unit)"
            " VALUES ('air-001', 'pm25', 'dust', ''), ('air-001', 'laeq', 'noise', '')"
        )


def put(conn: Connection, series: SeriesName, *rows: tuple[datetime, float]) -> None:
    batch = Batch(f"trace-{next(_traces)}", "s0", int(NOON.timestamp() * 1000))
    for at, value in rows:
        batch.add(series, Reading(int(at.timestamp() * 1000), value, 0, 0, batch.received_at_ms))
    store.append(conn, batch)


def fold(conn: Connection, now: datetime = NOON) -> int:
    return store_folding.fold_step(conn, layout_of(conn), now, SETTLE).taken


def means(conn: Connection, series: SeriesName, tier: Tier) -> list[float | None]:
    found = store.rollups(conn, [series], tier, *SPAN)[series]
    return [mean_of(cell, found.mean) for cell in found.cells]


def raw(conn: Connection, series: SeriesName) -> list[float]:
    return [reading.value for reading in store.readings_between(conn, series, *SPAN)]


def keeping(days: int, **named: int) -> Quantities:
    return Quantities(
        Quantity(kept={RAW: days * DAYS}),
        {name: Quantity(kept={RAW: kept * DAYS}) for name, kept in named.items()},
    )


def test_readings_go_by_division_and_roll_ups_stay(conn: Connection) -> None:
    put(conn, AIR, (NOON - 400 * DAYS, 1.0), (NOON - 60 * DAYS, 2.0), (NOON - DAYS, 3.0))
    fold(conn)
    dropped = store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON)
    assert dropped
    assert raw(conn, AIR) == [2.0, 3.0]
    for tier in Tier:
        assert means(conn, AIR, tier) == [1.0, 2.0, 3.0]
    assert store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON) == []


def test_a_division_that_is_read_is_dropped_another_time(database: Database, conn: Connection) -> None:
    put(conn, AIR, (NOON - 400 * DAYS, 1.0))
    with connect(database.dsn("telemetry"), "reader") as reader:
        reader.execute("SELECT * FROM telemetry.readings")
        assert store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON) == []
    assert store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON)


def test_a_cell_is_never_folded_from_what_is_left_of_its_readings(conn: Connection) -> None:
    """Admission refuses such a late reading; one that was on its way must not cost the others."""
    old = NOON - 400 * DAYS
    put(conn, AIR, (old, 1.0), (old + timedelta(seconds=20), 3.0))
    fold(conn)
    store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON)
    put(conn, AIR, (old + timedelta(seconds=40), 80.0))
    fold(conn)
    assert means(conn, AIR, Tier.MINUTE) == [2.0]
    assert means(conn, AIR, Tier.DAY) == [2.0]


@pytest.mark.usefixtures("registered")
def test_nothing_is_admitted_that_is_not_folded_any_more(
    database: Database, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A retention that is raised brings nothing back, and moves no horizon."""
    store_life.drop_divisions(conn, layout_of(conn), keeping(100, noise=30), NOON)
    store_life.drop_rows(conn, keeping(100, noise=30), NOON)
    monkeypatch.setattr(admission_rules, "load_quantities", lambda _: keeping(400, noise=400))
    settings = GatewaySettings(telemetry_dsn=database.dsn("telemetry"))
    rules = RegistryRules(settings, Metrics(CollectorRegistry()))
    rules.refresh(conn, (), 0.0)
    for series, kept in ((AIR, 100), (NOISE, 30)):
        horizon = NOON - (kept + 1) * DAYS
        batch = Batch(f"trace-{series.channel}", "s0", int(NOON.timestamp() * 1000))
        for at in (horizon - timedelta(milliseconds=1), horizon):
            said = json.dumps({"ts": int(at.timestamp() * 1000), "values": {series.channel: 7.0}}).encode()
            assemble([Message(TOPIC, said, 1, batch.received_at_ms, len(said))], rules.current, batch)
        assert [refusal.reason for refusal in batch.refusals] == ["past_retention"]
        store.append(conn, batch)
        fold(conn)
        assert means(conn, series, Tier.DAY) == [7.0]
    store_life.drop_divisions(conn, layout_of(conn), keeping(50), NOON)
    rules.refresh(conn, (), 100.0)
    assert rules.current.devices["air-001"].channels["pm25"].horizon_ms == (
        (NOON - 51 * DAYS).timestamp() * 1000
    )


@pytest.mark.usefixtures("registered")
def test_what_is_kept_for_less_goes_row_by_row(conn: Connection) -> None:
    for series in (AIR, NOISE):
        put(conn, series, (NOON - 60 * DAYS, 50.0), (NOON - DAYS, 60.0))
    fold(conn)
    quantities = keeping(400, noise=30)
    assert store_life.drop_rows(conn, quantities, NOON) == 1
    assert store_life.drop_rows(conn, quantities, NOON) == 0
    assert (raw(conn, AIR), raw(conn, NOISE)) == ([50.0, 60.0], [60.0])
    assert means(conn, NOISE, Tier.HOUR) == [50.0, 60.0]


@pytest.mark.usefixtures("registered")
def test_a_quantity_that_demands_another_mean_is_folded_anew(conn: Connection) -> None:
    store_life.put_quantities(conn, Quantities(named={"noise": Quantity(Mean.ENERGY)}))
    old, new = NOON - 400 * DAYS, NOON - DAYS
    put(conn, NOISE, (old, 60.0), (new, 60.0), (new + timedelta(seconds=1), 70.0))
    fold(conn)
    assert means(conn, NOISE, Tier.DAY) == [60.0, pytest.approx(67.40362689)]
    store_life.drop_divisions(conn, layout_of(conn), keeping(100), NOON)
    store_life.put_quantities(conn, Quantities(named={"noise": Quantity(Mean.HARMONIC)}))
    assert store_life.redeclare(conn, 50) == 1
    harmonic = pytest.approx(2 / (1 / 60 + 1 / 70))
    assert means(conn, NOISE, Tier.MINUTE) == [None, harmonic]  # of the first the readings are gone
    fold(conn)
    assert means(conn, NOISE, Tier.DAY) == [None, harmonic]
    assert store_life.redeclare(conn, 50) == 0
    store_life.put_quantities(conn, Quantities())
    assert store_life.redeclare(conn, 50) == 1
    assert means(conn, NOISE, Tier.DAY) == [60.0, 65.0]


def test_what_fails_halfway_is_done_again(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    put(conn, AIR, (NOON - DAYS, 1.0))
    with monkeypatch.context() as broken:
        broken.setattr(store_folding, "_above", lambda tier, cells: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fold(conn)
    assert conn.execute("SELECT count(*) FROM telemetry.rollup_1m").fetchone() == (0,)
    assert fold(conn) == 1
    assert conn.execute("SELECT count(*) FROM telemetry.rollup_1d").fetchone() == (1,)


def test_two_upkeeps_do_not_undo_each_other(database: Database, conn: Connection) -> None:
    def one(number: int) -> None:
        with connect(database.dsn("telemetry"), f"test-{number}", autocommit=True) as own:
            for second in range(20):
                put(own, AIR, (NOON - DAYS + timedelta(seconds=2 * second + number), 1.0))
                fold(own)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    fold(conn)
    (kept,) = conn.execute("SELECT count FROM telemetry.rollup_1d").fetchall()
    assert kept == (40,)


def test_upkeep_rolls_up_retires_and_says_what_it_takes(database: Database, conn: Connection) -> None:
    put(conn, AIR, (NOON - 400 * DAYS, 1.0), (NOON - DAYS, 3.0))
    conn.execute(
        "INSERT INTO telemetry.ledger_hours VALUES ('air-001', %s, 1, 0, 0, 0, 0, 0, 1)", (NOON - 9 * DAYS,)
    )
    settings = UpkeepSettings(ledger_kept_days=5)
    Upkeep(database.dsn("telemetry"), settings, keeping(100), lambda: NOON).round(conn)
    assert raw(conn, AIR) == [3.0]
    assert conn.execute("SELECT count(*) FROM telemetry.ledger_hours").fetchone() == (0,)
    conn.execute("ANALYZE")
    stored = storage(conn)
    assert [tier.tier for tier in stored.tiers] == ["raw", "1m", "15m", "1h", "1d"]
    assert all(1 <= tier.rows <= 4 for tier in stored.tiers)  # the planner thinks that nothing is empty
    assert stored.rolled_up_readings == 2
    assert all((stored.bytes_per_reading(tier) or 0) > 50 for tier in stored.tiers)


def test_upkeep_that_has_much_to_do_beats_at_every_step(
    database: Database, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(5):
        put(conn, AIR, (NOON - DAYS + timedelta(minutes=minute), 1.0))
    told: list[str] = []
    real = store_folding.fold_step

    def step(*arguments: Any) -> store_folding.Folded:
        told.append("step")
        return real(*arguments)

    def beat() -> bool:
        told.append("beat")
        return told.count("step") < 3

    monkeypatch.setattr(store_folding, "MOST_CELLS", 1)
    monkeypatch.setattr(store_folding, "fold_step", step)
    upkeep = Upkeep(database.dsn("telemetry"), UpkeepSettings(), Quantities(), lambda: NOON)
    upkeep.round(conn, beat)
    assert told.count("step") == 3, "it ends where it is told to"
    assert ("step", "step") not in itertools.pairwise(told)
    upkeep.round(conn)
    assert means(conn, AIR, Tier.MINUTE) == [1.0] * 5
    assert conn.execute("SELECT count(*) FROM telemetry.rollup_1m").fetchone() == (5,)


@pytest.mark.parametrize("broken", ["redeclare", "drop_divisions"])
def test_a_part_that_fails_keeps_no_other_from_its_work(
    database: Database, conn: Connection, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> int:
        conn.execute("SELECT 1 / 0")
        return 0

    put(conn, AIR, (NOON - 400 * DAYS, 1.0), (NOON - DAYS, 3.0))
    upkeep = Upkeep(database.dsn("telemetry"), UpkeepSettings(), keeping(100), lambda: NOON)
    failures = FAILURES._value.get()
    with monkeypatch.context() as patched:
        patched.setattr(store_life, broken, fail)
        upkeep.round(conn)
    assert FAILURES._value.get() == failures + 1
    assert conn.execute("SELECT count(*) FROM telemetry.rollup_1d").fetchone() == (2,)
    assert raw(conn, AIR) == ([3.0] if broken == "redeclare" else [1.0, 3.0])
    upkeep.round(conn)
    assert raw(conn, AIR) == [3.0], "what failed is done in the next round"


def test_old_divisions_are_compressed_where_the_server_can(database: Database, conn: Connection) -> None:
    old = NOON - 90 * DAYS
    put(conn, AIR, *((old + timedelta(seconds=n), float(n % 7)) for n in range(500)))
    put(conn, AIR, (NOON, 5.0))
    fold(conn, NOON + DAYS)
    before = {tier: means(conn, AIR, tier) for tier in Tier}
    upkeep = Upkeep(database.dsn("telemetry"), UpkeepSettings(compress_days=60), keeping(400), lambda: NOON)
    for _ in range(6):  # one division a round
        upkeep.round(conn)
    (readings, *_) = storage(conn).tiers
    # PostgreSQL cannot, nor can TimescaleDB's Apache edition, and upkeep leaves them as they are.
    assert (readings.compressed_divisions > 0) == store_compression.can_compress(conn)
    assert {tier: means(conn, AIR, tier) for tier in Tier} == before
    late = old + timedelta(seconds=3, milliseconds=500)
    put(conn, AIR, (late, 100.0), (old, 1.0))  # one that is new, one that is known with another value
    fold(conn, NOON + DAYS)
    (first, *_) = store.rollups(conn, [AIR], Tier.DAY, *SPAN)[AIR].cells
    assert (first.count, first.maximum) == (501, 100.0)
    store_life.drop_divisions(conn, layout_of(conn), keeping(30), NOON)
    assert raw(conn, AIR) == [5.0]
