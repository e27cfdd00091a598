"""Duties and their journal over gRPC, and as the command line shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from ioc.alarms.v1 import duty_pb2 as pb
from ioc.alarms.v1.duty_pb2_grpc import DutyServiceStub

from services.alarms import store_alarms, store_duty
from services.alarms.domain import Act, Alarm, Event, Severity, State
from services.alarms.notice import Words, notice_of
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.process_world import Start, client, haidang, lines, port, start

__all__ = ["client", "port", "start"]

pytestmark = pytest.mark.one_store("duties and journal are in tables that both keep alike")

ROSTER = """
[[person]]
account = "lan"
vi = "Nguyễn Thị Lan"
phone = "0901 000 001"

[[duty]]
id = "centre"
vi = "Trực Trung tâm"
en = "Duty of the centre"
steps = [["lan"]]
"""
NOW = datetime.now(UTC)


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    (tmp_path / "roster.toml").write_text(ROSTER, encoding="utf-8")
    monkeypatch.setenv("HAIDANG_DUTY_ROSTER", str(tmp_path / "roster.toml"))
    return DutyServiceStub(request.getfixturevalue("channel"))


@pytest.fixture
def alarm(database: Database) -> int:
    """An alarm of an hour ago that lan acknowledged, and one notice about it on its way."""
    with connect(database.dsn("alarms"), "test") as connection:
        (number,) = store_alarms.numbers(connection, 1)
        raised = NOW - timedelta(hours=1)
        one = Alarm(
            number, "r/station/a", "r", 1, "station", "a", "a", "56", State.RAISED, Severity.SERIOUS,
            Severity.SERIOUS, raised, raised,
        )  # fmt: skip
        store_alarms.write(connection, [store_alarms.fresh(one, Act(raised))], "t")
        store_alarms.transition(connection, number, Event.ACKNOWLEDGE, Act(NOW, by="lan"), "t")
        row = connection.execute("SELECT min(change) FROM alarms.changes").fetchone()
        assert row is not None
        notice = notice_of(Event.RAISE, raised, one, Words("PM2.5 cao", "High PM2.5"), [])
        planned = store_duty.Planned(row[0], number, "centre", 1, "lan", "mail", "lan@example.vn", notice)
        store_duty.plan(connection, [planned], raised)
    return number


def test_telephones_are_shown_to_those_who_may_see_staff(
    stub: Any, metadata: Metadata, new_token: Callable[..., str]
) -> None:
    (duty,) = stub.ListOnDuty(pb.ListOnDutyRequest(), metadata=metadata).duties
    assert (duty.name_vi, duty.severity_from) == ("Trực Trung tâm", "notice")
    assert [(one.step, one.account, one.phone) for one in duty.people] == [(1, "lan", "0901 000 001")]
    poor = bearer(new_token("alarms.read"))
    (duty,) = stub.ListOnDuty(pb.ListOnDutyRequest(), metadata=poor).duties
    assert duty.people[0].phone == ""


def test_notes_and_handovers_are_entries_in_the_name_of_the_token(
    stub: Any, metadata: Metadata, alarm: int, new_token: Callable[..., str]
) -> None:
    def add(text: str, kind: str = "note", about: int = 0) -> Any:
        return stub.AddEntry(pb.AddEntryRequest(kind=kind, text=text, alarm=about), metadata=metadata).entry

    first, second = add("Mưa to ở cảng", about=alarm), add("Giao ca cho Hùng", "handover")
    assert (first.entry, first.by, first.alarm, second.entry) == (1, "test", alarm, 2)
    page = stub.ListEntries(pb.ListEntriesRequest(page_size=1), metadata=metadata)
    assert [one.text for one in page.entries] == ["Giao ca cho Hùng"]
    request = pb.ListEntriesRequest(page_size=1, page_token=page.next_page_token)
    rest = stub.ListEntries(request, metadata=metadata)
    assert ([one.text for one in rest.entries], rest.next_page_token) == (["Mưa to ở cảng"], "")
    for kind, text, about, code in (
        ("note", " ", 0, grpc.StatusCode.INVALID_ARGUMENT),
        ("note", "x" * 4_001, 0, grpc.StatusCode.INVALID_ARGUMENT),
        ("acknowledge", "x", 0, grpc.StatusCode.INVALID_ARGUMENT),
        ("note", "x", alarm + 1, grpc.StatusCode.NOT_FOUND),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            add(text, kind, about)
        assert refused.value.code() == code  # type: ignore[attr-defined]
    reader = bearer(new_token("alarms.read"))
    with pytest.raises(grpc.RpcError) as refused:
        stub.AddEntry(pb.AddEntryRequest(kind="note", text="x"), metadata=reader)
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED  # type: ignore[attr-defined]


def test_a_handover_tells_what_changed_and_what_is_open(stub: Any, metadata: Metadata, alarm: int) -> None:
    told = stub.GetHandover(pb.GetHandoverRequest(), metadata=metadata)
    (one,) = told.alarms
    assert (one.alarm, one.state, one.acknowledged_by) == (alarm, "acknowledged", "lan")
    assert (list(one.events), told.total) == (["raise", "acknowledge"], 1)
    stub.AddEntry(pb.AddEntryRequest(kind="handover", text="Giao ca"), metadata=metadata)
    told = stub.GetHandover(pb.GetHandoverRequest(), metadata=metadata)
    assert [list(one.events) for one in told.alarms] == [[]]  # still open; nothing happened since
    assert [one.kind for one in told.entries] == ["handover"]


def test_what_was_to_be_delivered_is_listed(stub: Any, metadata: Metadata, alarm: int) -> None:
    (one,) = stub.ListDeliveries(pb.ListDeliveriesRequest(alarm=alarm), metadata=metadata).deliveries
    assert (one.account, one.way, one.state, one.attempts) == ("lan", "mail", "waiting", 0)
    assert one.title_vi == "[Nghiêm trọng] Phát sinh: PM2.5 cao – a"
    gone = stub.ListDeliveries(pb.ListDeliveriesRequest(state="delivered"), metadata=metadata)
    assert list(gone.deliveries) == []


def test_the_command_line(
    start: Start, client: dict[str, str], alarm: int, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER, encoding="utf-8")
    start("alarms", HAIDANG_DUTY_ROSTER=str(tmp_path / "roster.toml"))
    (added,) = lines(haidang(client, "journal", "add", "Mưa to ở cảng", "-a", str(alarm), "--json"))
    shown = haidang(client, "--lang", "vi", "journal", "handover", "--say", "Giao ca")
    assert "nghiêm trọng" in shown.stdout
    assert "đã tiếp nhận" in shown.stdout
    assert "giao ca" in shown.stdout
    found = lines(haidang(client, "journal", "list", "-n", "1", "--json"))
    assert [(one["entry"], one["kind_of_entry"]) for one in found] == [(2, "handover")]
    assert lines(haidang(client, "duty", "now", "--json"))[0]["phone"] == "0901 000 001"
    assert lines(haidang(client, "duty", "deliveries", "--json"))[0]["state"] == "waiting"
    anchor = f"1:{added['hash']}"
    whole = haidang(client, "--lang", "vi", "journal", "verify", "--anchor", anchor)
    assert (whole.returncode, "nguyên vẹn: 2 mục" in whole.stderr) == (0, True)
    with psycopg.connect(database.admin_dsn) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE alarms.journal SET text = 'khác' WHERE entry = 1")
    wrong = haidang(client, "--lang", "vi", "journal", "verify")
    assert (wrong.returncode, "mục 1 đã bị sửa" in wrong.stderr) == (1, True)
