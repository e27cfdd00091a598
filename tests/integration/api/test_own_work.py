"""The centre's own work: alarms that were raised and handled, taken in as records and made figures of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.alarms.v1 import alarms_pb2, duty_pb2
from ioc.alarms.v1.alarms_pb2_grpc import AlarmsServiceStub
from ioc.alarms.v1.duty_pb2_grpc import DutyServiceStub
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub

from services.alarms import store_maintenance
from services.alarms.domain import Alarm
from services.alarms.maintenance import Maintenance
from services.alarms.storm import STORM, Limits
from services.records import changing, own_work
from services.records.collecting import Collector
from services.records.dates import VIETNAM
from services.records.rpc_known import Known
from services.records.settings import RecordsSettings
from services.runtime.db import open_pool
from services.runtime.outcome import Unavailable
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, World, device
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.outside_client import recomputed
from tests.integration.figures_world import Engine

pytestmark = pytest.mark.one_store("readings only raise the alarms; how they are kept is told by others")

AGO, APART = timedelta(minutes=30), timedelta(minutes=5)  # too far apart to be of one group


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A station by itself, and three that hang on one gateway."""
    made = World(database, LIMIT, Limits(group_from=3))
    made.provision(device("a"), *(device(name, shard="s7") for name in ("b", "c", "d")))
    made.now = datetime.now(UTC) - AGO
    yield made
    made.close()


@pytest.fixture
def handle(channel: grpc.Channel, new_token: Any) -> Any:
    """Acknowledges an alarm, by the operator's own token."""
    operator = bearer(new_token("alarms.handle", name="ca-dem"))

    def acknowledge(alarm: Alarm) -> None:
        request = alarms_pb2.AcknowledgeRequest(alarm=alarm.alarm)
        AlarmsServiceStub(channel).Acknowledge(request, metadata=operator, timeout=10)

    return acknowledge


def measure(world: World, value: float, *names: str) -> None:
    """The stations say so now."""
    world.store([(name, world.now, value) for name in names])
    world.follow()


def clear_and_close(world: World, *names: str) -> None:
    world.now = datetime.now(UTC)
    measure(world, 50.0, *names)
    world.follower.keep_house()


def collect(database: Database) -> None:
    """What a collector does that finds all sources due."""
    with psycopg.connect(database.dsn("records")) as connection:
        connection.execute("UPDATE records.sources SET due_at = now()")
    pool = open_pool(database.dsn("records"), "test-collector", size=6)
    collector = Collector(pool, Known(RecordsSettings()), (), None)
    collector.turn()
    collector.stop()
    pool.close()


def taken_in(database: Database, dataset: str = "centre.alarms") -> dict[str, dict[str, Any]]:
    """The rows that stand, by "batch:line"."""
    with psycopg.connect(database.dsn("records")) as connection:
        rows = connection.execute(
            "SELECT s.kept_batch, s.kept_line, s.payload::jsonb FROM records.standing('infinity') s"
            " JOIN records.datasets d USING (dataset_id) WHERE d.key = %s",
            (dataset,),
        ).fetchall()
    return {f"{batch}:{line}": payload for batch, line, payload in rows}


def sources(database: Database) -> dict[str, tuple[Any, ...]]:
    with psycopg.connect(database.dsn("records")) as connection:
        rows = connection.execute("SELECT name, cursor::bigint > 0, failures, lines FROM records.sources")
        return {name: tuple(told) for name, *told in rows}


def test_what_was_handled_is_a_figure_that_leads_back_to_each_alarm(
    world: World, handle: Any, channel: grpc.Channel, metadata: Metadata, database: Database
) -> None:
    measure(world, 150.0, "a")
    world.now += APART
    measure(world, 150.0, "b", "c", "d")
    alone, group = (one for one in world.alarms() if not one.suppressed)
    assert group.rule == STORM
    handle(alone)
    handle(group)
    until = Timestamp()
    until.FromDatetime(datetime.now(UTC) + timedelta(hours=1))
    shelve = alarms_pb2.ShelveRequest(alarm=alone.alarm, until=until, why="Thay cảm biến")
    AlarmsServiceStub(channel).Shelve(shelve, metadata=metadata, timeout=10)
    for text in ("Ca đêm yên", "Ca ngày"):
        entry = duty_pb2.AddEntryRequest(kind="handover", text=text)
        DutyServiceStub(channel).AddEntry(entry, metadata=metadata, timeout=10)
    clear_and_close(world, "a", "b", "c", "d")
    assert {one.state for one in world.alarms()} == {"closed"}

    collect(database)
    rows = taken_in(database)
    assert {row["alarm"] for row in rows.values()} == {str(alone.alarm), str(group.alarm)}
    assert len(taken_in(database, "centre.handovers")) == 2
    (kept,) = (row for row in rows.values() if row["alarm"] == str(alone.alarm))
    assert (kept["rule"], kept["severity"], kept["area"]) == ("pm25_high", "warning", "22333")
    assert (kept["acknowledged_by"], kept["shelved"]) == ("ca-dem", True)

    engine = Engine(database, datetime.now(UTC), daily_stock_days=1)
    engine.catch_up()
    engine.close()
    stub, month = FiguresServiceStub(channel), datetime.now(VIETNAM).date().replace(day=1).isoformat()

    def explained(indicator: str, breakdown: str = "") -> tuple[Any, list[Any]]:
        request = pb.ExplainFigureRequest(
            indicator=indicator, subject_kind=pb.SUBJECT_KIND_PROVINCE, breakdown=breakdown,
            period="month", period_start=month,
        )  # fmt: skip
        head, *pages = stub.ExplainFigure(request, metadata=metadata, timeout=20)
        inputs = [one for page in pages for one in page.inputs]
        assert recomputed(head, inputs) == pytest.approx(Decimal(head.figure.value))
        return head.figure.value, inputs

    value, inputs = explained("OC-03")
    assert value == "50"
    of = {(one.measure, record) for one in inputs for record in one.records}
    assert [rows[record] for name, record in of if name == "alarms_shelved"] == [kept]
    assert {record for name, record in of if name == "alarms_closed"} == set(rows)
    told = [(row["raised_at"], row["acknowledged_at"]) for row in rows.values()]
    waited = [datetime.fromisoformat(to) - datetime.fromisoformat(since) for since, to in told]
    assert min(waited) >= AGO - APART
    median = sum(waited, timedelta()) / 2 / timedelta(minutes=1)
    assert float(explained("OC-01.p50")[0]) == pytest.approx(median)
    assert explained("OC-04", "acknowledged_by=ca-dem")[0] == "2"
    assert explained("OC-05")[0] == "1"


def test_what_was_under_maintenance_is_to_be_handled_from_its_end_on(
    world: World, handle: Any, database: Database
) -> None:
    work = Maintenance(0, "everything", "", world.now, world.now + 2 * AGO, "Thay tủ điện", "lan", world.now)
    with world.as_role("alarms") as connection:
        number = store_maintenance.announce(connection, work).maintenance
    measure(world, 150.0, "a")
    world.now += timedelta(minutes=1)
    measure(world, 50.0, "a")  # over before anybody was to look
    world.follower.keep_house()
    world.now += APART
    measure(world, 150.0, "b")
    world.now += APART
    with world.as_role("alarms") as connection:
        assert store_maintenance.cancel(connection, number, world.now)
    world.follower.keep_house()
    over, left = world.alarms()
    assert (str(over.state), str(over.suppressed), str(left.suppressed)) == ("closed", "maintenance", "")
    shown_at = world.now
    handle(left)
    clear_and_close(world, "b")
    collect(database)
    (row,) = taken_in(database).values()
    assert (row["alarm"], datetime.fromisoformat(row["raised_at"])) == (str(left.alarm), shown_at)


def test_a_collector_that_was_killed_loses_and_doubles_nothing(
    world: World, handle: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_work, "ROWS_A_PAGE", 2)
    for name in ("a", "b", "c"):
        measure(world, 150.0, name)
        world.now += APART
    alarms = world.alarms()
    for one in alarms:
        handle(one)
    clear_and_close(world, "a")
    with monkeypatch.context() as patch:

        def killed(*given: object) -> None:
            raise Unavailable("killed")

        patch.setattr(changing, "complete", killed)
        collect(database)
    assert len(taken_in(database)) == 1  # what came counts, and the cursor has not moved
    assert sources(database)["centre.alarms"] == (False, 0, 0)

    clear_and_close(world, "b", "c")
    collect(database)
    collect(database)
    collect(database)  # finds nothing new
    rows = taken_in(database).values()
    assert sorted(row["alarm"] for row in rows) == sorted(str(one.alarm) for one in alarms)
    assert sources(database)["centre.alarms"] == (True, 0, 3)
    with psycopg.connect(database.dsn("records")) as connection:
        told = connection.execute(
            "SELECT stored, duplicate, completed_at IS NOT NULL FROM records.batches ORDER BY batch"
        ).fetchall()
    assert told == [(1, 0, False), (1, 1, True), (1, 0, True)]
