"""Who one is, a new secret for oneself, how much one may ask, and how long."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from ioc.access.v1 import tokens_pb2 as pb
from ioc.access.v1 import tokens_pb2_grpc as pb_grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

from services.registry import store_tokens, tokens
from services.registry.tokens_questions import rotate_token
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import Metadata, bearer

NewToken = Callable[..., str]


@pytest.fixture
def stub(channel: grpc.Channel) -> pb_grpc.TokenServiceStub:
    return pb_grpc.TokenServiceStub(channel)


def refused(call: Callable[[], object]) -> tuple[str, str, float | None]:
    """Code, reason and the seconds after which to call again."""
    with pytest.raises(grpc.RpcError) as failed:
        call()
    error: Any = failed.value
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    after_s = None
    for detail in rpc_status.from_call(error).details:
        detail.Unpack(info)
        if detail.Unpack(retry):
            after_s = retry.retry_delay.ToTimedelta().total_seconds()
    return error.code().name, info.reason, after_s


def accepts(call: Callable[[], object]) -> bool:
    try:
        call()
    except grpc.RpcError:
        return False
    return True


def test_a_token_says_what_it_is(stub: pb_grpc.TokenServiceStub, new_token: NewToken) -> None:
    plain = stub.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(new_token()))
    narrow = new_token("access.self", "telemetry.read", name="desk", areas=["79", "01"], requests_per_s=7)
    own = stub.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(narrow))

    assert (plain.name, list(plain.areas)) == ("test", [])
    assert not plain.HasField("expires_at")
    assert not plain.HasField("replaced_until")
    assert (plain.requests_per_s, plain.streams) == (1_000, 200)
    assert (own.name, list(own.scopes)) == ("desk", ["access.self", "telemetry.read"])
    assert (list(own.areas), own.requests_per_s, own.streams) == (["01", "79"], 7, 200)


def test_a_shared_token_neither_asks_nor_exchanges(
    stub: pb_grpc.TokenServiceStub, new_token: NewToken
) -> None:
    metadata = bearer(new_token("telemetry.read"))

    for call in (
        lambda: stub.WhoAmI(pb.WhoAmIRequest(), metadata=metadata),
        lambda: stub.RotateToken(pb.RotateTokenRequest(), metadata=metadata),
    ):
        assert refused(call)[:2] == ("PERMISSION_DENIED", "scope_missing")


def test_a_new_secret_takes_over_and_the_old_one_has_its_grace(
    stub: pb_grpc.TokenServiceStub, new_token: NewToken
) -> None:
    old = bearer(new_token(name="desk", areas=["79"], requests_per_s=50, streams=3))
    before = datetime.now(UTC)

    answer = stub.RotateToken(pb.RotateTokenRequest(grace_s=3_600), metadata=old)

    new = bearer(answer.secret)
    ends = answer.old_valid_until.ToDatetime(tzinfo=UTC)
    assert timedelta(0) <= ends - before - timedelta(hours=1) < timedelta(minutes=1)
    fresh = stub.WhoAmI(pb.WhoAmIRequest(), metadata=new)
    assert (fresh.name, list(fresh.areas), fresh.requests_per_s, fresh.streams) == ("desk", ["79"], 50, 3)
    eventually(
        lambda: stub.WhoAmI(pb.WhoAmIRequest(), metadata=old).replaced_until == answer.old_valid_until,
        timeout_s=10,
    )
    again = refused(lambda: stub.RotateToken(pb.RotateTokenRequest(), metadata=old))
    assert again == ("PERMISSION_DENIED", "token_replaced", None)


def test_without_grace_the_old_secret_ends(stub: pb_grpc.TokenServiceStub, new_token: NewToken) -> None:
    old = bearer(new_token())

    answer = stub.RotateToken(pb.RotateTokenRequest(grace_s=0), metadata=old)

    eventually(lambda: not accepts(lambda: stub.WhoAmI(pb.WhoAmIRequest(), metadata=old)), timeout_s=10)
    ended = refused(lambda: stub.WhoAmI(pb.WhoAmIRequest(), metadata=old))
    assert ended[:2] == ("UNAUTHENTICATED", "token_revoked")
    assert stub.WhoAmI(pb.WhoAmIRequest(), metadata=bearer(answer.secret)).name == "test"


def test_secrets_of_a_name_are_bounded_and_an_administrator_ends_them_all(
    stub: pb_grpc.TokenServiceStub, new_token: NewToken, database: Database
) -> None:
    secret = new_token()
    for _ in range(4):
        secret = stub.RotateToken(pb.RotateTokenRequest(), metadata=bearer(secret)).secret

    fifth = refused(lambda: stub.RotateToken(pb.RotateTokenRequest(), metadata=bearer(secret)))
    long = refused(lambda: stub.RotateToken(pb.RotateTokenRequest(grace_s=10**6), metadata=bearer(secret)))

    assert fifth[:2] == ("RESOURCE_EXHAUSTED", "too_many_secrets")
    assert fifth[2] == pytest.approx(86_400, abs=60)
    assert long[:2] == ("INVALID_ARGUMENT", "out_of_range")
    with psycopg.connect(database.dsn("registry")) as connection:
        assert tokens.store.revoke_tokens(connection, "test") == 5


def test_a_name_that_is_revoked_during_an_exchange_has_no_secret_left(
    new_token: NewToken, database: Database
) -> None:
    new_token(name="leaked")
    dsn = database.dsn("registry")
    with (
        ThreadPoolExecutor(1) as thread,
        psycopg.connect(dsn) as exchanging,
        psycopg.connect(dsn) as revoking,
    ):
        (token,) = (one for one in store_tokens.tokens(exchanging) if one.name == "leaked")
        rotate_token(exchanging, pb.RotateTokenRequest(), token.token_id, datetime.now(UTC))
        revoked = thread.submit(store_tokens.revoke_tokens, revoking, "leaked")
        with psycopg.connect(database.admin_dsn, autocommit=True) as looking:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            eventually(lambda: looking.execute(waiting).fetchone() == (1,))
        exchanging.commit()

        assert revoked.result(timeout=10) == 2
        revoking.commit()
        assert store_tokens.standing_secrets(revoking, "leaked", datetime.now(UTC)) == []


def test_a_token_may_call_so_often_and_is_told_when_it_may_again(
    stub: pb_grpc.TokenServiceStub, new_token: NewToken, metadata: Metadata
) -> None:
    hasty = bearer(new_token(name="hasty", requests_per_s=3))

    def calls() -> None:
        for _ in range(100):  # on a slow machine some room comes back in between
            stub.WhoAmI(pb.WhoAmIRequest(), metadata=hasty)

    code, reason, after_s = refused(calls)

    assert (code, reason) == ("RESOURCE_EXHAUSTED", "rate_exceeded")
    assert after_s is not None
    assert 0 < after_s <= 0.334
    stub.WhoAmI(pb.WhoAmIRequest(), metadata=metadata)  # nobody else is
    eventually(lambda: accepts(lambda: stub.WhoAmI(pb.WhoAmIRequest(), metadata=hasty)))


def test_a_token_has_so_many_streams_at_a_time(channel: grpc.Channel, new_token: NewToken) -> None:
    telemetry = telemetry_pb2_grpc.TelemetryServiceStub(channel)
    one = bearer(new_token("telemetry.read", streams=1))
    first = telemetry.WatchReadings(telemetry_pb2.WatchReadingsRequest(), metadata=one, timeout=20)
    next(first)

    def second() -> None:
        next(telemetry.WatchReadings(telemetry_pb2.WatchReadingsRequest(), metadata=one, timeout=20))

    assert refused(second) == ("RESOURCE_EXHAUSTED", "too_many_streams", 5.0)
    first.cancel()

    eventually(lambda: accepts(second))


def test_a_call_without_a_deadline_ends_and_so_does_one_that_wants_too_much(
    database: Database, new_token: NewToken
) -> None:
    settings = RpcSettings(port=0, grace_s=1, default_deadline_s=0.2, longest_deadline_s=0.5)
    blocked = psycopg.connect(database.admin_dsn)
    blocked.execute("LOCK TABLE telemetry.ledger IN ACCESS EXCLUSIVE MODE")
    metadata = bearer(new_token())
    with (
        blocked,
        serving_contexts(database, ("telemetry",), settings) as address,
        grpc.insecure_channel(address) as channel,
    ):
        telemetry = telemetry_pb2_grpc.TelemetryServiceStub(channel)

        def ask(timeout: float | None) -> tuple[str, str, float]:
            began = time.monotonic()
            code, reason, _ = refused(
                lambda: telemetry.GetLedger(
                    telemetry_pb2.GetLedgerRequest(), metadata=metadata, timeout=timeout
                )
            )
            return code, reason, time.monotonic() - began

        none, long = ask(None), ask(3_600)
        assert none[:2] == long[:2] == ("DEADLINE_EXCEEDED", "took_too_long")
        assert 0.2 <= none[2] < long[2]
        with psycopg.connect(database.admin_dsn, autocommit=True) as looking:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            eventually(lambda: looking.execute(waiting).fetchone() == (0,), timeout_s=10)
