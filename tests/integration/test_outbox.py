"""Positions: given after commit, in order, without holes."""

import pytest

from services.runtime import outbox
from services.runtime.db import Connection, connect
from tests.fixtures.servers import Database


@pytest.fixture
def connection(database: Database) -> Connection:
    return connect(database.dsn("telemetry"), "test", autocommit=True)


def add(connection: Connection, body: bytes = b"{}") -> None:
    with connection.transaction():
        outbox.append(connection, "telemetry", "telemetry.stored", body, "0" * 32)


def number_all(connection: Connection) -> int:
    with connection.transaction():
        return outbox.assign_positions(connection, "telemetry", 100)


def test_a_rolled_back_transaction_leaves_no_hole(connection: Connection) -> None:
    add(connection, b'{"n":1}')
    with connection.transaction(force_rollback=True):
        outbox.append(connection, "telemetry", "telemetry.stored", b'{"n":2}', "0" * 32)
    add(connection, b'{"n":3}')
    assert number_all(connection) == 2
    facts = outbox.facts_after(connection, "telemetry", 0, 10)
    assert [(fact.position, fact.body) for fact in facts] == [(1, b'{"n":1}'), (2, b'{"n":3}')]


def test_a_fact_without_a_position_is_not_seen(connection: Connection) -> None:
    add(connection)
    assert outbox.facts_after(connection, "telemetry", 0, 10) == []


def test_readers_page_through_the_log(connection: Connection) -> None:
    for _ in range(5):
        add(connection)
    number_all(connection)
    assert [fact.position for fact in outbox.facts_after(connection, "telemetry", 1, 2)] == [2, 3]
    assert outbox.facts_after(connection, "telemetry", 5, 2) == []
    assert outbox.head(connection, "telemetry").position == 5


def test_what_was_pruned_is_out_of_range(connection: Connection) -> None:
    for _ in range(3):
        add(connection)
    number_all(connection)
    outbox.mark_published(connection, "telemetry", 2)
    assert outbox.prune(connection, "telemetry", kept_s=0, limit=100) == 2
    with pytest.raises(outbox.OutOfRange, match="starts at 3"):
        outbox.facts_after(connection, "telemetry", 0, 10)
    assert [fact.position for fact in outbox.facts_after(connection, "telemetry", 2, 10)] == [3]


def test_a_position_of_the_future_is_out_of_range(connection: Connection) -> None:
    with pytest.raises(outbox.OutOfRange):
        outbox.facts_after(connection, "telemetry", 7, 10)


def test_pruning_keeps_what_the_broker_has_not_confirmed(connection: Connection) -> None:
    for _ in range(3):
        add(connection)
    number_all(connection)
    assert outbox.prune(connection, "telemetry", kept_s=0, limit=100) == 0


def test_a_large_body_comes_back_as_it_was_and_is_packed_by_lz4(connection: Connection) -> None:
    body = b'{"n":[' + b",".join(b"%d" % number for number in range(50_000)) + b"]}"
    add(connection, body)
    number_all(connection)
    assert outbox.facts_after(connection, "telemetry", 0, 10)[0].body == body
    packed = connection.execute("SELECT pg_column_compression(body) FROM telemetry.outbox").fetchone()
    assert packed == ("lz4",)
