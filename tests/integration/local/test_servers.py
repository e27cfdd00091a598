"""The private servers start, keep what was acknowledged, and leave nothing behind."""

from collections.abc import Callable

import paho.mqtt.client as paho
import psycopg
import pytest

from services.local.mosquitto import MosquittoServer
from services.local.postgres import PostgresServer
from tests.fixtures.servers import PASSWORD, Database, Rabbit
from tests.fixtures.waiting import eventually, never

pytestmark = pytest.mark.both_stores


def test_database_is_migrated_and_roles_are_refused_the_tables_of_others(database: Database) -> None:
    with psycopg.connect(database.dsn("telemetry")) as telemetry:
        assert telemetry.execute("SELECT current_user").fetchone() == ("ioc_telemetry",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            telemetry.execute("CREATE TABLE registry.mine (a int)")


def test_store_is_the_one_that_was_asked_for(database: Database, store: str) -> None:
    with psycopg.connect(database.admin_dsn) as admin:
        found = admin.execute("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'").fetchone()
    if store == "timescale":
        assert found == (1,)


def test_a_commit_survives_a_killed_database(new_postgres: Callable[..., PostgresServer]) -> None:
    server = new_postgres(survives_power_cuts=True)  # with the settings that ship
    with psycopg.connect(server.dsn(), autocommit=True) as admin:
        assert admin.execute("SHOW fsync").fetchone() == ("on",)
        assert admin.execute("SHOW synchronous_commit").fetchone() == ("on",)
        admin.execute("CREATE TABLE kept AS SELECT 1 AS a")
    server.kill()
    server.start()
    with psycopg.connect(server.dsn()) as admin:
        assert admin.execute("SELECT a FROM kept").fetchone() == (1,)


def test_a_wrong_password_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_server.dsn(password="wrong"))


def test_rabbitmq_takes_messages_in_the_virtual_host_of_the_test(rabbitmq: Rabbit) -> None:
    import kombu

    with kombu.Connection(rabbitmq.url()) as connection:
        queue = connection.SimpleQueue("greetings")
        queue.put({"hello": 1})
        assert queue.get(timeout=5).payload == {"hello": 1}
        queue.close()


class Device:
    """A paho client that remembers what it got."""

    def __init__(self, broker: MosquittoServer, user: str, password: str = PASSWORD) -> None:
        self.received: list[str] = []
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=f"test-{user}")
        self.client.username_pw_set(user, password)
        self.client.on_message = lambda _client, _data, message: self.received.append(message.topic)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def connected(self) -> "Device":
        eventually(self.client.is_connected)
        return self

    def send(self, topic: str) -> None:
        self.client.publish(topic, b"{}", qos=1).wait_for_publish(5)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_a_device_writes_its_own_topics_only(mosquitto: MosquittoServer) -> None:
    gateway = Device(mosquitto, "gateway").connected()
    gateway.client.subscribe("ioc/v1/#", qos=1)
    device = Device(mosquitto, "air-001").connected()
    device.send("ioc/v1/s0/devices/air-002/telemetry")
    device.send("ioc/v1/s0/devices/air-001/telemetry")
    eventually(lambda: gateway.received)
    assert gateway.received == ["ioc/v1/s0/devices/air-001/telemetry"]
    for client in (gateway, device):
        client.close()


def test_a_withdrawn_credential_drops_only_its_client(
    new_mosquitto: Callable[[], MosquittoServer],
) -> None:
    broker = new_mosquitto()
    leaving, staying = Device(broker, "air-001").connected(), Device(broker, "air-002").connected()
    kept = {user: secret for user, secret in broker.credentials.items() if user != "air-001"}
    broker.set_credentials(kept)
    eventually(lambda: not leaving.client.is_connected(), timeout_s=20)
    never(lambda: not staying.client.is_connected(), during_s=1)
    for client in (leaving, staying):
        client.close()
