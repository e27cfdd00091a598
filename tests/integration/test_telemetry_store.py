"""The ingest transaction and the questions to it, on a real server of either kind."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import psycopg
import pytest

from services.runtime import outbox
from services.runtime.db import Connection, connect
from services.telemetry import store, store_folding, wire
from services.telemetry.domain import Batch, Counts, Reading, Refusal, SeriesName, Verdict, classify
from services.telemetry.rollups import Tier
from services.telemetry.store_known import known_by
from services.telemetry.store_layout import layout_of
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.both_stores

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
AIR = SeriesName("air-001", "pm25")
NOISE = SeriesName("test-001", "laeq")
_traces = itertools.count(1)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        yield connection


def a_batch(*rows: tuple[SeriesName, int, float, int], received: int = NOON_MS) -> Batch:
    """Rows of (series, seconds after noon, value, revision)."""
    batch = Batch(f"trace-{next(_traces)}", "s0", received)
    for series, second, value, revision in rows:
        batch.add(series, Reading(NOON_MS + second * 1000, value, 0, revision, received))
    return batch


def standing(conn: Connection, series: SeriesName = AIR) -> list[float]:
    found = store.readings_between(conn, series, NOON - timedelta(days=9), NOON + timedelta(days=9))
    return [reading.value for reading in found]


def facts(conn: Connection) -> list[wire.Stored]:
    bodies = conn.execute("SELECT body FROM telemetry.outbox ORDER BY outbox_id").fetchall()
    return [wire.decode(bytes(body)) for (body,) in bodies]


def test_new_readings_are_stored_with_ledger_and_fact(conn: Connection) -> None:
    receipt = store.append(conn, a_batch((AIR, 0, 1.5, 0), (NOISE, 0, 50.0, 0), (AIR, 1, 2.5, 0)))
    assert receipt.counts == Counts(stored=3)
    assert standing(conn) == [1.5, 2.5]
    (air, noise) = store.ledger(conn)
    assert (air.device, air.stored, air.received) == ("air-001", 2, 2)
    assert (noise.device, noise.stored, noise.received) == ("test-001", 1, 1)
    (fact,) = facts(conn)
    assert fact.readings.value == [1.5, 50.0, 2.5]
    assert fact.series.device == ["air-001", "test-001"]


def test_a_replay_stores_nothing_and_publishes_nothing(conn: Connection) -> None:
    rows = [(AIR, n, float(n), 0) for n in range(50)]
    store.append(conn, a_batch(*rows))
    assert store.append(conn, a_batch(*rows, received=NOON_MS + 5)).counts == Counts(duplicate=50)
    assert len(standing(conn)) == 50
    assert len(facts(conn)) == 1


def test_a_correction_replaces_and_is_kept_in_the_history(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0)))
    assert store.append(conn, a_batch((AIR, 0, 2.0, 1))).counts == Counts(corrected=1)
    assert standing(conn) == [2.0]
    (revised,) = store.revisions(conn, "air-001")
    assert (revised.value, revised.verdict, revised.standing_value) == (1.0, "corrected", 2.0)
    assert facts(conn)[1].readings.revision == [1]
    assert store.append(conn, a_batch((AIR, 0, 1.0, 0))).counts == Counts(duplicate=1)


def test_a_conflict_keeps_the_first_and_says_so(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0)))
    receipt = store.append(conn, a_batch((AIR, 0, 2.0, 0), received=NOON_MS + 9))
    assert receipt.counts == Counts(conflicting=1)
    assert standing(conn) == [1.0]
    assert [r.verdict for r in store.revisions(conn)] == ["conflicting"]
    assert len(facts(conn)) == 1


def test_two_lines_of_one_time_in_one_batch(conn: Connection) -> None:
    """As hanoi_pm25_2020.csv has for 2020-03-08 03:00."""
    receipt = store.append(conn, a_batch((AIR, 0, 1.0, 0), (AIR, 0, 2.0, 0), (AIR, 0, 1.0, 0)))
    assert receipt.counts == Counts(stored=1, conflicting=1, duplicate=1)
    assert standing(conn) == [1.0]


def test_what_is_refused_is_kept_with_its_bytes_and_counted(conn: Connection) -> None:
    batch = a_batch((AIR, 0, 1.0, 0))
    odd = "ioc/v1/s0/\x00\ud800"
    batch.refusals.append(
        Refusal(
            Verdict.QUARANTINED, "bad_topic", odd, b"\x00\xff", NOON_MS, detail="a\x00b\ud800", field="\x00"
        )
    )
    batch.refusals.append(
        Refusal(Verdict.SKIPPED, "qc_rejected", "t", b"x" * 5000, NOON_MS, "air-001", "pm25", readings=4)
    )
    assert store.append(conn, batch).counts == Counts(stored=1, quarantined=1, skipped=4)
    skipped, quarantined = store.quarantine(conn)
    assert (quarantined.payload, quarantined.topic) == (b"\x00\xff", "ioc/v1/s0/\\x00\\ud800")
    assert (skipped.verdict, skipped.readings, len(skipped.payload), skipped.payload_bytes) == (
        "skipped", 4, 4096, 5000,
    )  # fmt: skip
    assert [item.reason for item in store.quarantine(conn, device="air-001")] == ["qc_rejected"]
    assert [item.reason for item in store.quarantine(conn, reason="bad_topic")] == ["bad_topic"]
    assert [item.reason for item in store.quarantine(conn, before=skipped.quarantine_id)] == ["bad_topic"]
    by_device = {entry.device: entry for entry in store.ledger(conn)}
    assert by_device["air-001"].received == 5
    assert by_device[""].quarantined == 1


def test_a_batch_of_refusals_only_has_a_ledger_and_no_fact(conn: Connection) -> None:
    batch = a_batch()
    batch.refusals.append(Refusal(Verdict.QUARANTINED, "malformed_json", "t", b"{", NOON_MS, "air-001"))
    assert store.append(conn, batch).counts == Counts(quarantined=1)
    assert facts(conn) == []
    assert store.append(conn, batch).already_stored


def test_the_same_batch_again_is_known_by_its_trace(conn: Connection) -> None:
    """A commit whose answer was lost is tried again."""
    batch = a_batch((AIR, 0, 1.0, 0), (AIR, 1, 2.0, 0))
    first = store.append(conn, batch)
    second = store.append(conn, batch)
    assert (first.already_stored, second.already_stored) == (False, True)
    assert second.counts == first.counts
    assert store.ledger(conn)[0].received == 2


def test_ledger_of_a_window(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0)))
    store.append(conn, a_batch((AIR, 1, 1.0, 0), received=NOON_MS + 60_000))
    minute = timedelta(minutes=1)
    assert store.ledger(conn, "air-001", NOON, NOON + minute)[0].received == 1
    assert store.ledger(conn, "air-001", NOON, NOON + 2 * minute)[0].received == 2
    assert store.ledger(conn, "other") == []


def test_latest(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 5, 5.0, 0), (AIR, 3, 3.0, 0), (NOISE, 1, 50.0, 0)))
    store.append(conn, a_batch((AIR, -8 * 86400, 1.0, 0)))  # another week
    assert [(r.device, r.value) for r in store.latest(conn)] == [("air-001", 5.0), ("test-001", 50.0)]
    assert [r.value for r in store.latest(conn, series=[NOISE])] == [50.0]
    assert [r.value for r in store.latest(conn, devices=["air-001", "nobody"])] == [5.0]
    assert store.latest(conn, series=[]) == []


def test_the_latest_good_one_is_looked_for_in_a_day(conn: Connection) -> None:
    day = 86_400
    store.append(conn, a_batch((AIR, 0, 1.0, 0), (NOISE, 0, 2.0, 0)))
    bad = a_batch((AIR, 60, 3.0, 0), (AIR, day, 3.0, 0), (NOISE, 60, 3.0, 0), (NOISE, day + 1, 3.0, 0))
    bad.quality[:] = [1] * 4
    store.append(conn, bad)

    assert [(r.device, r.value) for r in store.latest(conn, good_only=True)] == [("air-001", 1.0)]
    assert [(r.value, r.quality) for r in store.latest(conn)] == [(3.0, 1), (3.0, 1)]


def test_divisions_that_are_there_are_found_without_a_lock(conn: Connection) -> None:
    layout, table = layout_of(conn), store_folding.TABLES[Tier.MINUTE]
    layout.ensure(conn, {table.start_of(NOON_MS)}, table)
    with conn.transaction():
        layout.ensure(conn, {table.start_of(NOON_MS)}, table)
        held = conn.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ).fetchone()

    assert held == (0,)


def test_pages_of_a_range(conn: Connection) -> None:
    store.append(conn, a_batch(*((AIR, n, float(n), 0) for n in range(10))))
    end = NOON + timedelta(seconds=9)
    first = store.readings_between(conn, AIR, NOON, end, limit=6)
    second = store.readings_between(conn, AIR, NOON, end, limit=6, after=first[-1].observed_at)
    assert [r.value for r in first + second] == [float(n) for n in range(9)]


def test_hour_states_hold_good_values_of_their_hour(conn: Connection) -> None:
    batch = a_batch((AIR, 0, 1.0, 0), (AIR, 3599, 2.0, 0), (AIR, 3600, 9.0, 0))
    batch.add(AIR, Reading(NOON_MS + 60_000, 500.0, 1, 0, NOON_MS))  # suspect
    store.append(conn, batch)
    cells = [("air-001", "pm25", NOON), ("air-001", "pm25", NOON - timedelta(hours=1))]
    (state,) = store.hour_states(conn, cells)
    assert (state.total, state.count) == (3.0, 2)
    assert state.newest_observed_at == NOON + timedelta(seconds=3599)


def test_line_points_are_means_of_buckets(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0), (AIR, 299, 3.0, 0), (AIR, 300, 9.0, 0), (AIR, -1, 7.0, 0)))
    points = store.line_points(conn, [AIR], NOON, 300)
    assert [(p.at, p.mean, p.count) for p in points] == [
        (NOON, 2.0, 2),
        (NOON + timedelta(seconds=300), 9.0, 1),
    ]


def test_divisions_are_made_ahead_and_come_back_after_a_drop(conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0)))
    dropped = layout_of(conn).drop_before(conn, NOON + timedelta(days=21))
    assert dropped
    assert standing(conn) == []
    assert store.append(conn, a_batch((AIR, 0, 2.0, 0))).counts == Counts(stored=1)
    assert standing(conn) == [2.0]


def test_the_layout_is_that_of_the_server(conn: Connection, store: str) -> None:
    assert layout_of(conn).name == ("timescale" if store == "timescale" else "native")


def test_rival_writers_of_the_same_readings_share_them_out(database: Database) -> None:
    """Gateway and quarantine replay may meet: each reading is stored once, the others are duplicates."""
    start = Barrier(4)

    def write(seed: int) -> list[Counts]:
        order = random.Random(seed)
        with connect(database.dsn("telemetry"), f"writer-{seed}", autocommit=True) as own:
            counts = []
            for block in range(3):
                rows = [(SeriesName(f"d{n % 7}", "x"), block * 3000 + n, float(n), 0) for n in range(3000)]
                order.shuffle(rows)
                batch = a_batch(*rows)
                start.wait(30)
                counts.append(store.append(own, batch).counts)
            return counts

    with ThreadPoolExecutor(4) as pool:
        written = [counts for counts in pool.map(write, range(4)) for counts in counts]
    assert sum(counts.stored for counts in written) == 9000
    assert sum(counts.duplicate for counts in written) == 3 * 9000


def test_rows_are_written_in_key_order_so_that_writers_cannot_deadlock(
    database: Database, conn: Connection
) -> None:
    store.append(conn, a_batch((AIR, -1, 0.0, 0), (NOISE, -1, 0.0, 0)))
    insert = (
        "INSERT INTO telemetry.readings (series_id, observed_at, value, received_at)"
        " SELECT series_id, %s, 7, now() FROM telemetry.series WHERE device = %s"
    )
    low, high = sorted((AIR, NOISE), key=lambda name: known_by(conn).series[name])
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
    with psycopg.connect(database.dsn("telemetry")) as rival, ThreadPoolExecutor(1) as pool:
        rival.execute(insert, (NOON, low.device))
        ours = pool.submit(store.append, conn, a_batch((high, 0, 1.0, 0), (low, 0, 1.0, 0)))
        with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
            eventually(lambda: admin.execute(blocked, (database.name,)).fetchone() == (1,))
        rival.execute(insert, (NOON, high.device))  # in the other order, one of the two would be cancelled
        rival.commit()
        assert ours.result(10).counts == Counts(conflicting=2)


@pytest.mark.parametrize("seed", range(3))
def test_random_batches_end_as_the_rule_says(conn: Connection, seed: int) -> None:
    """The store against the pure rule, reading by reading, quick and careful ways mixed."""
    chance = random.Random(seed)
    standing_now: dict[tuple[SeriesName, int], Reading] = {}
    history: dict[tuple[SeriesName, int], list[Reading]] = {}
    expected = dict.fromkeys(Verdict, 0)
    for step in range(12):
        rows = [
            (SeriesName(f"d{chance.randrange(3)}", "x"), chance.randrange(12), float(chance.randrange(3)), 0)
            for _ in range(chance.randrange(1, 12))
        ]
        rows = [(*row[:3], chance.choice([0, 0, 0, 1, 2])) for row in rows]
        for series, second, value, revision in rows:
            key = (series, second)
            incoming = Reading(NOON_MS + second * 1000, value, 0, revision, NOON_MS + step)
            decision = classify(standing_now.get(key), history.get(key, ()), incoming)
            expected[decision.verdict] += 1
            if decision.to_history is not None:
                history.setdefault(key, []).append(decision.to_history)
            if decision.stands:
                standing_now[key] = incoming
        known_by(conn).careful_batches = chance.choice([0, 1])
        store.append(conn, a_batch(*rows, received=NOON_MS + step))
    entries = store.ledger(conn)
    assert {v: sum(getattr(e, v.value) for e in entries) for v in Verdict} == expected
    for series in {series for series, _ in standing_now}:
        wanted = [r.value for (name, _), r in sorted(standing_now.items()) if name == series]
        assert standing(conn, series) == wanted
    assert len(store.revisions(conn, limit=1000)) == sum(map(len, history.values()))


def test_facts_reach_the_log_in_order(conn: Connection) -> None:
    for n in range(3):
        store.append(conn, a_batch((AIR, n, float(n), 0)))
    outbox.assign_positions(conn, "telemetry", 10)
    read = outbox.facts_after(conn, "telemetry", 0, 10)
    assert [fact.position for fact in read] == [1, 2, 3]
    assert [json.loads(fact.body)["readings"]["value"] for fact in read] == [[0.0], [1.0], [2.0]]


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("telemetry", "UPDATE registry.devices SET state = 'retired'"),
        ("telemetry", "INSERT INTO areas.units DEFAULT VALUES"),
        ("telemetry", "DELETE FROM indicators.outbox"),
        ("telemetry", "CREATE TABLE registry.mine (a int)"),
        ("indicators", "DELETE FROM telemetry.readings"),
        ("indicators", "UPDATE telemetry.ledger SET shard = ''"),
        ("display", "INSERT INTO telemetry.series (device, channel) VALUES ('a', 'b')"),
        ("registry", "DELETE FROM telemetry.readings"),
        ("areas", "SELECT * FROM telemetry.readings"),
    ],
)
def test_a_role_writes_its_own_tables_only(database: Database, role: str, statement: str) -> None:
    with (
        psycopg.connect(database.dsn(role)) as own,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        own.execute(statement)


def test_readers_read(database: Database, conn: Connection) -> None:
    store.append(conn, a_batch((AIR, 0, 1.0, 0)))
    for role in ("indicators", "display"):
        with psycopg.connect(database.dsn(role)) as reader:
            assert [r.value for r in store.latest(reader)] == [1.0]
            assert store.ledger(reader)[0].stored == 1


def test_late_readings_are_not_refused_for_what_lies_compressed_beside_them(conn: Connection) -> None:
    name = "timescaledb.max_tuples_decompressed_per_dml_transaction"
    layout = layout_of(conn)  # the first statement loads the extension's library
    assert conn.execute("SELECT current_setting(%s)", (name,)).fetchone() == ("0",)
    known = conn.execute("SELECT FROM pg_settings WHERE name = %s", (name,)).fetchall()
    assert bool(known) == (layout.name == "timescale"), "the server knows the setting by this name"
