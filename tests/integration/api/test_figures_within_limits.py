"""What is known within limits only is told so, over gRPC, by the command line and in reports."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import grpc
import psycopg
import pytest
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub

from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.figures_centre import definitions, office
from tests.integration.api.test_figures_commands import Run, haidang, rows
from tests.integration.figures_office import NORTH, SOUTH, Office, stock

__all__ = ["definitions", "haidang", "office"]

STOCKS, HELD, CAME = "tested.stocks", "TE-08", "TE-11"
PROVINCE, AREA = pb.SUBJECT_KIND_PROVINCE, pb.SUBJECT_KIND_AREA


@pytest.fixture
def more_than(office: Office) -> int:
    """5 in the north from September on, in the south more than 40; the batch that says the latter."""
    office.append(office.open(STOCKS), [stock(0, "x", 20, 1, "5")])
    batch = office.open(STOCKS)
    office.append(batch, [stock(1, "x", 20, 1, "hơn 40")])
    office.engine.catch_up()
    office.engine.now += timedelta(hours=1)
    office.engine.follower.tick()
    return batch


def held(stub: FiguresServiceStub, metadata: Metadata, on: str) -> dict[str, tuple[str, str, str]]:
    """Value, lowest and highest of the month's last day, by area; "": of the province."""
    request = pb.GetFiguresRequest(indicators=[HELD], period="month", on=on)
    found = stub.GetFigures(request, metadata=metadata, timeout=20).figures
    return {one.subject: (one.value, one.low, one.high) for one in found}


def applied(
    stub: FiguresServiceStub, metadata: Metadata, office: Office, text: str
) -> set[tuple[str, str, str]]:
    """Applies a file as it was planned; value, lowest and highest of what the plan said of HELD, all of which
    is published then.
    """
    files = [pb.DefinitionFile(name="public_services.toml", text=text)]
    planned = list(
        stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=files), metadata=metadata, timeout=30)
    )
    request = pb.ApplyDefinitionsRequest(files=files, plan_sha256=planned[0].plan_sha256)
    stub.ApplyDefinitions(request, metadata=metadata, timeout=20)
    office.engine.catch_up()
    (change,) = (one for answer in planned for one in answer.changes if one.indicator == HELD)
    told = {(one.after.value, one.after.low, one.after.high) for one in change.examples}
    standing = {
        tuple("" if number is None else f"{number:f}" for number in numbers)
        for key, numbers in office.engine.figures("value, low, high").items()
        if key[0] == HELD
    }
    assert told <= standing
    return told


def test_a_limit_goes_the_way_of_a_number(
    office: Office, channel: grpc.Channel, metadata: Metadata, more_than: int
) -> None:
    stub = FiguresServiceStub(channel)
    assert held(stub, metadata, "2025-09-30") == {
        NORTH: ("5", "", ""),
        SOUTH: ("", "41", ""),
        "": ("", "46", ""),
    }
    request = pb.ExplainFigureRequest(
        indicator=HELD, subject_kind=PROVINCE, period="month", period_start="2025-09-01"
    )
    head, *pages = stub.ExplainFigure(request, metadata=metadata, timeout=20)
    (state,) = head.measures
    assert (state.HasField("value"), state.low, state.HasField("high"), state.inputs) == (
        False,
        "46",
        False,
        2,
    )
    inputs = [one for page in pages for one in page.inputs]
    told = sorted((one.area, one.amount, one.low, one.high, one.count) for one in inputs)
    assert told == [(NORTH, "5", "", "", 1), (SOUTH, "", "41", "", 1)]
    assert all(one.records for one in inputs)

    # A stock that is said anew is within other limits; what was said of it goes in full.
    office.append(
        office.open(STOCKS), [stock(1, "x", 21, 1, "khoảng 50"), stock(1, "x", 22, 1, "không quá 60")]
    )
    office.engine.catch_up()
    assert held(stub, metadata, "2025-10-31")[SOUTH] == ("", "45", "55")
    assert held(stub, metadata, "2025-10-31")[""] == ("", "50", "60")
    assert held(stub, metadata, "2025-11-01")[SOUTH] == ("", "", "60")
    office.withdraw(more_than)
    office.engine.catch_up()
    assert held(stub, metadata, "2025-09-30") == {
        NORTH: ("5", "", ""),
        SOUTH: ("", "", ""),
        "": ("5", "", ""),
    }
    assert held(stub, metadata, "2025-10-31")[""] == ("", "50", "60")


def test_limits_are_shown_and_written_as_such(
    haidang: Run, channel: grpc.Channel, metadata: Metadata, more_than: int
) -> None:
    shown = rows(haidang("figures", "show", HELD, "--on", "2025-09-30", "--json"))
    assert [one["value"] for one in shown] == ["5", "≥ 41", "≥ 46"]
    assert "≥ 46" in haidang("figures", "show", HELD, "--on", "2025-09-30", "--kind", "province").stdout
    explained = rows(haidang("figures", "explain", HELD, "--start", "2025-09-01", "--json"))
    assert [one["value"] for one in explained[:2]] == ["≥ 46", "≥ 46"]
    assert sorted(one["amount"] for one in explained[2:]) == ["5", "≥ 41"]
    request = pb.ExportFiguresRequest(indicators=[HELD], period="month", on="2025-09-30", format="csv")
    answers = FiguresServiceStub(channel).ExportFigures(request, metadata=metadata, timeout=20)
    data = b"".join(one.data for one in answers)
    table = [line for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if line and line[0] == HELD]
    assert [(line[9], line[10], line[11], line[-1]) for line in table] == [
        ("5.00", "", "", ""),
        ("", "41.00", "", ""),
        ("", "46.00", "", ""),
    ]


def test_another_measure_has_other_limits_planned_and_applied(
    office: Office, channel: grpc.Channel, metadata: Metadata, more_than: int, definitions: Path
) -> None:
    office.append(office.open(STOCKS), [stock(0, "y", 20, 1, "không quá 10")])
    office.engine.catch_up()
    stub = FiguresServiceStub(channel)
    assert held(stub, metadata, "2025-09-30")[NORTH] == ("", "", "15")
    (file,) = definitions.glob("*.toml")
    text = file.read_text("utf-8")
    measure = text.index('name = "m9"')
    text = text[:measure] + "where = \"kind_of == 'x'\"\n" + text[measure:]
    assert ("5", "", "") in applied(stub, metadata, office, text)
    assert held(stub, metadata, "2025-09-30")[NORTH] == ("5", "", "")


def test_a_system_whose_measures_had_no_limits_gets_them_when_its_definitions_are_applied(
    office: Office,
    channel: grpc.Channel,
    metadata: Metadata,
    more_than: int,
    definitions: Path,
    database: Database,
) -> None:
    with psycopg.connect(database.dsn("indicators")) as connection:
        connection.execute("DELETE FROM indicators.measure_definitions WHERE name LIKE '@most/%'")
        connection.execute("INSERT INTO indicators.applications (applied_at, applied_by) VALUES (now(), 'x')")
    office.engine.catch_up()
    stub = FiguresServiceStub(channel)
    assert held(stub, metadata, "2025-09-30") == {
        NORTH: ("5", "", ""),
        SOUTH: ("", "", ""),
        "": ("5", "", ""),
    }
    (file,) = definitions.glob("*.toml")
    assert {("", "41", ""), ("", "46", "")} & applied(stub, metadata, office, file.read_text("utf-8"))
    assert held(stub, metadata, "2025-09-30")[""] == ("", "46", "")
