"""Not now is waited for; never ends in quarantine, alone; nothing else is lost or stored twice."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from iot_gateway import committer as under_test
from iot_gateway import store_line
from iot_gateway.assembly import Message
from iot_gateway.committer import Committer, Stopping
from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings
from services.runtime.db import errors
from services.telemetry.domain import Batch, Counts, Receipt
from tests.unit.iot_gateway.rules import NOW, message, rules


class FakeConnection:
    closed = False

    def execute(self, statement: str, parameters: object) -> list[object]:
        """Settings, and a look for frozen writers: there are none."""
        return []

    def close(self) -> None:
        self.closed = True


class FakeStore:
    """Stands for the telemetry store; `poison` payloads fail, `down` tries fail first."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.poison: set[bytes] = set()
        self.down = 0
        self.tries: list[str] = []
        self.most = 1_000  # readings in the time of a statement
        self.last_read_ms: int | None = None

    def append(self, conn: object, batch: Batch) -> Receipt:
        self.tries.append(batch.trace_id)
        if self.down:
            self.down -= 1
            raise errors.OperationalError("connection refused")
        if len(batch.values) > self.most:
            raise errors.QueryCanceled("canceling statement due to statement timeout")
        if any(float(value) in {13.0} for value in batch.values):
            raise errors.DataError("cannot store 13")
        self.batches.append(batch)
        return Receipt(Counts(stored=len(batch.series), quarantined=len(batch.refusals)))


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    fake = FakeStore()
    monkeypatch.setattr(under_test.telemetry, "append", fake.append)
    monkeypatch.setattr(under_test.telemetry, "last_read", lambda *_: fake.last_read_ms)
    monkeypatch.setattr(store_line, "connect", lambda *_, **__: FakeConnection())
    monkeypatch.setattr(under_test.RegistryRules, "refresh", lambda *_: None)
    return fake


def make_committer(waits: list[float], **settings_: float) -> Committer:
    settings = GatewaySettings(telemetry_dsn="unused", **settings_)  # type: ignore[arg-type]
    made = Committer(settings, Metrics(CollectorRegistry()), waits.append)
    made._rules.current = rules()
    return made


def value(number: float, mid: int) -> Message:
    return message(b'{"pm25": %f}' % number, mid=mid)


def test_a_good_batch_is_stored_at_once(store: FakeStore) -> None:
    make_committer([]).store("s0", [value(1, 1), value(2, 2)])
    assert [batch.values for batch in store.batches] == [[1.0, 2.0]]


def test_a_store_that_is_away_is_waited_for_ever_longer(store: FakeStore) -> None:
    waits: list[float] = []
    store.down = 7
    committer = make_committer(waits)
    committer.store("s0", [value(1, 1)])
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert len(set(store.tries)) == 1, "the same trace id at every try"
    assert len(store.batches) == 1
    assert committer.problem is None


def test_one_poisonous_message_ends_alone(store: FakeStore) -> None:
    messages = [value(13 if n == 5 else n, n + 1) for n in range(12)]
    make_committer([]).store("s0", messages)
    assert sorted(v for batch in store.batches for v in batch.values) == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    (refusal,) = [refusal for batch in store.batches for refusal in batch.refusals]
    assert refusal.reason == "unexpected_error"
    assert refusal.payload == messages[5].payload
    assert "cannot store 13" in refusal.detail


def test_an_error_in_our_own_code_is_isolated_too(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = under_test.assemble

    def breaks(messages: Any, *rest: Any) -> Batch:
        if any(m.payload == b"bug" for m in messages):
            raise LookupError("a bug")
        return real(messages, *rest)

    monkeypatch.setattr(under_test, "assemble", breaks)
    make_committer([]).store("s0", [value(1, 1), message(b"bug", mid=2), value(2, 3)])
    assert sorted(v for batch in store.batches for v in batch.values) == [1, 2]
    assert [r.payload for batch in store.batches for r in batch.refusals] == [b"bug"]


def test_what_no_message_is_to_blame_for_is_never_given_up(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing table, say: everything in quarantine would be no help to anyone."""
    failures = [errors.UndefinedTable("readings"), errors.InsufficientPrivilege("readings")]
    real = store.append

    def fails_first(conn: object, batch: Batch) -> Receipt:
        if failures:
            raise failures.pop()
        return real(conn, batch)

    monkeypatch.setattr(under_test.telemetry, "append", fails_first)
    waits: list[float] = []
    make_committer(waits).store("s0", [value(1, 1)])
    assert len(waits) == 2
    assert store.batches[0].values == [1.0]


@pytest.mark.parametrize(
    "error", [AttributeError("a bug"), errors.ProgrammingError("cannot adapt"), OSError()]
)
def test_what_nobody_expected_is_tried_a_few_times_and_then_blamed(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real = store.append

    def breaks(conn: object, batch: Batch) -> Receipt:
        if 13.0 in batch.values:
            raise error
        return real(conn, batch)

    monkeypatch.setattr(under_test.telemetry, "append", breaks)
    waits: list[float] = []
    make_committer(waits).store("s0", [value(13 if n == 5 else n, n + 1) for n in range(8)])
    assert [seconds for seconds in waits if seconds] == [0.2, 0.4], (
        "the whole three times, its parts once each"
    )
    assert sorted(v for batch in store.batches for v in batch.values) == [0, 1, 2, 3, 4, 6, 7]
    (refusal,) = [refusal for batch in store.batches for refusal in batch.refusals]
    assert refusal.reason == "unexpected_error"
    assert refusal.detail.startswith(type(error).__name__) or "Error" in refusal.detail.split("\n")[0]
    assert "in breaks" in refusal.detail, "the traceback"


def test_what_nobody_expected_may_pass(store: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Exception] = [RuntimeError("now and then"), RuntimeError("again")]
    real = store.append

    def fails_first(conn: object, batch: Batch) -> Receipt:
        if failures:
            raise failures.pop()
        return real(conn, batch)

    monkeypatch.setattr(under_test.telemetry, "append", fails_first)
    make_committer([]).store("s0", [value(1, 1), value(2, 2)])
    assert [(batch.values, batch.refusals) for batch in store.batches] == [([1.0, 2.0], [])]


def test_a_registry_that_cannot_be_read_is_no_messages_fault(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [ValueError("a row"), AttributeError("a bug"), *[KeyError("x")] * 5]

    def refresh(*_: object) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(under_test.RegistryRules, "refresh", refresh)
    make_committer([]).store("s0", [value(1, 1)])
    assert [(batch.values, batch.refusals) for batch in store.batches] == [([1.0], [])]


def test_a_backlog_of_an_absence_is_within_its_senders_rate(store: FakeStore) -> None:
    """An hour of one a second, read at once by a gateway that has just been started."""
    backlog = [value(20 + n % 900, n + 1) for n in range(3_600)]
    store.last_read_ms = NOW - 3_600_000
    make_committer([], rate_per_s=1, rate_burst=100).store("s0", backlog)
    assert sum(len(batch.values) for batch in store.batches) == 3_600


def test_without_an_absence_the_same_is_a_flood(store: FakeStore) -> None:
    store.last_read_ms = NOW - 100
    make_committer([], rate_per_s=1, rate_burst=100).store(
        "s0", [value(20 + n % 900, n + 1) for n in range(3_600)]
    )
    assert sum(len(batch.values) for batch in store.batches) == 100


def test_the_end_of_the_process_ends_the_waiting(store: FakeStore) -> None:
    def stop(_: float) -> None:
        raise Stopping

    settings = GatewaySettings(telemetry_dsn="unused")
    committer = Committer(settings, Metrics(CollectorRegistry()), stop)
    store.down = 100
    with pytest.raises(Stopping):
        committer.store("s0", [value(1, 1)])


def test_a_store_that_is_slow_gets_smaller_batches_and_no_message_is_blamed(store: FakeStore) -> None:
    store.most = 3
    make_committer([]).store("s0", [value(n, n + 1) for n in range(10)])
    assert [v for batch in store.batches for v in batch.values] == list(range(10)), "in order"
    assert max(len(batch.values) for batch in store.batches) <= 3
    assert not [refusal for batch in store.batches for refusal in batch.refusals]


def test_while_parts_fail_the_sessions_live(store: FakeStore) -> None:
    waits: list[float] = []
    make_committer(waits).store("s0", [value(13, n + 1) for n in range(8)])
    assert len(waits) >= 15, "one breath a failure"


def test_a_missing_division_is_no_messages_fault() -> None:
    assert store_line.is_nobodys_fault(errors.CheckViolation("no partition of relation found for row"))
