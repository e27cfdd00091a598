"""When telemetry's log cannot tell what happened: recomputed from readings, and followed on from there."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from services.indicators import store
from services.runtime import outbox
from services.runtime.outbox import Position
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.indicators_world import NORTH, PROVINCE, SOUTH, Row, World, device

pytestmark = pytest.mark.both_stores

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
DEVICES = ("air-001", "air-002", "air-003")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=NOON + timedelta(minutes=30), recovery_hours=24)
    made.provision(*(device(name, area) for name, area in zip(DEVICES, (NORTH, NORTH, SOUTH), strict=True)))
    yield made
    made.close()


def hourly(value: float, hours: int = 30) -> list[Row]:
    return [(name, "pm25", NOON - age * HOUR, value) for name in DEVICES for age in range(hours)]


def prune(world: World, up_to: int) -> None:
    with world.as_role("telemetry") as connection:
        connection.execute("DELETE FROM telemetry.outbox WHERE position <= %s", (up_to,))


def standing(world: World) -> dict[tuple[object, ...], tuple[object, ...]]:
    """What values say, apart from when and by which way they were known."""
    with world.as_role("indicators") as connection:
        rows = connection.execute(
            "SELECT DISTINCT ON (indicator, subject, period_start) indicator, subject, period_start,"
            " round(value::numeric, 9), inputs_used, inputs_expected, newest_input_at FROM indicators.values"
            " ORDER BY indicator, subject, period_start, version DESC"
        ).fetchall()
    return {row[:3]: row[3:] for row in rows}


def test_pruned_facts_are_made_up_for_from_the_readings(world: World) -> None:
    world.store(hourly(20.0))
    world.follower.catch_up()
    lost = NOON - 5 * HOUR + timedelta(minutes=5)
    world.store([("air-001", "pm25", lost, 80.0)])
    world.store([("air-003", "pm25", NOON, 20.0)])
    prune(world, up_to=2)
    world.follower.catch_up()
    assert world.number_of("pm25_mean_hour", NORTH, NOON - 5 * HOUR) == 40.0
    assert world.number_of("pm25_mean_hour", SOUTH, NOON - 5 * HOUR) == 20.0
    world.store([("air-001", "pm25", NOON + timedelta(minutes=9), 50.0)])
    world.follower.catch_up()
    assert world.number_of("pm25_mean_hour", NORTH, NOON) == 30.0


def test_another_epoch_is_recovered_from_once(world: World) -> None:
    world.store(hourly(20.0))
    world.follower.catch_up()
    rows = world.rows()
    with world.as_role("telemetry") as connection:
        connection.execute("UPDATE telemetry.outbox_head SET epoch = gen_random_uuid()")
    world.follower.catch_up()
    with world.as_role("indicators") as connection:
        head = outbox.head(connection, "telemetry")
        assert store.lock_checkpoint(connection, "telemetry", head.epoch) == head
    assert [row for row in world.rows() if not str(row[0]).startswith("devices_on_time")] == rows


def test_recovery_removes_what_is_no_longer_there(world: World) -> None:
    world.store([("air-003", "pm25", NOON, 20.0)])
    world.follower.catch_up()
    with world.as_role("telemetry") as connection:
        connection.execute("DELETE FROM telemetry.readings")
        connection.execute("UPDATE telemetry.outbox_head SET epoch = gen_random_uuid()")
    world.follower.catch_up()
    assert world.number_of("pm25_mean_hour", SOUTH, NOON) is None


def test_an_unreadable_fact_stops_nothing(world: World) -> None:
    with world.as_role("telemetry") as connection:
        outbox.append(connection, "telemetry", "telemetry.stored", b'{"not": "it"}', "0" * 32)
        outbox.append(connection, "telemetry", "telemetry.something_new", b"{}", "0" * 32)
    world.number("telemetry")
    world.store([("air-003", "pm25", NOON, 20.0)])
    world.follower.catch_up()
    assert world.number_of("pm25_mean_hour", SOUTH, NOON) == 20.0


def test_any_way_of_arriving_ends_in_the_same_values(world: World) -> None:
    """Incremental equals full: shuffled, late, corrected, in small batches, against one pass over the log."""
    chance = random.Random(20260302)
    rows = [
        (name, "pm25", NOON - age * HOUR + timedelta(minutes=chance.randrange(30)), chance.uniform(1, 300))
        for name in DEVICES
        for age in range(40)
        if chance.random() < 0.7
    ]
    chance.shuffle(rows)
    while rows:
        size = chance.randrange(1, 12)
        world.store(rows[:size])
        if chance.random() < 0.4:
            name, channel, observed_at, value = chance.choice(rows[:size])
            world.store([(name, channel, observed_at, value + 7)], revision=chance.randrange(1, 3))
        if chance.random() < 0.6:
            world.follower.catch_up()
        del rows[:size]
    world.follower.catch_up()
    incremental = standing(world)
    with world.as_role("indicators") as connection:
        connection.execute("TRUNCATE indicators.values, indicators.measures, indicators.checkpoints")
    world.new_follower().catch_up()
    assert standing(world) == incremental
    assert len(incremental) > 200


def test_whoever_writes_values_waits_for_the_checkpoint(world: World) -> None:
    world.follower.catch_up()
    world.store([("air-001", "pm25", NOON, 20.0)])
    worker = Thread(target=world.follower.tick)
    with world.as_role("indicators") as holder:
        store.lock_checkpoint(holder, "telemetry", outbox.head(holder, "telemetry").epoch)
        worker.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        eventually(lambda: holder.execute(waiting).fetchone() == (1,))
        assert world.rows_of(holder) == []
    worker.join()
    assert world.rows()


def test_a_fact_that_was_followed_is_not_followed_again(world: World) -> None:
    world.store([("air-003", "pm25", NOON, 20.0)])
    with world.as_role("telemetry") as connection:
        head = outbox.head(connection, "telemetry")
    world.follower.hear(head)
    before = _lock_count(world)
    world.follower.hear(head)
    assert _lock_count(world) == before
    world.store([("air-003", "pm25", NOON + timedelta(minutes=1), 40.0)])
    world.follower.hear(Position(head.epoch, head.position + 1))
    assert world.number_of("pm25_mean_hour", SOUTH, NOON) == 30.0


def _lock_count(world: World) -> object:
    """Changes with every transaction that locked the checkpoint's row."""
    with world.as_role("indicators") as connection:
        return connection.execute("SELECT xmax::text FROM indicators.checkpoints").fetchone()


def test_two_workers_at_once_apply_everything_once(world: World) -> None:
    for age in range(60):
        world.store([("air-001", "pm25", NOON - age * HOUR, 20.0)])
    workers = [Thread(target=world.new_follower().catch_up) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    provinces = [
        (v.period_start, v.version)
        for v in world.published()
        if (v.indicator, v.subject) == ("pm25_mean_hour", PROVINCE)
    ]
    assert len(provinces) == len(set(provinces)) == 60
