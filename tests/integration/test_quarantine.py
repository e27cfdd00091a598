"""Replaying and discarding what was set aside, on a real server of either kind."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import psycopg
import pytest

from iot_gateway.admission_rules import Admission
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.assembly import Message, Rules, assemble
from iot_gateway.routes_settings import RoutesSettings
from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.runtime.db import Connection, connect
from services.telemetry import replay, store, store_bounds
from services.telemetry.domain import Batch, Counts, Refusal, SeriesName, Verdict
from services.telemetry.quantities import Quantities
from services.telemetry.settings import UpkeepSettings
from services.telemetry.upkeep import Upkeep
from services.telemetry.views import LedgerEntry
from tests.fixtures.servers import Database

pytestmark = pytest.mark.both_stores

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
AIR = SeriesName("air-9", "pm25")
ADMISSION = Admission(AdmissionSettings(), RoutesSettings())
ONBOARDING = b"ioc/v1/onboarding/devices/air-9/telemetry"
OWN = b"ioc/v1/s0/devices/air-9/telemetry"
_traces = itertools.count(1)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        yield connection


def device(*channels: str) -> Device:
    known = tuple(Channel(name, name, "", 0, 1000) for name in channels or ("pm25",))
    since = datetime(2020, 1, 1, tzinfo=UTC)
    return Device("air-9", "air", "Trạm", "", "s0", "", 105.8, 21.0, "active", since, 60, known)


def rules(*devices: Device) -> Rules:
    return ADMISSION.rules(devices, {})


def payload(value: float, at_s: int = 0, **more: float) -> bytes:
    return json.dumps({"ts": NOON_MS + at_s * 1000, "values": {"pm25": value, **more}}).encode()


def receive(
    conn: Connection, known: Rules, *payloads: bytes, topic: bytes = OWN, at_ms: int = NOON_MS
) -> None:
    """What the gateway does with these messages."""
    messages = [Message(topic, data, 1, at_ms + n, len(data)) for n, data in enumerate(payloads)]
    batch = Batch(f"trace-{next(_traces)}", "s0", messages[-1].received_at_ms)
    store.append(conn, assemble(messages, known, batch))


def all_ids(conn: Connection) -> list[int]:
    return sorted(item.quarantine_id for item in store.quarantine(conn, limit=1000))


def run_replay(conn: Connection, known: Rules, ids: list[int] | None = None) -> replay.Replayed:
    chosen = all_ids(conn) if ids is None else ids
    with conn.transaction():
        replay.prepare(conn, chosen, known, datetime.now(UTC))
    with conn.transaction():
        return replay.replay(conn, chosen, known, f"replay-{next(_traces)}", "test", datetime.now(UTC))


def states(conn: Connection) -> list[str]:
    return [item.state for item in store.quarantine(conn, limit=1000)][::-1]


def outcomes(done: replay.Replayed) -> list[str]:
    return [one.outcome for one in done.outcomes]


def off(conn: Connection) -> int:
    return store.imbalance(conn, NOON - timedelta(days=30), NOON + timedelta(days=30))


def ledger(conn: Connection) -> dict[str, LedgerEntry]:
    return {entry.device: entry for entry in store.ledger(conn)}


def test_an_unknown_device_is_replayed_once_it_is_registered(conn: Connection) -> None:
    receive(conn, rules(), *(payload(n, n) for n in range(3)), topic=ONBOARDING)
    assert outcomes(run_replay(conn, rules())) == ["still_refused"] * 3
    done = run_replay(conn, rules(device()))
    assert outcomes(done) == ["replayed"] * 3
    assert done.counts == Counts(stored=3)
    (first, *_) = store.readings_between(conn, AIR, NOON, NOON + timedelta(hours=1))
    assert first.received_at == NOON, "the receipt of then"
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 3, 3, 0, 0, 0, 0, 0)
    assert off(conn) == 0


def test_replaying_again_changes_nothing(conn: Connection) -> None:
    receive(conn, rules(), payload(1), payload(2, 1))
    run_replay(conn, rules(device()))
    before = (ledger(conn), states(conn), conn.execute("SELECT count(*) FROM telemetry.outbox").fetchone())
    again = run_replay(conn, rules(device()))
    assert outcomes(again) == ["replayed", "replayed"]
    assert again.counts == Counts()
    after = (ledger(conn), states(conn), conn.execute("SELECT count(*) FROM telemetry.outbox").fetchone())
    assert before == after


def test_replays_at_the_same_time_store_once(database: Database, conn: Connection) -> None:
    receive(conn, rules(), *(payload(n, n) for n in range(50)))
    ids, together = all_ids(conn), Barrier(4)

    def one(_: int) -> Counts:
        with connect(database.dsn("telemetry"), "rival", autocommit=True) as rival:
            together.wait(10)
            return run_replay(rival, rules(device()), ids).counts

    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(one, range(4)))
    assert sorted(c.stored for c in counts) == [0, 0, 0, 50]
    assert ledger(conn)["air-9"].stored == ledger(conn)["air-9"].received == 50
    assert set(states(conn)) == {"replayed"}
    assert off(conn) == 0


def test_a_message_of_two_reasons_is_mended_bit_by_bit(conn: Connection) -> None:
    """Stored when it came: pm25. Refused: an unknown channel, and one out of range."""
    receive(conn, rules(device("pm25", "temp")), payload(1, odd=5, temp=5000))
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 3, 1, 0, 0, 0, 2, 0)
    done = run_replay(conn, rules(device("pm25", "temp", "odd")), all_ids(conn)[:1])
    assert done.counts == Counts(stored=1), "what was stored then is no duplicate now"
    assert sorted(states(conn)) == ["open", "replayed"]
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 3, 2, 0, 0, 0, 1, 0)
    assert off(conn) == 0
    wide = replace(
        device("pm25", "odd"), channels=(*device("pm25", "odd").channels, Channel("temp", "t", ""))
    )
    run_replay(conn, rules(wide))
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 3, 3, 0, 0, 0, 0, 0)
    assert off(conn) == 0


def test_what_is_refused_for_another_reason_now_says_so(conn: Connection) -> None:
    receive(conn, rules(), payload(5000))
    done = run_replay(conn, rules(device()))
    assert outcomes(done) == ["replayed"]
    (now, _) = store.quarantine(conn)
    assert (now.reason, now.state, now.received_at) == ("out_of_range", "open", NOON)
    assert off(conn) == 0


def test_a_name_used_on_the_onboarding_shard_is_not_believed(conn: Connection) -> None:
    """The device was registered when the message came: anybody with that credential may have sent it."""
    receive(conn, rules(device()), payload(1), topic=ONBOARDING)
    assert outcomes(run_replay(conn, rules(device()))) == ["still_refused"]
    assert "air-9" not in {e.device for e in store.ledger(conn) if e.stored}


def test_discarded_stays_discarded_with_its_reason(conn: Connection) -> None:
    receive(conn, rules(), payload(1), payload(2, 1))
    first, _ = all_ids(conn)
    assert store.discard(conn, [first], "hà", "thử máy", NOON) == [first]
    assert store.discard(conn, [first], "hà", "again", NOON) == []
    assert outcomes(run_replay(conn, rules(device()))) == ["discarded", "replayed"]
    item = store.quarantined(conn, first)
    assert item is not None
    assert (item.closed_by, item.closed_why) == ("hà", "thử máy")
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 2, 1, 0, 0, 0, 1, 0)
    assert off(conn) == 0


def test_what_was_not_kept_whole_cannot_be_replayed(conn: Connection) -> None:
    refusal = Refusal(Verdict.QUARANTINED, "unknown_device", OWN.decode(), b"{", NOON_MS, payload_bytes=10)
    store.append(conn, Batch("t", "s0", NOON_MS, refusals=[refusal]))
    assert outcomes(run_replay(conn, rules(device()))) == ["incomplete"]


def test_a_replayed_correction_of_later_is_a_conflict_of_then(conn: Connection) -> None:
    """First receipt stands: the message in quarantine came before the one that was stored."""
    receive(conn, rules(), payload(1))
    receive(conn, rules(device()), payload(2), at_ms=NOON_MS + 60_000)
    assert run_replay(conn, rules(device()), all_ids(conn)).counts == Counts(conflicting=1)
    (standing,) = store.readings_between(conn, AIR, NOON, NOON + timedelta(hours=1))
    assert standing.value == 1


def folded(readings: int, at_ms: int = NOON_MS) -> Batch:
    refusal = Refusal(
        Verdict.QUARANTINED, "rate_exceeded", OWN.decode(), b"", at_ms, "air-9", readings=readings, fold="x"
    )
    return Batch(f"trace-{next(_traces)}", "s0", at_ms, refusals=[refusal])


def test_a_flood_costs_one_row_a_minute(conn: Connection) -> None:
    for second in range(120):
        store.append(conn, folded(5_000, NOON_MS + second * 1000))
    assert [item.readings for item in store.quarantine(conn)] == [300_000, 300_000]
    assert ledger(conn)["air-9"].quarantined == 600_000
    assert off(conn) == 0


def test_the_account_notices_what_is_missing(conn: Connection) -> None:
    receive(conn, rules(), payload(1), payload(2, 1))
    conn.execute("DELETE FROM telemetry.quarantine WHERE quarantine_id = %s", (all_ids(conn)[0],))
    assert off(conn) == 1
    conn.execute("UPDATE telemetry.ledger SET received = '{5}'")
    assert off(conn) == 1 + 3


def upkeep(database: Database, now: datetime, **settings: float) -> Upkeep:
    return Upkeep(database.dsn("telemetry"), UpkeepSettings(**settings), Quantities(), lambda: now)  # type: ignore[arg-type]


def test_the_ledger_is_folded_to_hours_and_says_the_same(database: Database, conn: Connection) -> None:
    for minute in range(0, 180, 7):
        receive(conn, rules(device()), payload(1, minute * 60), at_ms=NOON_MS + minute * 60_000)
    before = store.ledger(conn, "air-9")
    upkeep(database, NOON + timedelta(hours=49, minutes=30)).round(conn)
    assert conn.execute("SELECT count(*) FROM telemetry.ledger_hours").fetchone() == (1,)
    assert store.ledger(conn, "air-9") == before
    upkeep(database, NOON + timedelta(days=5)).round(conn)
    assert conn.execute("SELECT count(*) FROM telemetry.ledger").fetchone() == (0,)
    assert store.ledger(conn, "air-9") == before
    hour = store.ledger(conn, "air-9", NOON, NOON + timedelta(hours=1))
    assert hour[0].received == 9


def test_a_replay_after_the_fold_is_folded_too(database: Database, conn: Connection) -> None:
    receive(conn, rules(), payload(1))
    upkeep(database, NOON + timedelta(days=5)).round(conn)
    run_replay(conn, rules(device()))
    upkeep(database, NOON + timedelta(days=5)).round(conn)
    assert ledger(conn)["air-9"] == LedgerEntry("air-9", 1, 1, 0, 0, 0, 0, 0)


def test_quarantine_is_bounded_by_age_oldest_first_and_counted(database: Database, conn: Connection) -> None:
    receive(conn, rules(), payload(1))
    receive(conn, rules(), payload(2, 86_400), at_ms=NOON_MS + 86_400_000)
    upkeep(database, NOON + timedelta(days=10, hours=12), quarantine_kept_days=10).round(conn)
    (left,) = store.quarantine(conn)
    assert left.received_at == NOON + timedelta(days=1)
    counted = conn.execute("SELECT bound, items, open_items, readings FROM telemetry.quarantine_dropped")
    assert counted.fetchall() == [("age", 1, 1, 1)]


def test_quarantine_is_bounded_by_bytes_oldest_first(database: Database, conn: Connection) -> None:
    chance = random.Random(1)  # what compresses takes less
    large = [json.dumps({"pm25": n, "x": chance.randbytes(2500).hex()}).encode() for n in range(400)]
    receive(conn, rules(), *large)
    newest = all_ids(conn)[-1]
    upkeep(database, NOON, quarantine_kept_bytes=2**20).round(conn)
    kept = all_ids(conn)
    assert kept[-1] == newest
    assert 0 < len(kept) < 400
    assert kept == list(range(kept[0], newest + 1)), "the oldest went"
    ((bound, items),) = conn.execute("SELECT bound, items FROM telemetry.quarantine_dropped").fetchall()
    assert (bound, items) == ("bytes", 400 - len(kept))
    assert off(conn) == 0, "what was dropped is known to be"


def test_at_its_limit_a_round_reads_only_what_is_new(
    database: Database, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(2)

    def large() -> list[bytes]:
        return [json.dumps({"pm25": n, "x": chance.randbytes(2500).hex()}).encode() for n in range(300)]

    looked: list[int] = []
    real = store_bounds.held_after

    def spied(connection: Connection, known: store_bounds.Held) -> store_bounds.Held:
        looked.append(known.newest)
        return real(connection, known)

    monkeypatch.setattr(store_bounds, "held_after", spied)
    keeper = upkeep(database, NOON, quarantine_kept_bytes=2**20)
    for _ in range(3):
        receive(conn, rules(), *large())
        keeper.round(conn)
        held = real(conn, store_bounds.Held(0, 0))
        assert 2**20 - 10_000 < held.bytes <= 2**20, "no more went than had to"
    assert looked[0] == 0
    assert looked[1:] == [300, 600]


def test_old_commands_and_gaps_go_and_are_counted(database: Database, conn: Connection) -> None:
    with psycopg.connect(database.dsn("registry")) as own:
        registry.put_devices(own, [device()])
    conn.execute(
        "INSERT INTO telemetry.commands (device, name, parameters, issued_by, idempotency_key, expires_at,"
        " state, finished_at) SELECT 'air-9', 'x', '{}', 'test', n::text, %(at)s, s, f FROM (VALUES"
        " (1, 'acknowledged', %(old)s::timestamptz), (2, 'expired', %(at)s), (3, 'queued', NULL))"
        " AS v (n, s, f)",
        {"at": NOON, "old": NOON - timedelta(days=800)},
    )
    for run, days in enumerate((100, 80, 1, 0)):
        conn.execute(
            "INSERT INTO telemetry.sequence_gaps VALUES ('air-9', %s, 1, 2, %s)",
            (run, NOON - timedelta(days=days)),
        )
    conn.execute("INSERT INTO telemetry.sequences VALUES ('air-9', 4, 1, 9, 0)")
    upkeep(database, NOON, sequence_gaps_kept=2).round(conn)
    assert conn.execute("SELECT idempotency_key FROM telemetry.commands ORDER BY 1").fetchall() == [
        ("2",),
        ("3",),
    ]
    assert conn.execute("SELECT run FROM telemetry.sequence_gaps ORDER BY 1").fetchall() == [(2,), (3,)]
    counted = conn.execute("SELECT what, items FROM telemetry.dropped ORDER BY what").fetchall()
    assert counted == [("commands", 1), ("sequence_gaps", 2)]
    (whole,) = store.presence(conn, ["air-9"], NOON - timedelta(days=2), NOON + timedelta(days=1))
    (partly,) = store.presence(conn, ["air-9"], NOON - timedelta(days=90), NOON + timedelta(days=1))
    assert (whole.never_reached, partly.never_reached) == (4, None), "unknown rather than too few"


def test_numbers_that_never_came(conn: Connection, database: Database) -> None:
    with psycopg.connect(database.dsn("registry")) as own:
        registry.put_devices(own, [device()])

    def numbered(seq: int, at_s: int) -> bytes:
        return json.dumps({"ts": NOON_MS + at_s * 1000, "values": {"pm25": 1}, "seq": seq}).encode()

    known = rules(device())
    receive(conn, known, *(numbered(n, n * 60) for n in (1, 2, 5, 6, 9)), at_ms=NOON_MS + 600_000)
    receive(conn, known, numbered(4, 240), at_ms=NOON_MS + 900_000)
    (seen,) = store.presence(conn, ["air-9"], NOON, NOON + timedelta(minutes=20))
    assert seen.never_reached == 3, "3, 7 and 8"
    assert (seen.expected, seen.present) == (20, 6)
    receive(conn, known, *(payload(1, 660 + n) for n in range(3)), at_ms=NOON_MS + 660_000)
    assert conn.execute("SELECT lowest, highest FROM telemetry.sequences").fetchall() == [(1, 9)]


def test_a_device_that_does_not_number_has_no_such_figure(conn: Connection, database: Database) -> None:
    with psycopg.connect(database.dsn("registry")) as own:
        registry.put_devices(own, [device()])
    receive(conn, rules(device()), payload(1))
    (seen,) = store.presence(conn, ["air-9", "nobody"], NOON, NOON + timedelta(minutes=5))
    assert (seen.expected, seen.present, seen.never_reached) == (5, 1, None)
