"""Commands over gRPC: what is taken, what is refused with which field, and what is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import grpc
import psycopg
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from ioc.telemetry.v1 import commands_pb2 as pb
from ioc.telemetry.v1 import commands_pb2_grpc as pb_grpc

from services.registry import store as registry
from services.telemetry import commands_store as store
from services.telemetry.commands_domain import Answer, Event
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.gateway_world import a_device

UNKNOWN = "0b9c2f0e-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def _devices(database: Database) -> None:
    with psycopg.connect(database.dsn("registry")) as conn:
        registry.put_devices(conn, [a_device("air-001", "s0"), a_device("air-002", "s0")])
        registry.put_devices(conn, [a_device("air-003", "s0", "retired")])


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return pb_grpc.CommandServiceStub(channel)


def wish(**changes: Any) -> pb.SendCommandRequest:
    fields = {"device": "air-001", "name": "set_interval", "idempotency_key": "key-1"}
    return pb.SendCommandRequest(**(fields | {"parameters_json": '{"seconds": 5}'} | changes))


def refusal(call: Callable[..., Any], request: Any, metadata: Metadata) -> tuple[str, list[tuple[str, str]]]:
    """Status, and (field, reason) of each violation."""
    with pytest.raises(grpc.RpcError) as failed:
        call(request, metadata=metadata, timeout=10)
    error: Any = failed.value
    bad = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(error).details:
        detail.Unpack(bad)
    return error.code().name, [(one.field, one.reason) for one in bad.field_violations]


def test_a_command_is_queued_under_the_name_of_its_token(stub: Any, new_token: Callable[..., str]) -> None:
    token = bearer(new_token("telemetry.command", name="duty desk"))
    sent = stub.SendCommand(wish(expires_in_s=90), metadata=token).command
    assert (sent.device, sent.name, sent.state) == ("air-001", "set_interval", pb.COMMAND_STATE_QUEUED)
    assert json.loads(sent.parameters_json) == {"seconds": 5}
    assert sent.issued_by == "duty desk"
    assert sent.expires_at.seconds - sent.issued_at.seconds == 90
    assert not sent.HasField("sent_at")
    assert not sent.HasField("finished_at")


def test_the_same_key_again_sends_nothing_twice(stub: Any, metadata: Metadata) -> None:
    first = stub.SendCommand(wish(), metadata=metadata).command
    again = stub.SendCommand(wish(parameters_json='{ "seconds": 5.0 }'), metadata=metadata).command
    assert again == first
    for other in (wish(device="air-002"), wish(name="identify"), wish(parameters_json="{}")):
        code, faults = refusal(stub.SendCommand, other, metadata)
        assert (code, faults) == ("INVALID_ARGUMENT", [("idempotency_key", "idempotency_key_reused")])
    assert len(stub.ListCommands(pb.ListCommandsRequest(), metadata=metadata).commands) == 1


def test_the_key_belongs_to_the_token(stub: Any, metadata: Metadata, new_token: Callable[..., str]) -> None:
    first = stub.SendCommand(wish(), metadata=metadata).command
    other = stub.SendCommand(wish(), metadata=bearer(new_token(name="other"))).command
    assert other.id != first.id


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"device": ""}, [("device", "required")]),
        ({"device": "air-003"}, [("device", "device_not_active")]),
        ({"name": "Sai tên"}, [("name", "bad_command_name")]),
        ({"parameters_json": "[]"}, [("parameters_json", "wrong_type")]),
        ({"parameters_json": '{"a": "\\u0000"}'}, [("parameters_json", "bad_character")]),
        ({"parameters_json": '{"a": "%s"}' % ("x" * 65_536)}, [("parameters_json", "too_large")]),
        ({"expires_in_s": 2_592_001}, [("expires_in_s", "too_long")]),
        ({"idempotency_key": ""}, [("idempotency_key", "bad_idempotency_key")]),
        (
            {"name": "", "parameters_json": "{"},
            [("name", "bad_command_name"), ("parameters_json", "malformed_json")],
        ),
    ],
)
def test_each_fault_is_named_by_its_field(
    stub: Any, metadata: Metadata, changes: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    assert refusal(stub.SendCommand, wish(**changes), metadata) == ("INVALID_ARGUMENT", faults)


def test_what_is_not_there_is_not_found(stub: Any, metadata: Metadata) -> None:
    assert refusal(stub.SendCommand, wish(device="ghost"), metadata)[0] == "NOT_FOUND"
    for unknown in (UNKNOWN, "", "nonsense", "\0"):
        assert refusal(stub.GetCommand, pb.GetCommandRequest(id=unknown), metadata)[0] == "NOT_FOUND"

    def watch(*arguments: Any, **options: Any) -> Any:
        return list(stub.WatchCommand(*arguments, **options))

    assert refusal(watch, pb.WatchCommandRequest(id=UNKNOWN), metadata)[0] == "NOT_FOUND"


def test_a_list_goes_by_pages_devices_and_states(stub: Any, metadata: Metadata, database: Database) -> None:
    ids = [
        stub.SendCommand(wish(device=device, idempotency_key=str(n)), metadata=metadata).command.id
        for n, device in enumerate(["air-001", "air-002", "air-001", "air-001"])
    ]
    with psycopg.connect(database.dsn("telemetry")) as conn:
        conn.execute(
            "UPDATE commands SET issued_at = now() - interval '2 h', expires_at = now() - interval '1 h'"
            " WHERE command_id = %s",
            (ids[0],),
        )

    def listed(**options: Any) -> tuple[list[str], str]:
        page = stub.ListCommands(pb.ListCommandsRequest(**options), metadata=metadata)
        return [command.id for command in page.commands], page.next_page_token

    assert listed()[0] == ids[::-1]
    first, token = listed(device="air-001", page_size=2)
    rest, end = listed(device="air-001", page_size=2, page_token=token)
    assert ([*first, *rest], end) == ([ids[3], ids[2], ids[0]], "")
    assert listed(state=pb.COMMAND_STATE_EXPIRED)[0] == [ids[0]], "though no gateway wrote it down"
    assert listed(state=pb.COMMAND_STATE_QUEUED)[0] == ids[:0:-1]
    bad = pb.ListCommandsRequest(state=99)  # type: ignore[arg-type]
    assert refusal(stub.ListCommands, bad, metadata)[1] == [("state", "unknown_state")]
    expired = stub.GetCommand(pb.GetCommandRequest(id=ids[0]), metadata=metadata).command
    assert expired.state == pb.COMMAND_STATE_EXPIRED
    assert expired.finished_at == expired.expires_at


def test_a_watch_shows_each_state_and_ends_with_the_last(
    stub: Any, metadata: Metadata, database: Database
) -> None:
    sent = stub.SendCommand(wish(), metadata=metadata).command
    responses = stub.WatchCommand(pb.WatchCommandRequest(id=sent.id), metadata=metadata, timeout=20)
    assert next(responses).command == sent
    with psycopg.connect(database.dsn("telemetry"), autocommit=True) as conn:
        store.mark_taken(conn, [sent.id])
        assert next(responses).command.state == pb.COMMAND_STATE_SENT
        store.mark_answered(conn, [Answer("air-001", sent.id, Event.REFUSED, "không được")])
    (last,) = list(responses)
    assert (last.command.state, last.command.detail) == (pb.COMMAND_STATE_FAILED, "không được")
