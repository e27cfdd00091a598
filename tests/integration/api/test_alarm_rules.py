"""Rules planned and applied over gRPC and by the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from haidang_client import problem_of
from ioc.alarms.v1 import alarms_pb2
from ioc.alarms.v1 import rules_pb2 as pb
from ioc.alarms.v1.alarms_pb2_grpc import AlarmsServiceStub
from ioc.alarms.v1.rules_pb2_grpc import RulesServiceStub

from services.alarms import follower, store
from services.alarms.rules import parse_rules
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.alarms_world import LIMIT, SILENCE, World, device
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.process_world import Start, client, haidang, lines, port, start
from tests.integration.api.test_tokens import refused

__all__ = ["client", "port", "start"]

pytestmark = pytest.mark.one_store("how readings are read is told on both by test_alarms_shuffled")

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
STRICTER = LIMIT.replace("above = 100.0", "above = 60.0").replace("PM2.5 cao", "Bụi cao")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Two devices; at one dust was at 80 for a while, later at 150; the other is silent since."""
    one = World(database, LIMIT + SILENCE)
    one.now = BEGAN
    one.provision(device("a"), device("b"))
    values = [50.0] * 3 + [80.0] * 5 + [30.0] * 5 + [150.0] * 4 + [50.0] * 3
    for number, value in enumerate(values):
        one.now = BEGAN + timedelta(minutes=number)
        one.store([("a", one.now, value)] + ([("b", one.now, 5.0)] if number < 8 else []))
    yield one
    one.close()


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return RulesServiceStub(channel)


def stamp(moment: datetime) -> Timestamp:
    one = Timestamp()
    one.FromDatetime(moment)
    return one


def request(text: str, name: str = "air.toml", **more: Any) -> Any:
    return pb.PlanRulesRequest(
        files=[pb.RuleFile(name=name, text=text)],
        start=stamp(BEGAN),
        end=stamp(BEGAN + timedelta(minutes=20)),
        **more,
    )


def violation(call: Callable[[], object]) -> tuple[str, str]:
    """Field and reason of a refused call."""
    with pytest.raises(grpc.RpcError) as error:
        call()
    problem = problem_of(error.value)
    return problem.field, problem.reason


def test_a_plan_says_what_would_be_raised_and_changes_nothing(
    stub: Any, metadata: Metadata, world: World
) -> None:
    head, *steps, last = stub.PlanRules(request(STRICTER, whole=True), metadata=metadata, timeout=30)
    assert [(one.rule, one.change, one.name_vi) for one in head.changes] == [
        ("pm25_high", "changed", "Bụi cao"),
        ("silent", "gone", "Mất tín hiệu"),
    ]
    assert (sum(one.tried for one in steps), head.to_try) == (2, 2)
    dust, silence = last.outcomes
    assert (dust.before.raised, dust.after.raised, dust.no_longer, dust.anew) == (1, 2, 0, 1)
    assert [(one.severity, one.count) for one in dust.after.by_severity] == [(2, 2)]
    assert (dust.after.most_a_day, len(dust.after.busiest_day)) == (2, 10)
    (example,) = dust.examples_anew
    assert (example.subject, example.severity, example.peak, example.unit_vi) == ("a/pm25", 2, 80.0, "µg/m³")
    assert example.began_at.ToDatetime(UTC) == BEGAN + timedelta(minutes=3)
    assert example.ended_at.ToDatetime(UTC) == BEGAN + timedelta(minutes=8)
    assert (silence.before.raised, silence.HasField("after"), silence.no_longer) == (1, False, 1)
    assert not silence.examples_no_longer[0].HasField("ended_at")
    with world.as_role("alarms") as connection:
        assert store.rules_version(connection) == 1
        assert connection.execute("SELECT count(*) FROM alarms.episodes").fetchone() == (0,)


def test_what_cannot_be_planned_is_refused_with_its_reason(
    stub: Any, metadata: Metadata, new_token: Callable[..., str], world: World
) -> None:
    def fault(wish: Any) -> tuple[str, str]:
        return violation(lambda: list(stub.PlanRules(wish, metadata=metadata, timeout=20)))

    wrong = STRICTER.replace('unit = "µg/m³"', 'unit = ""')
    assert fault(request(wrong)) == ("files[air.toml].pm25_high.over.unit", "bad_rule")
    assert fault(pb.PlanRulesRequest()) == ("files", "empty")
    assert fault(request("x", name="")) == ("files[0].name", "required")
    twice = request(STRICTER)
    twice.files.add(name="b.toml", text=STRICTER)
    assert fault(twice) == ("files[b.toml].pm25_high.id", "bad_rule")
    later = request(STRICTER)
    later.end.FromDatetime(datetime.now(UTC) + timedelta(days=1))
    assert fault(later) == ("end", "in_the_future")
    none = request(STRICTER)
    none.start.CopyFrom(none.end)
    assert fault(none) == ("end", "not_after_start")
    long = request(STRICTER)
    long.start.FromDatetime(BEGAN - timedelta(days=100))
    assert fault(long) == ("start", "too_long")
    for scopes, more in ((("alarms.read",), {}), (("alarms.define",), {"areas": ["56"]})):
        with pytest.raises(grpc.RpcError) as error:
            list(stub.PlanRules(request(STRICTER), metadata=bearer(new_token(*scopes, **more)), timeout=20))
        assert error.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_more_readings_than_a_plan_looks_at_are_refused(stub: Any, metadata: Metadata, world: World) -> None:
    channels = tuple(replace(device("x").channels[0], channel=f"pm25_{n}") for n in range(200))
    world.provision(replace(device("x", interval_s=1), channels=channels))
    wish = request(STRICTER)
    wish.start.FromDatetime(BEGAN - timedelta(days=80))
    found = violation(lambda: list(stub.PlanRules(wish, metadata=metadata, timeout=20)))
    assert found == ("start", "too_much_to_compute")


def test_an_application_holds_without_a_restart_and_only_as_it_was_planned(
    stub: Any, metadata: Metadata, channel: grpc.Channel, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "DEVICES_AGE_S", 0.0)
    world.now = datetime.now(UTC)
    world.follower.tick()
    wish = request(STRICTER, without_trial=True)
    (head,) = stub.PlanRules(wish, metadata=metadata, timeout=20)
    assert not head.HasField("start")
    apply = pb.ApplyRulesRequest(files=wish.files, plan_sha256=head.plan_sha256)
    other = pb.ApplyRulesRequest(files=wish.files, whole=True, plan_sha256=head.plan_sha256)
    assert refused(lambda: stub.ApplyRules(other, metadata=metadata))[1] == "other_plan"
    applied = stub.ApplyRules(apply, metadata=metadata)
    assert [(one.rule, one.change) for one in applied.changes] == [("pm25_high", "changed")]
    assert refused(lambda: stub.ApplyRules(apply, metadata=metadata))[1] == "other_plan"  # it moved since
    with world.as_role("alarms") as connection:
        assert connection.execute(
            "SELECT version, applied_by, retired_at IS NULL FROM alarms.rules WHERE rule = 'pm25_high'"
            " ORDER BY version"
        ).fetchall() == [(1, "start", False), (2, "test", True)]
    rules = AlarmsServiceStub(channel).ListRules(alarms_pb2.ListRulesRequest(), metadata=metadata).rules
    assert [(one.rule, one.version) for one in rules] == [("pm25_high", 2), ("silent", 1)]
    world.now = datetime.now(UTC)
    world.store([("a", world.now, 80.0)])
    world.follow()
    assert ("pm25_high", "a/pm25", "raised") in world.shown()


def test_of_two_who_apply_at_once_one_is_refused(
    stub: Any, metadata: Metadata, database: Database, world: World
) -> None:
    wish = request(STRICTER, without_trial=True)
    (head,) = stub.PlanRules(wish, metadata=metadata, timeout=20)
    apply = pb.ApplyRulesRequest(files=wish.files, plan_sha256=head.plan_sha256)
    with connect(database.dsn("alarms"), "test") as connection:
        (rule,), _ = parse_rules("x.toml", STRICTER.replace("60.0", "70.0"))
        store.apply_rules(connection, [rule], "other", datetime.now(UTC))
        late = stub.ApplyRules.future(apply, metadata=metadata, timeout=20)
        eventually(lambda: waiting(database) == 1)
    assert refused(late.result)[1] == "other_plan"


def waiting(database: Database) -> int:
    """How many sessions of the role of alarms wait for somebody's lock."""
    with connect(database.dsn("alarms"), "test") as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user"
            " AND datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_the_command_line(
    stub: Any, start: Start, client: dict[str, str], world: World, tmp_path: Path
) -> None:
    start("alarms")
    (tmp_path / "bụi.toml").write_text(STRICTER, encoding="utf-8")
    (tmp_path / "storm.toml").write_text("[storm]\n", encoding="utf-8")
    folder = str(tmp_path)
    span = ("--start", BEGAN.isoformat(), "--end", (BEGAN + timedelta(minutes=20)).isoformat())
    planned = haidang(client, "--lang", "vi", "alarms", "plan", folder, *span)
    assert planned.returncode == 0, planned.stderr
    for word in ("sửa đổi", "báo thêm", "cảnh báo 2", "a/pm25", "80", "Báo thêm"):
        assert word in planned.stdout
    assert "Đã xem 2/2 đối tượng" in planned.stderr
    plan = planned.stderr.split("--plan ")[1].split()[0]
    outcome, example = lines(haidang(client, "alarms", "plan", folder, *span, "--json"))
    assert (outcome["raised_before"], outcome["raised_after"], outcome["anew"]) == (1, 2, 1)
    assert (example["would"], example["subject"]) == ("anew", "a/pm25")
    stale = haidang(client, "alarms", "apply", folder, "--whole", "--plan", plan)
    assert stale.returncode != 0
    assert "plan again" in stale.stderr
    (applied,) = lines(haidang(client, "alarms", "apply", folder, "--plan", plan, "--json"))
    assert (applied["rule"], applied["rule_change"]) == ("pm25_high", "changed")
    again = haidang(client, "alarms", "apply", folder)
    assert again.returncode == 0
    assert again.stdout == ""
