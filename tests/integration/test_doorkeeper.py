"""Who may speak: two devices on a real broker, whose credentials come and go while it runs."""

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import paho.mqtt.client as paho
import psycopg
import pytest
from ioc.registry.v1 import registry_pb2 as pb

from services.local.account import Account
from services.local.mosquitto import MosquittoServer, password_hash
from services.registry.tokens import issue
from services.runtime.db import connect
from services.runtime.rpc_settings import RpcSettings
from services.telemetry import store as telemetry_store
from services.telemetry.domain import Batch, Refusal, Verdict
from tests.fixtures.ports import free_port
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never
from tests.integration.door_world import QUIET_S, Client, Door

pytestmark = pytest.mark.one_store("credentials and events are in ordinary tables")

SOON_S = 5.0  # within which a change must be in effect
SCOPES = ("registry.read", "registry.write", "registry.operate")
TELEMETRY, COMMANDS = "ioc/v1/s0/devices/{}/telemetry", "ioc/v1/s0/devices/{}/commands"


@pytest.fixture(scope="module")
def broker(server_folder: Path, server_user: Account) -> Iterator[MosquittoServer]:
    folder = server_folder / "kept-door"
    made = MosquittoServer(folder, server_user, free_port(), None, free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def door(broker: MosquittoServer, database: Database, stack: Stack) -> Iterator[Door]:
    broker.start()
    with psycopg.connect(database.dsn("registry")) as connection:
        token = (("authorization", f"Bearer {issue(connection, 'test', SCOPES, None)}"),)
    with (
        serving_contexts(database, ("registry",), RpcSettings(port=0, grace_s=1)) as address,
        grpc.insecure_channel(address) as channel,
    ):
        made = Door(broker, stack, channel, token, address)
        yield made
        made.close()


@pytest.fixture
def gateway(door: Door) -> Client:
    """Reads what arrives."""
    secret = door.issue("gateway", pb.CREDENTIAL_KIND_GATEWAY)
    made = door.client("gateway", secret)
    eventually(lambda: made.is_in, SOON_S)
    made.client.subscribe("ioc/v1/#", qos=1)
    return made


@pytest.fixture
def two(door: Door, gateway: Client) -> tuple[Client, Client]:
    """Devices a and b, connected."""
    door.register("a", "b")
    made = tuple(door.client(name, door.issue(name)) for name in ("a", "b"))
    for client in made:
        eventually(lambda client=client: client.is_in, SOON_S)
    return made  # type: ignore[return-value]


def test_what_a_says_as_b_arrives_nowhere_and_is_seen(
    door: Door, gateway: Client, two: tuple[Client, Client]
) -> None:
    a, _ = two
    a.send(TELEMETRY.format("b"))
    a.send(TELEMETRY.format("a"))

    eventually(lambda: gateway.received)
    never(lambda: TELEMETRY.format("b") in gateway.received, QUIET_S)
    (event,) = eventually(lambda: door.events("denied_publish"), SOON_S)
    assert (event.username, event.client, event.topic, event.count) == (
        "a",
        "client-a",
        TELEMETRY.format("b"),
        1,
    )


def test_what_b_is_told_never_reaches_a_and_the_attempt_is_seen(
    door: Door, gateway: Client, two: tuple[Client, Client]
) -> None:
    a, b = two
    for client in two:
        client.client.subscribe(COMMANDS.format("b"), qos=1)
    a.client.subscribe("#", qos=1)
    eventually(lambda: len(door.events("denied_subscribe")) == 2, SOON_S)
    gateway.send(COMMANDS.format("b"))

    eventually(lambda: b.received)
    never(lambda: a.received, QUIET_S)
    assert {(event.username, event.topic) for event in door.events("denied_subscribe")} == {
        ("a", COMMANDS.format("b")),
        ("a", "#"),
    }


def test_revoked_is_out_within_five_seconds_and_the_other_stays(
    door: Door, two: tuple[Client, Client]
) -> None:
    a, b = two
    door.ask("RevokeCredential", username="a", reason="stolen")

    eventually(lambda: not a.is_in, SOON_S)
    never(lambda: not b.is_in or a.is_in, QUIET_S)
    eventually(lambda: door.events("refused_connect"), SOON_S)  # it tries again


def test_a_new_secret_ends_the_old_one(door: Door, two: tuple[Client, Client]) -> None:
    a, b = two
    secret = door.ask("RotateCredential", username="a").secret

    eventually(lambda: a.refused, SOON_S)
    a.client.username_pw_set("a", secret)
    eventually(lambda: a.is_in, SOON_S)
    assert b.is_in


def test_suspended_until_reinstated(door: Door, two: tuple[Client, Client]) -> None:
    a, _ = two
    door.ask("SuspendCredential", username="a", reason="noise")
    eventually(lambda: not a.is_in and a.refused, SOON_S)
    door.ask("ReinstateCredential", username="a")
    eventually(lambda: a.is_in, SOON_S)


def test_without_a_name_nobody_enters(door: Door) -> None:
    nobody = door.client("", "", "nobody")

    eventually(lambda: nobody.refused, SOON_S)
    events = eventually(lambda: door.events("refused_connect"), SOON_S)  # it may have tried more than once
    assert {(event.username, event.client) for event in events} == {("", "127.0.0.1")}


def test_all_of_it_survives_the_broker(door: Door, two: tuple[Client, Client]) -> None:
    a, b = two
    door.ask("RevokeCredential", username="a")
    eventually(lambda: not a.is_in, SOON_S)
    door.broker.kill()
    door.broker.start()

    eventually(lambda: b.is_in)
    never(lambda: a.is_in, QUIET_S)


def test_a_doorkeeper_that_was_killed_catches_up(door: Door, two: tuple[Client, Client]) -> None:
    a, b = two
    door.doorkeeper.kill()
    door.ask("RevokeCredential", username="a")
    b.send(TELEMETRY.format("a"))
    assert a.is_in
    door.start_doorkeeper()

    eventually(lambda: not a.is_in, SOON_S)
    assert b.is_in
    (event,) = eventually(lambda: door.events("denied_publish"), SOON_S)
    assert event.username == "b"  # who is behind a client is known from before


def test_onboarding_and_network_servers_have_their_own_place(door: Door, gateway: Client) -> None:
    kinds = {"onboarding": pb.CREDENTIAL_KIND_ONBOARDING, "cs-1": pb.CREDENTIAL_KIND_NETWORK}
    clients = {name: door.client(name, door.issue(name, kind)) for name, kind in kinds.items()}
    for client in clients.values():
        eventually(lambda client=client: client.is_in, SOON_S)
    allowed = ["ioc/v1/onboarding/devices/new-1/telemetry", "ioc/v1/s0/networks/cs-1/application/1"]
    for topic in ("ioc/v1/s0/devices/new-1/telemetry", "ioc/v1/onboarding/networks/cs-1/x", allowed[0]):
        clients["onboarding"].send(topic)
    for topic in ("ioc/v1/s0/networks/cs-2/x", TELEMETRY.format("a"), allowed[1]):
        clients["cs-1"].send(topic)

    eventually(lambda: len(gateway.received) >= 2)
    never(lambda: len(gateway.received) > 2, QUIET_S)
    assert sorted(gateway.received) == sorted(allowed)
    eventually(lambda: len(door.events("denied_publish")) == 4, SOON_S)


def test_a_flood_suspends_the_credential_of_its_device_alone(
    door: Door, database: Database, two: tuple[Client, Client]
) -> None:
    a, b = two
    door.doorkeeper.stop()
    with psycopg.connect(
        database.dsn("registry")
    ) as connection:  # what was before a reinstatement counts not
        connection.execute("UPDATE credentials SET changed_at = now() - interval '1 hour'")
    now_ms = time.time_ns() // 1_000_000
    with connect(database.dsn("telemetry"), "test") as connection:
        for minute in range(3):
            for device, shard, readings in (("a", "s0", 5_000), ("b", "s0", 10), ("b", "onboarding", 5_000)):
                topic = f"ioc/v1/{shard}/devices/{device}/telemetry"
                refusal = Refusal(
                    *(Verdict.QUARANTINED, "rate_exceeded", topic, b"", now_ms - minute * 60_000, device),
                    readings=readings,
                )
                batch = Batch(
                    f"{minute}-{shard}-{device}", shard, now_ms - minute * 60_000, refusals=[refusal]
                )
                telemetry_store.append(connection, batch)
    door.start_doorkeeper()

    eventually(lambda: not a.is_in, SOON_S)
    never(lambda: not b.is_in, QUIET_S)
    (event,) = door.events("flooded")
    assert (event.username, event.count) == ("a", 15_000)
    (suspended,) = door.ask("ListCredentials", state=pb.CREDENTIAL_STATE_SUSPENDED).credentials
    assert suspended.username == "a"
    assert suspended.reason.startswith("flood")
    (last, *_) = door.ask("ListCredentialHistory", username="a").changes
    assert (last.action, last.actor, last.reason) == ("suspended", "doorkeeper", suspended.reason)
    door.ask("ReinstateCredential", username="a")
    eventually(lambda: a.is_in, SOON_S)


def test_a_flood_through_the_broker_is_counted_quarantined_and_ends_with_its_device_outside(
    door: Door, database: Database, two: tuple[Client, Client]
) -> None:
    a, b = two
    door.doorkeeper.stop()
    quick = {"FLOOD_READINGS": "100", "FLOOD_MINUTES": "1", "FLOOD_CHECK_S": "0.3"}
    door.start_doorkeeper(**{f"HAIDANG_DOORKEEPER_{name}": value for name, value in quick.items()})
    door.stack.start(
        "gateway",
        HAIDANG_GATEWAY_SHARDS='["s0"]',
        HAIDANG_MQTT_PASSWORD=door.ask("RotateCredential", username="gateway").secret,
        HAIDANG_RATE_PER_S="1",
        HAIDANG_RATE_BURST="20",
    )
    payload = b'{"ts": %d, "values": {"pm25": 5}}'
    now_ms = time.time_ns() // 1_000_000
    b.client.publish(TELEMETRY.format("b"), payload % now_ms, qos=1).wait_for_publish(5)
    for n in range(1_000):
        a.client.publish(TELEMETRY.format("a"), payload % (now_ms - n), qos=1)

    eventually(lambda: not a.is_in and a.refused, 15)
    never(lambda: not b.is_in, QUIET_S)
    with psycopg.connect(database.dsn("telemetry")) as connection:
        account = {entry.device: entry for entry in telemetry_store.ledger(connection)}
        held = telemetry_store.quarantine(connection, limit=1000)
    assert account["b"].stored == 1
    assert 20 <= account["a"].stored <= 60
    assert account["a"].quarantined > 100
    assert {(item.reason, item.device) for item in held} == {("rate_exceeded", "a")}
    assert sum(item.readings for item in held) == account["a"].quarantined
    (shown,) = (row for row in door.haidang("credentials", "list") if row["username"] == "a")
    assert (shown["state"], shown["reason"].partition(":")[0]) == ("suspended", "flood")
    assert [row["username"] for row in door.haidang("access", "--kind", "flooded")] == ["a"]
    (last, *_) = door.haidang("credentials", "history", "a")
    assert (last["action"], last["actor"]) == ("suspended", "doorkeeper")


def test_an_operator_sees_each_attempt_on_the_command_line(door: Door, two: tuple[Client, Client]) -> None:
    a, _ = two
    a.send(TELEMETRY.format("b"))
    a.client.subscribe(COMMANDS.format("b"), qos=1)
    door.client("", "", "nobody")
    door.client("b", "guessed", "guesser")

    def seen() -> bool:
        rows = door.haidang("access")
        kinds = {(row["kind"], row["username"], row["topic"]) for row in rows}
        return kinds == {
            ("denied_publish", "a", TELEMETRY.format("b")),
            ("denied_subscribe", "a", COMMANDS.format("b")),
            ("refused_connect", "", ""),
        }

    eventually(seen, SOON_S)


def test_seeds_are_planted_once(door: Door, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.write_text(f"gateway:{password_hash('x')}\na-9:{password_hash('y')}\nnonsense\n")
    door.doorkeeper.stop()
    door.start_doorkeeper(HAIDANG_DOORKEEPER_SEED_FILE=str(seeds))
    early = door.client("a-9", "y")
    eventually(lambda: early.is_in, SOON_S)
    door.ask("RevokeCredential", username="a-9")
    eventually(lambda: not early.is_in, SOON_S)
    seeds.write_text(f"a-9:{password_hash('y')}\nb-9:{password_hash('y')}\n")

    late = door.client("b-9", "y")
    eventually(lambda: late.is_in, SOON_S)
    assert not early.is_in
    known = {one.username: one.state for one in door.ask("ListCredentials").credentials}
    assert known["a-9"] == pb.CREDENTIAL_STATE_REVOKED
    assert known["b-9"] == known["gateway"] == pb.CREDENTIAL_STATE_ACTIVE


def test_the_tls_listener_shows_a_certificate_of_the_local_authority(
    door: Door, two: tuple[Client, Client]
) -> None:
    broker = door.broker
    assert broker.tls_port is not None
    secret = door.ask("RotateCredential", username="a").secret
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="over-tls")
    client.tls_set(ca_certs=str(broker.authority_file))
    client.username_pw_set("a", secret)
    client.connect_async("localhost", broker.tls_port)
    client.loop_start()
    eventually(client.is_connected, SOON_S)
    client.disconnect()
    client.loop_stop()

    stranger = ssl.create_default_context()
    connection = socket.create_connection(("127.0.0.1", broker.tls_port), timeout=5)
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.wrap_socket(connection, server_hostname="localhost")
