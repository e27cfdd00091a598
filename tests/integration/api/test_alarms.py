"""Alarms over gRPC, and as the command line shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.alarms.v1 import alarms_pb2 as pb
from ioc.alarms.v1.alarms_pb2_grpc import AlarmsServiceStub
from ioc.areas.v1 import areas_pb2
from ioc.areas.v1.areas_pb2_grpc import AreasServiceStub

from services.alarms import store, store_alarms, store_journal, telling
from services.alarms.domain import Act, Alarm, Severity, State, Suppression
from services.alarms.evaluate import Episode
from services.alarms.roster import Roster
from services.alarms.rules import parse_rules
from services.alarms.schedule import WorkingTime
from services.alarms.store_episodes import Key, Moved, ms_of, replace_from
from services.alarms.storm import STORM
from services.records.catalogue import CALENDAR, load_calendar
from services.runtime import outbox
from services.runtime.db import Connection, connect
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.process_world import Start, client, haidang, lines, port, start
from tests.integration.api.test_areas import commune, province
from tests.integration.api.test_tokens import refused

__all__ = ["client", "port", "start"]

pytestmark = pytest.mark.one_store("alarms are in tables that both keep alike")

NOW = datetime.now(UTC).replace(microsecond=0)
RAISED = NOW - timedelta(hours=1)
HERE, ELSEWHERE = "22333", "26734"  # communes of 56 and of 79


@pytest.fixture
def stub(channel: grpc.Channel, metadata: Metadata) -> Any:
    """Of the service, with two provinces on the map."""
    units = [province("56"), province("79"), commune(HERE), commune(ELSEWHERE, parent_code="79")]
    AreasServiceStub(channel).PutUnits(areas_pb2.PutUnitsRequest(units=units), metadata=metadata)
    return AlarmsServiceStub(channel)


@pytest.fixture
def own(new_token: Callable[..., str]) -> Metadata:
    """Of a token that may do everything, in province 56."""
    return bearer(new_token(name="khanh-hoa", areas=["56"]))


@pytest.fixture
def raised(database: Database) -> dict[str, int]:
    """By subject: a station and a commune of province 56, a station and a dataset elsewhere, and a group
    without an area that speaks for one more station of 56.
    """
    (rule,), _ = parse_rules("test.toml", LIMIT)
    with connect(database.dsn("alarms"), "test") as connection:
        store.apply_rules(connection, [rule], "test", RAISED)
        numbers = {
            "air-001": put(connection, "station", "air-001", HERE),
            HERE: put(connection, "commune", HERE, HERE),
            "air-900": put(connection, "station", "air-900", ELSEWHERE, Severity.SERIOUS),
            "onestop": put(connection, "dataset", "onestop", ""),
            "shard s0": put(connection, "group", "shard s0", "", rule=STORM),
        }
        numbers["air-002"] = put(connection, "station", "air-002", HERE, group=numbers["shard s0"])
        began, peak = ms_of(RAISED), ms_of(RAISED) + 60_000
        episode = Episode(began, None, [(began, 1)], 150.0, peak, peak)
        key = Key("pm25_high", "station", "air-001")
        replace_from(connection, [Moved(key, began, [episode], rule.grading, 1)], NOW)
    return numbers


def put(
    connection: Connection,
    kind: str,
    subject: str,
    area_code: str,
    severity: Severity = Severity.WARNING,
    group: int | None = None,
    rule: str = "pm25_high",
) -> int:
    """Raises an alarm; its number."""
    (number,) = store_alarms.numbers(connection, 1)
    alarm = Alarm(
        number, f"{rule}/{kind}/{subject}", rule, int(rule != STORM), kind, subject,
        subject if kind == "station" else "", area_code, State.RAISED, severity, severity, RAISED, RAISED,
        value=150.0, value_at=RAISED,
        explanation={"vi": "Bụi cao", "en": "Dust", "unit": "deviations", "unit_vi": "độ lệch"},
        suppressed=Suppression.GROUP if group else Suppression.NONE, group_alarm=group,
    )  # fmt: skip
    store_alarms.write(connection, [store_alarms.fresh(alarm, Act(RAISED))], "t" * 32)
    return number


def relay(database: Database) -> None:
    """Numbers the facts as the relay does."""
    with connect(database.dsn("alarms"), "test") as connection:
        outbox.assign_positions(connection, "alarms", 1_000)


def subjects(stub: Any, metadata: Metadata, **wishes: Any) -> set[str]:
    answer = stub.ListAlarms(pb.ListAlarmsRequest(**wishes), metadata=metadata)
    return {one.subject for one in answer.alarms}


def test_alarms_are_listed_as_they_are_asked_for(
    stub: Any, metadata: Metadata, raised: dict[str, int]
) -> None:
    every = {"air-001", HERE, "air-900", "onestop", "shard s0"}
    assert subjects(stub, metadata) == every
    assert subjects(stub, metadata, with_suppressed=True) == every | {"air-002"}
    assert subjects(stub, metadata, group_alarm=raised["shard s0"]) == {"air-002"}
    assert subjects(stub, metadata, severity_from=3) == {"air-900"}
    assert subjects(stub, metadata, device="air-001") == {"air-001"}
    assert subjects(stub, metadata, area_code="56") == {"air-001", HERE}  # with what lies below
    assert subjects(stub, metadata, states=["cleared"]) == set()
    first = stub.ListAlarms(pb.ListAlarmsRequest(page_size=4), metadata=metadata)
    rest = pb.ListAlarmsRequest(page_size=4, page_token=first.next_page_token)
    last = stub.ListAlarms(rest, metadata=metadata)
    assert [one.alarm for one in (*first.alarms, *last.alarms)] == sorted(
        (number for subject, number in raised.items() if subject != "air-002"), reverse=True
    )
    assert (first.alarms[-1].rule_vi, first.alarms[-1].why_vi) == ("PM2.5 cao", "Bụi cao")
    for wishes in ({"states": ["x"]}, {"severity_from": 5}, {"page_size": -1}):
        with pytest.raises(grpc.RpcError):
            subjects(stub, metadata, **wishes)


def test_a_token_of_some_areas_sees_and_handles_what_was_raised_there(
    stub: Any, metadata: Metadata, own: Metadata, raised: dict[str, int]
) -> None:
    # One without a device is there; one for which a group elsewhere speaks is shown.
    assert subjects(stub, own) == {"air-001", HERE, "air-002"}
    page = stub.ListAlarms(pb.ListAlarmsRequest(page_size=3), metadata=own)
    assert (len(page.alarms), page.next_page_token) == (3, "")  # filtered before the page was cut
    for number in (raised["air-900"], raised["onestop"], 10_000):
        history, act = pb.GetHistoryRequest(alarm=number), pb.AcknowledgeRequest(alarm=number)
        for call in (
            lambda asked=history: stub.GetHistory(asked, metadata=own),
            lambda asked=act: stub.Acknowledge(asked, metadata=own),
        ):
            assert refused(call) == ("NOT_FOUND", "not_here", None)
    outside = pb.GetHistoryRequest(alarm=raised["air-900"])
    assert stub.GetHistory(outside, metadata=metadata).alarm.state == "raised"  # nothing was done to it
    assert stub.Acknowledge(
        pb.AcknowledgeRequest(alarm=raised[HERE]), metadata=own
    ).alarm.acknowledged_by == ("khanh-hoa")
    (rule,) = stub.ListRules(pb.ListRulesRequest(), metadata=own).rules
    assert (rule.name_vi, rule.definition, len(rule.levels)) == ("PM2.5 cao", "", 2)
    (rule,) = stub.ListRules(pb.ListRulesRequest(), metadata=metadata).rules
    assert '"hysteresis":20.0' in rule.definition


def test_what_people_do_is_in_the_history_and_once_in_the_journal(
    stub: Any, metadata: Metadata, raised: dict[str, int], database: Database, new_token: Callable[..., str]
) -> None:
    working = WorkingTime(load_calendar(CALENDAR))

    def tell() -> None:
        with connect(database.dsn("alarms"), "test") as connection:
            telling.tell(connection, Roster({}, {}, ()), working, NOW)

    relay(database)
    tell()  # begins behind what was raised
    number, until, far = raised["air-001"], Timestamp(), Timestamp()
    until.FromDatetime(datetime.now(UTC) + timedelta(hours=2))
    far.FromDatetime(datetime.now(UTC) + timedelta(days=31))
    stub.Acknowledge(pb.AcknowledgeRequest(alarm=number, note="Đang kiểm tra"), metadata=metadata)
    again = pb.AcknowledgeRequest(alarm=number)
    assert refused(lambda: stub.Acknowledge(again, metadata=metadata))[:1] == ("INVALID_ARGUMENT",)
    shelved = stub.Shelve(pb.ShelveRequest(alarm=number, until=until, why="Thay cảm biến"), metadata=metadata)
    assert (shelved.alarm.state, shelved.alarm.shelved_by) == ("shelved", "test")
    for request, reason in (
        (pb.ShelveRequest(alarm=number, until=until), "required"),
        (pb.ShelveRequest(alarm=number, why="x"), "required"),
        (pb.ShelveRequest(alarm=number, until=Timestamp(seconds=1), why="x"), "in_the_past"),
        (pb.ShelveRequest(alarm=number, until=far, why="x"), "too_long"),
    ):
        assert refused(lambda asked=request: stub.Shelve(asked, metadata=metadata))[1] == reason
    stub.Unshelve(pb.UnshelveRequest(alarm=number), metadata=metadata)
    off_shelf = pb.UnshelveRequest(alarm=number)
    assert refused(lambda: stub.Unshelve(off_shelf, metadata=metadata))[1] == "no_such_transition"
    stub.AddNote(pb.AddNoteRequest(alarm=number, text="Đã thay"), metadata=metadata)
    reader = bearer(new_token("alarms.read"))
    unread = pb.AddNoteRequest(alarm=number, text="x")
    assert refused(lambda: stub.AddNote(unread, metadata=reader))[0] == "PERMISSION_DENIED"

    told = stub.GetHistory(pb.GetHistoryRequest(alarm=number), metadata=metadata)
    events = ["raise", "acknowledge", "shelve", "unshelve", "note"]
    assert [one.event for one in told.changes] == events
    assert [one.by for one in told.changes] == ["", "test", "test", "test", "test"]
    assert (told.changes[2].note, told.total_changes) == ("Thay cảm biến", 5)
    (episode,) = told.episodes
    assert (episode.peak, episode.levels[0].severity, episode.HasField("ended_at")) == (150.0, 2, False)
    relay(database)
    tell()
    tell()
    with connect(database.dsn("alarms"), "test") as connection:
        kinds = [str(one.draft.kind) for one in store_journal.entries(connection, None, None, 10)]
    assert kinds == ["remark", "unshelve", "shelve", "acknowledge"]


def test_a_watch_tells_each_change_and_goes_on_where_it_was(
    stub: Any, metadata: Metadata, own: Metadata, raised: dict[str, int], database: Database
) -> None:
    relay(database)
    watch = stub.WatchAlarms(pb.WatchAlarmsRequest(), metadata=metadata, timeout=20)
    token = next(watch).resume_token
    for subject in ("air-900", HERE):
        stub.AddNote(pb.AddNoteRequest(alarm=raised[subject], text="Đã biết"), metadata=metadata)
    relay(database)
    (one,) = next(watch).changes
    assert (one.change.event, one.change.note, one.alarm.subject) == ("note", "Đã biết", "air-900")
    assert (one.alarm.rule_vi, one.alarm.revision) == ("PM2.5 cao", 2)
    assert [two.alarm.subject for two in next(watch).changes] == [HERE]
    watch.cancel()

    def first(who: Metadata, **wishes: Any) -> str:
        request = pb.WatchAlarmsRequest(resume_token=token, **wishes)
        again = stub.WatchAlarms(request, metadata=who, timeout=20)
        subject = next(one.alarm.subject for response in again for one in response.changes)
        again.cancel()
        return str(subject)

    assert (first(metadata), first(own)) == ("air-900", HERE)
    assert first(metadata, severity_from=3) == "air-900"
    assert first(metadata, area_codes=["56"]) == HERE  # with what lies below
    outside = pb.WatchAlarmsRequest(area_codes=["79"])
    assert refused(lambda: next(stub.WatchAlarms(outside, metadata=own, timeout=20)))[1] == "outside_areas"
    many = pb.WatchAlarmsRequest(area_codes=["56"] * 1_001)
    assert refused(lambda: next(stub.WatchAlarms(many, metadata=metadata, timeout=20)))[1] == "too_many"


def test_a_group_says_what_it_is_and_units_are_told_in_both_languages(
    stub: Any, metadata: Metadata, raised: dict[str, int]
) -> None:
    def told(subject: str) -> pb.Alarm:
        return stub.GetHistory(pb.GetHistoryRequest(alarm=raised[subject]), metadata=metadata).alarm

    group, one = told("shard s0"), told("air-001")
    assert (group.rule_vi, group.rule_en) == ("Nhiều cảnh báo cùng nguyên nhân", "Many alarms of one cause")
    assert (one.unit, one.unit_vi) == ("deviations", "độ lệch")


def test_what_has_changed_since_the_caller_looked_is_not_decided_on(
    stub: Any, metadata: Metadata, raised: dict[str, int]
) -> None:
    number, until = raised["air-900"], Timestamp()
    until.FromDatetime(NOW + timedelta(hours=2))
    stub.AddNote(pb.AddNoteRequest(alarm=number, text="Đang xem"), metadata=metadata)
    shelve = pb.ShelveRequest(alarm=number, until=until, why="Bảo trì", revision=1)
    for call in (
        lambda: stub.Acknowledge(pb.AcknowledgeRequest(alarm=number, revision=1), metadata=metadata),
        lambda: stub.Shelve(shelve, metadata=metadata),
        lambda: stub.Unshelve(pb.UnshelveRequest(alarm=number, revision=1), metadata=metadata),
    ):
        assert refused(call)[:2] == ("INVALID_ARGUMENT", "changed_since")
    taken = stub.Acknowledge(pb.AcknowledgeRequest(alarm=number, revision=2), metadata=metadata)
    assert (taken.alarm.state, taken.alarm.revision) == ("acknowledged", 3)


def test_the_command_line_watches(
    stub: Any,
    metadata: Metadata,
    start: Start,
    client: dict[str, str],
    raised: dict[str, int],
    database: Database,
    tmp_path: Path,
) -> None:
    start("alarms", "areas")
    relay(database)
    opened = stub.WatchAlarms(pb.WatchAlarmsRequest(), metadata=metadata, timeout=20)
    token = next(opened).resume_token
    opened.cancel()
    for subject in ("air-900", HERE, "air-001"):
        stub.AddNote(pb.AddNoteRequest(alarm=raised[subject], text="Đã biết"), metadata=metadata)
    relay(database)
    options = ("--area", "56", "--resume", token)
    with watched(client, tmp_path, "alarms", "watch", "--json", *options) as output:
        first = json.loads(next(output))
    assert (first["alarm_event"], first["text"], first["subject"]) == ("note", "Đã biết", HERE)
    with watched(client, tmp_path, "alarms", "watch", "--json", "--resume", first["resume_token"]) as output:
        assert json.loads(next(output))["subject"] == "air-001"
    with watched(client, tmp_path, "--lang", "vi", "alarms", "watch", "pm25_high", *options) as output:
        line = next(output)
    for word in ("ghi chú", "Đã biết", "mới phát sinh", "cảnh báo", HERE):
        assert word in line


@contextmanager
def watched(client: dict[str, str], folder: Path, *arguments: str) -> Iterator[IO[str]]:
    """What a command writes that ends by Ctrl-C only."""
    path = f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}:{CHECKOUT / 'clients/python'}"
    environment = {**os.environ, "PYTHONPATH": path, **client}
    command = [sys.executable, "-m", "services.cli", *arguments]
    with subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout
        try:
            yield one.stdout
        finally:
            one.kill()


def test_the_command_line(stub: Any, start: Start, client: dict[str, str], raised: dict[str, int]) -> None:
    start("alarms", "areas")
    number = str(raised["air-900"])
    shown = haidang(client, "--lang", "vi", "alarms", "list", "--severity", "serious").stdout
    for word in ("nghiêm trọng", "mới phát sinh", "Bụi cao", "air-900"):
        assert word in shown
    (one,) = lines(haidang(client, "alarms", "ack", number, "--note", "Đang xem", "--json"))
    assert (one["alarm_state"], one["acknowledged_by"]) == ("acknowledged", "test")
    shelve = ("alarms", "shelve", number, "--until", "2h", "--why", "Bảo dưỡng")
    assert "tạm gác" in haidang(client, "--lang", "vi", *shelve).stdout
    assert haidang(client, "alarms", "unshelve", number).returncode == 0
    assert haidang(client, "alarms", "note", number, "Xong").returncode == 0
    told = haidang(client, "--lang", "vi", "alarms", "history", number).stdout
    for word in ("phát sinh", "tiếp nhận", "thôi tạm gác", "ghi chú", "Bảo dưỡng"):
        assert word in told
    rules = haidang(client, "--lang", "vi", "alarms", "rules").stdout
    assert "cảnh báo ≥ 100 µg/m³" in rules
    assert haidang(client, "alarms", "ack", "99999").returncode == 4
    assert haidang(client, "alarms", "shelve", number, "--until", "x", "--why", "y").returncode == 2
