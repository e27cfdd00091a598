"""Work that is announced over gRPC and by the command line, and what it does to the board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.alarms.v1 import maintenance_pb2 as pb
from ioc.alarms.v1.maintenance_pb2_grpc import MaintenanceServiceStub

from services.alarms import store_journal
from tests.fixtures.servers import Database
from tests.integration.alarms_world import World, device
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.process_world import Start, client, haidang, lines, port, start
from tests.integration.api.test_tokens import refused

__all__ = ["client", "port", "start"]

pytestmark = pytest.mark.one_store("what is announced is in a table that both keep alike")

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    one = World(database)
    one.now = NOW
    one.provision(device("a"), device("b", area_code="00001"))
    yield one
    one.close()


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return MaintenanceServiceStub(channel)


def announced(kind: str, scope: str, hours: float = 2, why: str = "Thay tủ điện") -> Any:
    ends = Timestamp()
    ends.FromDatetime(datetime.now(UTC) + timedelta(hours=hours))
    return pb.AnnounceMaintenanceRequest(scope_kind=kind, scope=scope, ends_at=ends, why=why)


def journal(world: World) -> list[tuple[str, str, str]]:
    with world.as_role("alarms") as connection:
        found = store_journal.entries(connection, None, None, 10)[::-1]
    return [(str(one.draft.kind), one.draft.by, one.draft.text.split(",")[0]) for one in found]


def test_announced_work_keeps_its_alarms_off_the_board_until_it_is_over(
    stub: Any, metadata: Metadata, world: World
) -> None:
    work = stub.AnnounceMaintenance(announced("area", "56"), metadata=metadata).maintenance
    assert (work.maintenance, work.by, work.HasField("cancelled_at")) == (1, "test", False)
    world.now = datetime.now(UTC)
    world.store([(name, world.now, 150.0) for name in ("a", "b")])
    world.follow()
    assert [subject for _, subject, _ in world.shown()] == ["b/pm25"]  # a is in a commune of 56
    assert [one.maintenance for one in stub.ListMaintenance(pb.ListMaintenanceRequest(), metadata=metadata)
            .maintenance] == [1]  # fmt: skip
    cancel = pb.CancelMaintenanceRequest(maintenance=1)
    assert stub.CancelMaintenance(cancel, metadata=metadata).maintenance.HasField("cancelled_at")
    world.now = datetime.now(UTC)
    world.follower.keep_house()
    assert sorted(subject for _, subject, _ in world.shown()) == ["a/pm25", "b/pm25"]
    assert journal(world) == [
        ("maintenance", "test", "Bảo trì số 1"),
        ("maintenance", "test", "Hủy bảo trì số 1"),
    ]
    past = pb.ListMaintenanceRequest(since=announced("area", "56", hours=-1).ends_at)
    assert len(stub.ListMaintenance(past, metadata=metadata).maintenance) == 1
    assert refused(lambda: stub.CancelMaintenance(cancel, metadata=metadata))[0] == "NOT_FOUND"


def test_what_cannot_be_announced_is_refused_with_its_reason(
    stub: Any, metadata: Metadata, world: World, new_token: Callable[..., str]
) -> None:
    begins_late = announced("device", "a")
    begins_late.starts_at.FromDatetime(datetime.now(UTC) + timedelta(hours=3))
    for request, reason in (
        (announced("shard", "s0"), "unknown"),
        (announced("device", "ă"), "unknown"),
        (announced("area", "99"), "unknown"),
        (announced("rule", "pm26"), "unknown"),
        (announced("dataset", "x"), "unknown"),
        (announced("cause", "s0"), "bad_text"),
        (announced("device", " "), "required"),
        (announced("everything", "a"), "not_allowed"),
        (announced("device", "a", why=" "), "required"),
        (announced("device", "a", hours=-1), "in_the_past"),
        (announced("device", "a", hours=31 * 24), "too_long"),
        (begins_late, "not_after_start"),
        (pb.AnnounceMaintenanceRequest(scope_kind="device", scope="a", why="x"), "required"),
    ):
        found = refused(lambda asked=request: stub.AnnounceMaintenance(asked, metadata=metadata))
        assert found[:2] == ("INVALID_ARGUMENT", reason)
    for token in (new_token("alarms.read"), new_token("alarms.handle", areas=["56"])):
        call = announced("device", "a")
        assert refused(lambda who=token: stub.AnnounceMaintenance(call, metadata=bearer(who)))[0] == (  # noqa: B023
            "PERMISSION_DENIED"
        )
    assert journal(world) == []


def test_the_command_line(start: Start, client: dict[str, str], world: World) -> None:
    start("alarms")
    announce = ("maintenance", "announce", "cause", "gateway s0", "--until", "2h", "--why", "Thay tủ điện")
    shown = haidang(client, "--lang", "vi", *announce).stdout
    for word in ("nguyên nhân", "gateway s0", "Thay tủ điện", "test"):
        assert word in shown
    (one,) = lines(haidang(client, "maintenance", "list", "--json"))
    assert (one["maintenance"], one["scope_kind"], one["cancelled_at"]) == (1, "cause", None)
    assert haidang(client, "maintenance", "cancel", "1").returncode == 0
    assert haidang(client, "maintenance", "cancel", "1").returncode == 4
    assert haidang(client, *announce[:5], "x", "--why", "y").returncode == 2
    assert "bảo trì" in haidang(client, "--lang", "vi", "journal", "list").stdout
