"""Figures over gRPC, of records that were handed in, corrected and withdrawn."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import grpc
import openpyxl
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub

from services.runtime import outbox
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.figures_centre import FEE, correct, definitions, office
from tests.integration.figures_office import NORTH, SOUTH, Office

__all__ = ["definitions", "office"]

AREA, ORGANISATION, PROVINCE = (
    pb.SUBJECT_KIND_AREA,
    pb.SUBJECT_KIND_ORGANISATION,
    pb.SUBJECT_KIND_PROVINCE,
)
OCTOBER = {"period": "month", "period_start": "2025-10-01"}


@pytest.fixture
def stub(office: Office, channel: grpc.Channel) -> Any:
    return FiguresServiceStub(channel)


def get(stub: Any, metadata: Metadata, **asked: Any) -> list[pb.Figure]:
    found, token = [], ""
    while True:
        request = pb.GetFiguresRequest(**{"period": "month", **asked}, page_size=2, page_token=token)
        answer = stub.GetFigures(request, metadata=metadata, timeout=20)
        found += answer.figures
        token = answer.next_page_token
        if not token:
            return found


def told(figures: Sequence[pb.Figure]) -> list[tuple[str, str, str]]:
    return [(one.subject, one.breakdown, one.value) for one in figures]


def explained(stub: Any, metadata: Metadata, **asked: Any) -> tuple[pb.ExplainFigureResponse, list[pb.Input]]:
    request = pb.ExplainFigureRequest(**{"indicator": FEE, "subject_kind": PROVINCE, **OCTOBER, **asked})
    head, *pages = stub.ExplainFigure(request, metadata=metadata, timeout=20)
    return head, [one for page in pages for one in page.inputs]


def refused(call: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as failed:
        call()
    error: Any = failed.value
    return error.code(), error.details()


def test_a_ratio_of_the_province_is_one_of_sums(stub: Any, metadata: Metadata) -> None:
    figures = get(stub, metadata, indicators=[FEE], on="2025-10-31", with_breakdowns=True)
    areas = [one for one in figures if one.subject_kind == AREA]
    assert told(areas) == [
        (NORTH, "", "35000"),
        (NORTH, "channel=desk", "20000"),
        (NORTH, "channel=online", "50000"),
        (SOUTH, "", "90000"),
        (SOUTH, "channel=online", "90000"),
    ]
    (whole,) = [one for one in figures if one.subject_kind == PROVINCE and not one.breakdown]
    assert Decimal(whole.value) == Context(prec=34).divide(Decimal(160_000), Decimal(3))
    assert (whole.numerator, whole.denominator) == ("160000", "3")
    assert (whole.inputs_used, whole.version, whole.period_start) == (3, 1, "2025-10-01")


def test_the_newest_period_of_each_where_no_day_is_named(stub: Any, metadata: Metadata) -> None:
    figures = get(stub, metadata, indicators=["TE-03"], subject_kind=AREA)
    # Stocks are carried into November.
    assert [(one.subject, one.value, one.period_start) for one in figures] == [
        (NORTH, "2", "2025-11-01"),
        (SOUTH, "1", "2025-11-01"),
    ]


def test_a_series_says_where_it_breaks(stub: Any, metadata: Metadata) -> None:
    request = pb.GetFigureSeriesRequest(
        indicator="TE-03",
        subject_kind=PROVINCE,
        period="day",
        start="2025-10-01",
        end="2025-10-06",
        page_size=2,
    )
    first = stub.GetFigureSeries(request, metadata=metadata, timeout=20)
    request.page_token = first.next_page_token
    second = stub.GetFigureSeries(request, metadata=metadata, timeout=20)
    found = [(one.period_start, one.value) for one in (*first.figures, *second.figures)]
    assert found == [("2025-10-02", "2"), ("2025-10-03", "2"), ("2025-10-04", "3"), ("2025-10-05", "3")]


def test_communes_are_compared_the_best_first(stub: Any, metadata: Metadata) -> None:
    request = pb.CompareSubjectsRequest(indicator=FEE, subject_kind=AREA, period="month", on="2025-10-02")
    answer = stub.CompareSubjects(request, metadata=metadata, timeout=20)
    assert told(answer.figures) == [(SOUTH, "", "90000"), (NORTH, "", "35000")]
    assert answer.whole.numerator == "160000"


def test_a_correction_of_a_published_month_is_told_with_its_batch(
    stub: Any, metadata: Metadata, office: Office
) -> None:
    batch = correct(office)
    answer = stub.ListChanges(
        pb.ListChangesRequest(batch=batch, indicators=[FEE]), metadata=metadata, timeout=20
    )
    changed = {
        (one.after.subject_kind, one.after.subject, one.after.breakdown, one.after.period): one
        for one in answer.changes
    }
    one = changed[AREA, NORTH, "", "month"]
    assert (one.before.value, one.after.value, one.difference) == ("35000", "45000", "10000")
    assert (list(one.batches), one.why, one.after.version) == ([batch], "records", 2)
    assert one.after.state == 3  # restated
    assert (AREA, SOUTH, "", "month") not in changed
    request = pb.ListVersionsRequest(indicator=FEE, subject_kind=AREA, subject=NORTH, **OCTOBER)
    versions = stub.ListVersions(request, metadata=metadata, timeout=20).figures
    assert [(v.version, v.value) for v in versions] == [(1, "35000"), (2, "45000")]


def test_a_past_moment_of_knowledge_is_answered_as_it_was(
    stub: Any, metadata: Metadata, office: Office
) -> None:
    before = Timestamp()
    before.FromDatetime(office.engine.now)
    correct(office)
    asked = {"indicators": [FEE], "subject_kind": AREA, "on": "2025-10-01"}
    assert told(get(stub, metadata, **asked, known_at=before)) == [(NORTH, "", "35000"), (SOUTH, "", "90000")]
    assert told(get(stub, metadata, **asked)) == [(NORTH, "", "45000"), (SOUTH, "", "90000")]
    head, inputs = explained(stub, metadata, known_at=before, subject_kind=AREA, subject=NORTH)
    assert (head.figure.value, head.figure.version) == ("35000", 0)
    assert sorted(one.amount for one in inputs if one.measure == "m1") == ["20000", "50000"]
    head, inputs = explained(stub, metadata, subject_kind=AREA, subject=NORTH)
    assert (head.figure.value, head.figure.version) == ("45000", 2)
    assert sorted(one.amount for one in inputs if one.measure == "m1") == ["40000", "50000"]


def test_an_explanation_leads_to_the_records(stub: Any, metadata: Metadata) -> None:
    head, inputs = explained(stub, metadata)
    assert head.definition.formula == "m1 / m0"
    assert {one.measure: one.value for one in head.measures} == {"m0": "3", "m1": "160000"}
    amount = sum(Decimal(one.amount) for one in inputs if one.measure == "m1")
    counted = sum(one.count for one in inputs if one.measure == "m0")
    assert Context(prec=34).divide(amount, Decimal(counted)) == Decimal(head.figure.value)
    one = next(one for one in inputs if one.life == "H32.10-251001-0001" and one.measure == "m1")
    assert (one.amount, one.day, one.area, len(one.records)) == ("50000", "2025-10-02", NORTH, 1)
    fields = {field.name: field.text for field in one.fields}
    assert fields["fee"] == "50000"
    assert "citizen" not in fields


def test_persons_in_a_set_are_told_apart_and_not_told(stub: Any, metadata: Metadata) -> None:
    head, inputs = explained(stub, metadata, indicator="TE-06")
    assert head.figure.value == "2"
    assert len({one.member for one in inputs}) == 2
    assert all(len(one.member) == 16 for one in inputs)


def test_a_report_is_a_workbook_or_a_table(stub: Any, metadata: Metadata) -> None:
    request = pb.ExportFiguresRequest(indicators=[FEE], period="month", on="2025-10-01", format="xlsx")
    data = b"".join(one.data for one in stub.ExportFigures(request, metadata=metadata, timeout=20))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == FEE]
    assert {(row[4], row[9]) for row in rows if row[3] == "Địa bàn"} == {(NORTH, 35_000), (SOUTH, 90_000)}
    assert {row[20] for row in rows} == {"Hồ sơ một cửa điện tử (onestop.dossiers)"}
    request.format = "csv"
    data = b"".join(one.data for one in stub.ExportFigures(request, metadata=metadata, timeout=20))
    table = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if row and row[0] == FEE]
    assert [row[9] for row in table if row[3] == "Toàn tỉnh"] == ["53333.33"]


def test_definitions_are_planned_before_they_are_applied(
    stub: Any, metadata: Metadata, definitions: Path, office: Office
) -> None:
    (file,) = definitions.glob("*.toml")
    text = file.read_text(encoding="utf-8").replace('formula = "m1 / m0"', 'formula = "2 * m1 / m0"')
    files = [pb.DefinitionFile(name=file.name, text=text)]
    versions = office.engine.versions()
    planned = stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=files), metadata=metadata, timeout=30)
    head, tried = planned
    assert (head.to_try, tried.tried, list(head.changes)) == (1, 1, [])
    (change,) = tried.changes
    assert (change.indicator, change.kind, change.begun, change.missing) == (FEE, "changed", 0, 0)
    assert change.figures > 0
    sizes = [abs(Decimal(one.difference)) for one in change.examples]
    assert sizes == sorted(sizes, reverse=True)
    by_north = [one for one in change.examples if (one.after.subject, one.after.period) == (NORTH, "month")]
    twice = [Decimal(one.after.value) - 2 * Decimal(one.before.value) for one in change.examples]
    assert all(abs(one) < Decimal("1e-15") for one in twice)  # thirds have an end
    assert by_north or len(change.examples) == 20
    office.engine.catch_up()
    assert office.engine.versions() == versions  # nothing of the plan stayed

    request = pb.ApplyDefinitionsRequest(files=files, plan_sha256="0" * 64)
    code, details = refused(lambda: stub.ApplyDefinitions(request, metadata=metadata, timeout=20))
    assert (code, "plan_sha256" in details) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    request.plan_sha256 = head.plan_sha256
    stub.ApplyDefinitions(request, metadata=metadata, timeout=20)
    office.engine.catch_up()
    figures = get(stub, metadata, indicators=[FEE], subject_kind=AREA, on="2025-10-01")
    assert [(one.value, one.formula_version) for one in figures] == [("70000", 2), ("180000", 2)]
    (again,) = stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=files), metadata=metadata, timeout=30)
    assert (again.to_try, list(again.changes)) == (0, [])


def test_a_plan_of_several_steps_says_what_is_published_then(
    stub: Any, metadata: Metadata, definitions: Path, office: Office
) -> None:
    (file,) = definitions.glob("*.toml")
    text = file.read_text(encoding="utf-8").replace('formula = "m1 / m0"', 'formula = "2 * m1 / m0"')
    measure = text.index('name = "m0"')
    text = text[:measure] + "where = \"channel == 'online'\"\n" + text[measure:]
    files = [pb.DefinitionFile(name=file.name, text=text)]
    planned = list(
        stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=files), metadata=metadata, timeout=30)
    )
    (fee,) = (one for answer in planned for one in answer.changes if one.indicator == FEE)
    request = pb.ApplyDefinitionsRequest(files=files, plan_sha256=planned[0].plan_sha256)
    stub.ApplyDefinitions(request, metadata=metadata, timeout=20)
    office.engine.catch_up()
    assert fee.examples
    for one in (example.after for example in fee.examples):
        place = {"subject_kind": one.subject_kind, "period": one.period, "on": one.period_start}
        published = get(stub, metadata, indicators=[FEE], with_breakdowns=True, **place)
        assert (one.subject, one.breakdown, one.value) in {
            (each.subject, each.breakdown, each.value) for each in published
        }
    figures = get(stub, metadata, indicators=[FEE], subject_kind=AREA, on="2025-10-01")
    assert [one.value for one in figures] == ["140000", "180000"]


def test_a_definition_that_cannot_be_one_is_refused_with_its_place(
    stub: Any, metadata: Metadata, definitions: Path
) -> None:
    (file,) = definitions.glob("*.toml")
    text = file.read_text(encoding="utf-8").replace('formula = "m1 / m0"', 'formula = "m1 + m0"')
    request = pb.PlanDefinitionsRequest(files=[pb.DefinitionFile(name="public_services.toml", text=text)])
    code, details = refused(lambda: list(stub.PlanDefinitions(request, metadata=metadata, timeout=20)))
    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert "indicators.TE-02.unit: column 1: VND and dossier do not go together" in details


def test_a_watch_goes_on_where_it_was(
    stub: Any, metadata: Metadata, office: Office, database: Database
) -> None:
    calls = stub.WatchFigures(pb.WatchFiguresRequest(indicators=[FEE]), metadata=metadata, timeout=30)
    token = next(calls).resume_token
    calls.cancel()
    correct(office)
    with office.engine.as_role("indicators") as connection:
        outbox.assign_positions(connection, "indicators", 1_000)
    request = pb.WatchFiguresRequest(indicators=[FEE], resume_token=token)
    calls = stub.WatchFigures(request, metadata=metadata, timeout=30)
    seen: list[tuple[str, str, int]] = []
    while (NORTH, "45000", 2) not in seen:
        seen += [
            (one.subject, one.value, one.version) for one in next(calls).figures if one.period == "month"
        ]
    calls.cancel()
    assert seen.index((NORTH, "35000", 1)) < seen.index((NORTH, "45000", 2))


def test_a_token_of_one_commune_sees_that_commune(
    stub: Any, office: Office, new_token: Any, database: Database
) -> None:
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
            " VALUES ('56', 'Khánh Hòa', 'Khanh Hoa', 'province', NULL, '2020-01-01'),"
            f" ('{NORTH}', 'Bắc', 'North', 'commune', '56', '2020-01-01')"
        )
    metadata = bearer(new_token("indicators.read", areas=[NORTH]))
    assert told(get(stub, metadata, indicators=[FEE], on="2025-10-01")) == [(NORTH, "", "35000")]
    request = pb.GetFigureSeriesRequest(
        indicator=FEE, subject_kind=AREA, subject=SOUTH, period="month", start="2025-01-01", end="2026-01-01"
    )
    code, _ = refused(lambda: stub.GetFigureSeries(request, metadata=metadata, timeout=20))
    assert code == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"period": "week"}, "period"),
        ({"on": "01/10/2025"}, "on"),
        ({"indicators": ["TE-99"]}, "TE-99"),
        ({"subjects": ["a\0"]}, "subjects"),
        ({"subject_kind": 9}, "subject_kind"),
    ],
)
def test_what_cannot_be_answered_names_the_field(
    stub: Any, metadata: Metadata, asked: dict[str, Any], field: str
) -> None:
    request = pb.GetFiguresRequest(**{"period": "month", **asked})
    code, details = refused(lambda: stub.GetFigures(request, metadata=metadata, timeout=20))
    assert code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND)
    assert field in details
