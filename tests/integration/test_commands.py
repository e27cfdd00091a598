"""Commands from the queue to a device and back, with a real broker, database and gateway."""

from __future__ import annotations

import itertools
import json

import psycopg
import pytest

from services.telemetry import commands_store as store
from services.telemetry.commands_domain import OPEN, Answer, Event, State, advance
from tests.fixtures.processes import Running
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never
from tests.integration.commands_world import QUICK, CommandWorld, order, silent
from tests.integration.gateway_world import GatewayWorld

_shards = itertools.count(1)


@pytest.fixture
def world(database: Database, mosquitto: MosquittoServer, stack: Stack) -> CommandWorld:
    gateway = GatewayWorld(database, mosquitto, stack, f"cmd-{next(_shards)}")
    gateway.register("air-001", "air-002")
    return CommandWorld(gateway)


def counter(running: Running, name: str) -> float:
    lines = running.http("/metrics")[1].splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))


@pytest.mark.parametrize("tap", ["true", "false"])
def test_a_device_that_is_on_acknowledges_within_a_second_of_the_notification(
    world: CommandWorld, tap: str
) -> None:
    world.gateway.start(HAIDANG_MQTT_TAP=tap, HAIDANG_COMMAND_LOOK_S="60")
    with world.device("air-001") as heard:
        took_s = []
        for _ in range(3):
            sent = world.send("air-001", "set_interval", '{"seconds": 5}')
            done = world.reaches(sent, State.ACKNOWLEDGED, timeout_s=20)
            assert (done.attempts, done.detail) == (1, "reports every 5 s")
            assert done.sent_at is not None
            assert done.finished_at is not None
            took_s.append((done.finished_at - done.issued_at).total_seconds())
    assert min(took_s) < 1, "a busy machine may hold up one, not each"
    assert len(heard.commands) == len(took_s), "each was sent once"
    said = heard.commands[-1]
    assert (said["id"], said["name"], said["parameters"]) == (sent, "set_interval", {"seconds": 5})
    assert said["expires_at"] - said["issued_at"] == 60_000
    assert world.gateway.quarantine() == []
    assert world.gateway.received() == 0, "neither command nor answer is a reading"


def test_while_the_device_is_off_it_is_sent_at_most_and_done_once_it_is_on(world: CommandWorld) -> None:
    world.gateway.start(**QUICK)
    sent = world.send("air-001")
    world.reaches(sent, State.SENT)
    never(lambda: world.shown(sent).state is not State.SENT, 1.5)
    with world.device("air-001") as heard:
        done = world.reaches(sent, State.ACKNOWLEDGED)
    assert {command["id"] for command in heard.commands} == {sent}
    assert done.attempts >= 2


def test_a_device_that_refuses_fails_the_command(world: CommandWorld) -> None:
    world.gateway.start(**QUICK)
    with world.device("air-001"):
        assert world.reaches(world.send("air-001", "dance"), State.FAILED).detail == "unknown command dance"


def test_time_runs_out_and_a_late_answer_is_counted_only(world: CommandWorld) -> None:
    gateway = world.gateway.start(**QUICK)
    with world.device("air-001", silent) as heard:
        sent = world.send("air-001", expires_in_s=2)
        world.reaches(sent, State.EXPIRED)
        tries = len(heard.commands)
        assert tries >= 2, "sent again while there was time"
        topic = f"ioc/v1/{world.gateway.shard}/devices/air-001/commands/ack"
        with world.gateway.device("air-001") as client:
            late = json.dumps({"id": sent, "ok": True})
            unknown = json.dumps({"id": sent.replace(sent[:4], "ffff"), "ok": True})
            world.gateway.publish(client, topic, [late, unknown, "no answer at all"])
    eventually(lambda: counter(gateway, "haidang_gateway_command_answers_without_effect_total") == 3)
    assert world.shown(sent).state is State.EXPIRED
    never(lambda: len(heard.commands) > tries, 1.0)
    assert world.gateway.quarantine() == []


def test_another_device_cannot_answer(world: CommandWorld) -> None:
    gateway = world.gateway.start(**QUICK)
    with world.device("air-001", silent):
        sent = world.send("air-001")
        world.reaches(sent, State.SENT)
        answer = json.dumps({"id": sent, "ok": True})
        topic = f"ioc/v1/{world.gateway.shard}/devices/{{}}/commands/ack"
        with world.gateway.device("air-002") as client:
            world.gateway.publish(client, topic.format("air-001"), [answer])  # the broker drops it
            world.gateway.publish(client, topic.format("air-002"), [answer])
        eventually(lambda: counter(gateway, "haidang_gateway_command_answers_without_effect_total") == 1)
        assert world.shown(sent).state is State.SENT


def test_only_the_gateway_of_the_devices_shard_sends(world: CommandWorld) -> None:
    world.gateway.start(**QUICK)
    elsewhere = CommandWorld(
        GatewayWorld(world.gateway.database, world.gateway.broker, world.gateway.stack, "x")
    )
    elsewhere.gateway.register("air-003")
    sent = elsewhere.send("air-003")
    never(lambda: elsewhere.shown(sent).state is not State.QUEUED, 1.5)
    elsewhere.gateway.start(**QUICK, HAIDANG_HEALTH_PORT=str(world.gateway.stack.ports.wall))
    elsewhere.reaches(sent, State.SENT)


def test_commands_survive_kill_of_the_gateway(world: CommandWorld) -> None:
    first = world.gateway.start(
        HAIDANG_COMMAND_RESEND_FIRST_S="3600", HAIDANG_COMMAND_RESEND_LONGEST_S="3600"
    )
    before = world.send("air-001", expires_in_s=600)
    world.reaches(before, State.SENT)
    first.kill()
    between = world.send("air-001", expires_in_s=600)
    with world.device("air-001") as heard:
        world.gateway.start(HAIDANG_COMMAND_LOOK_S="60")
        for sent in (before, between):
            world.reaches(sent, State.ACKNOWLEDGED)
    assert {command["id"] for command in heard.commands} == {before, between}


def test_commands_survive_a_restart_of_the_broker(world: CommandWorld) -> None:
    slow = {"HAIDANG_COMMAND_RESEND_FIRST_S": "3600", "HAIDANG_COMMAND_RESEND_LONGEST_S": "3600"}
    world.gateway.start(**slow)
    before = world.send("air-001", expires_in_s=600)
    world.reaches(before, State.SENT)
    world.gateway.broker.stop()
    between = world.send("air-001", expires_in_s=600)
    never(lambda: world.shown(between).state is not State.QUEUED, 1.0)
    world.gateway.broker.start()
    with world.device("air-001"):
        world.reaches(between, State.ACKNOWLEDGED)
        # Sent again since the connection is new; the device may have come later than that.
        assert world.shown(before).attempts >= 2


def test_commands_survive_a_restart_of_the_database(world: CommandWorld) -> None:
    gateway = world.gateway.start(**QUICK)
    with world.device("air-001", silent):
        before = world.send("air-001", expires_in_s=600)
        world.reaches(before, State.SENT)
    server = world.gateway.database.server
    server.stop()
    with world.gateway.device("air-001") as client:  # answered while the database is away
        topic = f"ioc/v1/{world.gateway.shard}/devices/air-001/commands/ack"
        world.gateway.publish(client, topic, [json.dumps({"id": before, "ok": True, "detail": "kept"})])
    server.start()
    assert world.reaches(before, State.ACKNOWLEDGED, timeout_s=30).detail == "kept"
    gateway.wait_ready()
    with world.device("air-001"):
        world.reaches(world.send("air-001"), State.ACKNOWLEDGED)


def test_a_flood_of_commands_arrives_once_each(world: CommandWorld) -> None:
    world.gateway.start()
    with (
        world.device("air-001") as heard,
        psycopg.connect(world.gateway.database.dsn("telemetry"), autocommit=True) as conn,
    ):
        sent = world.flood("air-001", 250)
        count = "SELECT state, count(*) FROM commands GROUP BY state"
        eventually(lambda: conn.execute(count).fetchall() == [(State.ACKNOWLEDGED, 250)], 60)
    assert [command["id"] for command in heard.commands] == sent, "in order, none twice"


def test_the_store_changes_states_as_the_table_says(world: CommandWorld) -> None:
    dsn = world.gateway.database.dsn("telemetry")
    with psycopg.connect(dsn, autocommit=True) as conn:
        for state, event in itertools.product(State, Event):
            with conn.transaction(force_rollback=True):
                assert stored_after(conn, state, event) == advance(state, event), (state, event)


def stored_after(conn: psycopg.Connection, state: State, event: Event) -> str:
    """The state of a command that was in `state`, in the store, after `event`."""
    store.queue(conn, order("air-001", expires_in_s=600), "test", "")
    over = event is Event.TIMED_OUT
    (sent,) = conn.execute(
        "UPDATE commands SET state = %s, finished_at = CASE WHEN %s THEN NULL ELSE now() END,"
        " expires_at = CASE WHEN %s THEN now() ELSE expires_at END RETURNING command_id::text",
        (state, state in OPEN, over),
    ).fetchone() or ("",)
    match event:
        case Event.TAKEN:
            store.mark_taken(conn, [sent])
        case Event.TIMED_OUT:
            store.expire(conn)
        case _:
            store.mark_answered(conn, [Answer("air-001", sent, event, "")])
    (stored,) = conn.execute("SELECT state FROM commands").fetchone() or ("",)
    return str(stored)


def test_what_is_due_is_taken_by_one_gateway_only(world: CommandWorld) -> None:
    shard = world.gateway.shard
    dsn = world.gateway.database.dsn("telemetry")
    sent = [world.send("air-001") for _ in range(5)]
    with psycopg.connect(dsn) as one, psycopg.connect(dsn) as other:
        assert store.take_due(other, ["another"], 5, 60) == [], "another gateway's"
        taken = store.take_due(one, [shard], 5, 60)
        assert [dispatch.command_id for dispatch in taken] == sent
        assert store.take_due(other, [shard], 5, 60) == []
        one.commit()
        assert store.take_due(other, [shard], 5, 60) == [], "not yet due again"
        store.send_again(other, shard)
        assert len(store.take_due(other, [shard], 5, 60)) == 5


def test_the_same_key_again_is_the_same_command(world: CommandWorld) -> None:
    wanted = order("air-001")
    with psycopg.connect(world.gateway.database.dsn("telemetry")) as conn:
        first = store.queue(conn, wanted, "a", "s0")
        assert store.queue(conn, wanted, "a", "s0") == first
        assert store.queue(conn, wanted, "b", "s0").command_id != first.command_id
