"""Credentials and the life of devices through gRPC on a real database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from ioc.registry.v1 import registry_pb2 as pb
from ioc.registry.v1 import registry_pb2_grpc as pb_grpc

from services.registry import store_identity
from services.registry.broker_log import Key, Tally
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.door_world import device, stamp

Ask = Callable[..., Any]
DEVICE, NETWORK = pb.CREDENTIAL_KIND_DEVICE, pb.CREDENTIAL_KIND_NETWORK
HEADING = "device,kind,name_vi,shard,longitude,latitude,commissioned_at,reporting_interval_s,channels"
LINE = "{},air,Trạm,s0,109.2,{},2026-01-02,60,pm25|pm25_mass_concentration|µg/m³"
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def ask(channel: grpc.Channel, metadata: Metadata) -> Ask:
    stub = pb_grpc.RegistryServiceStub(channel)

    def make(method: str, **fields: object) -> Any:
        return getattr(stub, method)(getattr(pb, f"{method}Request")(**fields), metadata=metadata)

    return make


def refusal(ask: Ask, method: str, **fields: object) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as failed:
        ask(method, **fields)
    error: Any = failed.value
    info = error_details_pb2.ErrorInfo()
    status = rpc_status.from_call(error)
    assert any(detail.Unpack(info) for detail in status.details)
    return error.code(), info.reason


INVALID, UNKNOWN = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND


def test_a_secret_is_shown_once_and_stored_hashed(ask: Ask, database: Database) -> None:
    ask("PutDevices", devices=[device("a")])
    issued = ask("IssueCredential", username="a", kind=DEVICE)

    assert len(issued.secret) == 48
    (listed,) = ask("ListCredentials").credentials
    assert listed == issued.credential
    with psycopg.connect(database.dsn("registry")) as connection:
        row = connection.execute("SELECT to_jsonb(c)::text FROM credentials c").fetchone()
    assert row is not None
    assert issued.secret not in row[0]
    assert "$7$101$" in row[0]
    assert refusal(ask, "IssueCredential", username="a", kind=DEVICE) == (INVALID, "no_such_transition")
    assert refusal(ask, "IssueCredential", username="nobody", kind=DEVICE) == (UNKNOWN, "unknown_device")
    assert refusal(ask, "RotateCredential", username="nobody") == (UNKNOWN, "unknown_credential")


def test_a_network_server_and_a_device_never_share_a_name(ask: Ask, database: Database) -> None:
    ask("PutDevices", devices=[device("a")])
    ask("IssueCredential", username="cs-1", kind=NETWORK)

    assert refusal(ask, "IssueCredential", username="a", kind=NETWORK) == (INVALID, "name_taken")
    assert refusal(ask, "PutDevices", devices=[device("cs-1")]) == (INVALID, "name_taken")
    assert refusal(ask, "AdoptDevice", device=device("cs-1")) == (INVALID, "name_taken")
    with (
        psycopg.connect(database.dsn("registry")) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute("UPDATE devices SET device = 'cs-1'")


def test_good_lines_go_in_and_bad_ones_are_told(ask: Ask) -> None:
    ask("IssueCredential", username="cs-1", kind=NETWORK)
    text = "\n".join([HEADING, LINE.format("a", 12), LINE.format("b", 99), LINE.format("cs-1", 12)])

    tried = ask("ImportDevices", csv=text.encode(), dry_run=True)
    assert (tried.written, tried.refused) == (0, 2)
    assert not ask("ListDevices").devices
    done = ask("ImportDevices", csv=text.encode())
    assert (done.written, done.refused) == (1, 2)
    assert [one.device for one in ask("ListDevices").devices] == ["a"]
    found = [(line.line, line.accepted, [f.reason for f in line.faults]) for line in done.lines]
    assert found == [(2, True, []), (3, False, ["out_of_range"]), (4, False, ["name_taken"])]
    assert refusal(ask, "ImportDevices", csv=b"\xff") == (INVALID, "bad_file")


def test_a_file_without_states_leaves_each_device_in_its_own(ask: Ask) -> None:
    ask("PutDevices", devices=[device(name) for name in ("gone", "successor", "replaced")])
    ask("ChangeDeviceState", device="gone", action=pb.DEVICE_ACTION_RETIRE)
    moved = {"device": "replaced", "action": pb.DEVICE_ACTION_REPLACE, "replaced_by": "successor"}
    ask("ChangeDeviceState", **moved)
    names = ("gone", "new", "replaced", "successor")
    ask("ImportDevices", csv="\n".join([HEADING, *(LINE.format(name, 12) for name in names)]).encode())
    states = {one.device: one.state for one in ask("ListDevices").devices}
    assert states == {
        "gone": pb.DEVICE_STATE_RETIRED,
        "new": pb.DEVICE_STATE_ACTIVE,
        "replaced": pb.DEVICE_STATE_REPLACED,
        "successor": pb.DEVICE_STATE_ACTIVE,
    }
    said = [f"{HEADING},state", f"{LINE.format('gone', 12)},active", f"{LINE.format('new', 12)},"]
    ask("ImportDevices", csv="\n".join(said).encode())
    assert ask("ListDevices").devices[0].state == pb.DEVICE_STATE_ACTIVE, "who says active means it"


def test_who_changed_a_credential_is_kept_for_good(ask: Ask, database: Database) -> None:
    ask("PutDevices", devices=[device("a"), device("b")])
    ask("IssueCredential", username="a", kind=DEVICE)
    ask("RotateCredential", username="a")
    ask("SuspendCredential", username="a", reason="noise")
    ask("ReinstateCredential", username="a", reason="mended")
    ask("RevokeCredential", username="a", reason="stolen")
    ask("IssueCredential", username="a", kind=DEVICE)
    ask("ChangeDeviceState", device="a", action=pb.DEVICE_ACTION_RETIRE)
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("DELETE FROM credentials WHERE username = 'a'")

    changes = ask("ListCredentialHistory", username="a").changes
    assert [(one.action, one.reason, one.actor, one.token) for one in reversed(changes)] == [
        ("issued", "", "token", "test"),
        ("rotated", "", "token", "test"),
        ("suspended", "noise", "token", "test"),
        ("reinstated", "mended", "token", "test"),
        ("revoked", "stolen", "token", "test"),
        ("issued", "", "token", "test"),
        ("revoked", "device retired", "token", "test"),
        ("removed", "device retired", "database", ""),
    ]
    first = ask("ListCredentialHistory", page_size=5)
    rest = ask("ListCredentialHistory", page_size=5, page_token=first.next_page_token)
    assert [*first.changes, *rest.changes] == list(changes)
    assert not ask("ListCredentialHistory", username="b").changes
    for statement in ("UPDATE credential_history SET token = 'x'", "DELETE FROM credential_history"):
        with (
            psycopg.connect(database.dsn("registry")) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="never changed"),
        ):
            connection.execute(statement)


def test_access_events_are_bounded_by_age_and_number(ask: Ask, database: Database) -> None:
    with connect(database.dsn("registry"), "test") as connection:
        keys = [Key(NOON + timedelta(minutes=n), "denied_publish", f"u{n}", "c", "t") for n in range(10)]
        store_identity.add_events(connection, dict.fromkeys(keys, Tally(1, NOON, NOON)))
        assert store_identity.forget_events(connection, NOON, 100) == 0
        assert store_identity.forget_events(connection, NOON + timedelta(minutes=3), 100) == 3
        assert store_identity.forget_events(connection, NOON, 4) == 3


def test_a_replaced_device_keeps_its_history_and_loses_its_credential(ask: Ask) -> None:
    ask("PutDevices", devices=[device("a"), device("b")])
    ask("IssueCredential", username="a", kind=DEVICE)
    replace = {"device": "a", "action": pb.DEVICE_ACTION_REPLACE, "reason": "lightning"}

    for by, reason in (("", "unknown_device"), ("c", "unknown_device"), ("a", "same_device")):
        assert refusal(ask, "ChangeDeviceState", **replace, replaced_by=by) == (INVALID, reason)
    changed = ask("ChangeDeviceState", **replace, replaced_by="b").device
    assert changed.state == pb.DEVICE_STATE_REPLACED
    born, moved = ask("ListDeviceHistory", device="a").changes
    assert (born.was, born.state) == (pb.DEVICE_STATE_UNSPECIFIED, pb.DEVICE_STATE_ACTIVE)
    assert (moved.was, moved.state) == (pb.DEVICE_STATE_ACTIVE, pb.DEVICE_STATE_REPLACED)
    assert (moved.replaced_by, moved.reason) == ("b", "lightning")
    (credential,) = ask("ListCredentials").credentials
    assert credential.state == pb.CREDENTIAL_STATE_REVOKED
    assert refusal(ask, "IssueCredential", username="a", kind=DEVICE) == (INVALID, "not_in_use")
    ask("PutDevices", devices=[device("a")])  # says active: a replaced device stays so
    assert ask("ListDevices").devices[0].state == pb.DEVICE_STATE_REPLACED
    back = {"device": "b", "action": pb.DEVICE_ACTION_REPLACE, "replaced_by": "a"}
    assert refusal(ask, "ChangeDeviceState", **back) == (INVALID, "not_in_use")


def test_adopting_registers_and_issues_in_one(ask: Ask) -> None:
    adopted = ask("AdoptDevice", device=device("new", state=pb.DEVICE_STATE_UNSPECIFIED))

    assert adopted.device.state == pb.DEVICE_STATE_ACTIVE
    assert adopted.secret
    assert [one.username for one in ask("ListCredentials").credentials] == ["new"]
    assert refusal(ask, "AdoptDevice", device=device("new")) == (INVALID, "known_already")


def test_pages_of_access_events(ask: Ask, database: Database) -> None:
    with connect(database.dsn("registry"), "test") as connection:
        tally = Tally(2, NOON, NOON + timedelta(seconds=5))
        keys = [Key(NOON + timedelta(minutes=n // 2), "denied_publish", f"u{n}", "c", "t") for n in range(5)]
        for _ in range(2):
            store_identity.add_events(connection, dict.fromkeys(keys, tally))
    asked: dict[str, object] = {"start": stamp(NOON.timestamp()), "end": stamp(NOON.timestamp() + 300)}
    found, token = [], ""
    while True:
        page = ask("ListAccessEvents", **asked, page_size=2, page_token=token)
        found += [(event.username, event.count) for event in page.events]
        token = page.next_page_token
        if not token:
            break
    assert found == [(f"u{n}", 4) for n in (4, 3, 2, 1, 0)]
    assert len(ask("ListAccessEvents", **asked, username="u3").events) == 1
    assert refusal(ask, "ListAccessEvents", **asked, kind="x") == (INVALID, "unknown")
