"""Figures over gRPC on the map of another day: 22333 and 22340 became the new 22366 on 1 November 2025, and
the old 22366 went to 22371 and 22372, nobody knows how much to each.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Context, Decimal
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub

from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.figures_centre import DOSSIERS, FEE, definitions, office
from tests.integration.api.test_figures import refused
from tests.integration.api.test_figures_commands import Run, haidang, rows
from tests.integration.figures_office import NORTH, SOUTH, Office, dossier, stock

__all__ = ["definitions", "haidang", "office"]

EAST, ONE, TWO = "22340", "22371", "22372"
AREA, PROVINCE = pb.SUBJECT_KIND_AREA, pb.SUBJECT_KIND_PROVINCE
BEFORE, AFTER = "2025-10-31", "2025-11-01"
OPEN, COUNTED, LARGEST, PERSONS, HELD = "TE-03", "TE-13", "TE-05", "TE-06", "TE-08"
OCTOBER = {"period": "month", "on": "2025-10-01"}


@pytest.fixture
def stub(office: Office, database: Database, channel: grpc.Channel) -> Any:
    """October as in figures_centre, and a dossier of the east; in November one of the new 22366."""
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from, valid_to)"
            " VALUES"
            " ('56', 'Tỉnh', '', 'province', NULL, '2020-01-01', NULL),"
            f" ('{NORTH}', 'Bắc', '', 'commune', '56', '2020-01-01', '{AFTER}'),"
            f" ('{EAST}', 'Đông', '', 'commune', '56', '2020-01-01', '{AFTER}'),"
            f" ('{SOUTH}', 'Nam', '', 'commune', '56', '2020-01-01', '{AFTER}'),"
            f" ('{SOUTH}', 'Mới', '', 'commune', '56', '{AFTER}', NULL),"
            f" ('{ONE}', 'Một', '', 'commune', '56', '{AFTER}', NULL),"
            f" ('{TWO}', 'Hai', '', 'commune', '56', '{AFTER}', NULL)"
        )
        connection.execute(
            "INSERT INTO areas.changes (day, old_code, new_code, extent, weight, basis, declared) VALUES"
            f" ('{AFTER}', '{NORTH}', '{SOUTH}', 'whole', 1, 'decree', true),"
            f" ('{AFTER}', '{EAST}', '{SOUTH}', 'whole', 1, 'decree', true),"
            f" ('{AFTER}', '{SOUTH}', '{ONE}', 'part', NULL, NULL, true),"
            f" ('{AFTER}', '{SOUTH}', '{TWO}', 'part', NULL, NULL, true)"
        )
    office.append(
        office.open(DOSSIERS),
        [
            {**dossier(4, "received", 40, 5_000, 0, "online"), "filed_at": EAST},
            dossier(5, "received", 24 * 28 + 40, 8_000, 1, "desk"),  # 2 November: the new 22366
        ],
    )
    office.engine.catch_up()
    office.engine.now += timedelta(hours=1)
    office.engine.follower.tick()
    return FiguresServiceStub(channel)


def get(stub: Any, metadata: Metadata, **asked: Any) -> pb.GetFiguresResponse:
    request = pb.GetFiguresRequest(**{**OCTOBER, **asked})
    answer: pb.GetFiguresResponse = stub.GetFigures(request, metadata=metadata, timeout=30)
    return answer


def shown(figures: Any) -> dict[str, tuple[str, ...]]:
    return {
        one.subject: (one.value,) if one.HasField("value") else (one.low, one.high, *one.lacks)
        for one in figures
    }


def test_a_ratio_is_made_of_the_sums_of_what_a_unit_was_made_from(stub: Any, metadata: Metadata) -> None:
    asked = {"indicators": [FEE], "subject_kind": AREA}
    as_it_was = get(stub, metadata, **asked)
    assert shown(as_it_was.figures) == {NORTH: ("35000",), EAST: ("5000",), SOUTH: ("90000",)}
    assert not as_it_was.figures[0].map_date

    answer = get(stub, metadata, **asked, map_date=AFTER)
    new = shown(answer.figures)
    assert new[SOUTH] == ("25000",)  # (50000 + 20000 + 5000) / 3, not the mean of 35000 and 5000
    assert set(new) == {SOUTH, ONE, TWO}
    assert all(one.map_date == AFTER and one.version == 0 for one in answer.figures)
    assert {one.subject: list(one.lacks) for one in answer.figures} == {SOUTH: [], ONE: [SOUTH], TWO: [SOUTH]}
    (rest,) = answer.not_restatable
    assert (rest.figure.subject, rest.figure.value, rest.valid_from) == (SOUTH, "90000", "2020-01-01")
    assert (rest.reason, list(rest.belongs_to)) == ("weight_unknown", [ONE, TWO])
    # What was published stays as it was.
    assert get(stub, metadata, **asked) == as_it_was


def test_sums_add_up_to_the_province_on_either_map(stub: Any, metadata: Metadata, office: Office) -> None:
    now = Timestamp()
    now.FromDatetime(office.engine.now)
    for day, period in product((BEFORE, AFTER), ("month", "year")):
        asked = {"indicators": [COUNTED], "period": period, "map_date": day, "known_at": now}
        answer = get(stub, metadata, **asked)
        (whole,) = [one for one in answer.figures if one.subject_kind == PROVINCE]
        assert not whole.map_date
        parts = [one.value or one.low for one in answer.figures if one.subject_kind == AREA]
        parts += [one.figure.value for one in answer.not_restatable]
        total = sum(map(Decimal, parts), Decimal(0))
        assert abs(total - Decimal(whole.value)) < Decimal("1e-25")  # annualised: each is divided by itself


def test_a_code_means_the_unit_of_the_day_on_which_it_was_said(stub: Any, metadata: Metadata) -> None:
    asked = {"indicators": [OPEN], "subject_kind": AREA, "on": "2025-11-30"}
    # Of the stock of November as it was, 22366 is two units.
    assert shown(get(stub, metadata, **asked).figures) == {NORTH: ("2",), EAST: ("1",), SOUTH: ("2",)}
    answer = get(stub, metadata, **asked, map_date=AFTER)
    assert shown(answer.figures) == {SOUTH: ("4",), ONE: ("0", "1", SOUTH), TWO: ("0", "1", SOUTH)}
    # Back in time, the new 22366 is of two, and what came to it in November stays there; and of the old one
    # nobody knows what else became of it.
    answer = get(stub, metadata, **asked, map_date=BEFORE)
    assert shown(answer.figures) == {
        NORTH: ("2", "3", SOUTH), EAST: ("1", "2", SOUTH), SOUTH: ("1", "", "?"),
    }  # fmt: skip
    (rest,) = answer.not_restatable
    assert (rest.figure.subject, rest.figure.value, rest.valid_from) == (SOUTH, "1", AFTER)


def test_what_leaves_a_stock_leaves_that_of_its_own_unit(
    stub: Any, metadata: Metadata, office: Office
) -> None:
    # The old 22366 held 10 until the new one said 20: they follow each other, and are two.
    for begins, amount in ((20, "10"), (22, "20")):
        office.append(office.open("tested.stocks"), [stock(1, "x", begins, 1, amount)])
    office.engine.catch_up()
    asked = {"indicators": [HELD], "subject_kind": AREA, "map_date": AFTER}
    november = get(stub, metadata, **asked, on="2025-11-30")
    assert shown(november.figures)[SOUTH] == ("20",)
    assert [one.figure.value for one in november.not_restatable] in ([], ["0"])
    october = get(stub, metadata, **asked)
    assert SOUTH not in shown(october.figures)
    assert [one.figure.value for one in october.not_restatable] == ["10"]


def test_extremes_and_sets_are_merged_by_their_members(stub: Any, metadata: Metadata) -> None:
    answer = get(stub, metadata, indicators=[LARGEST, PERSONS], subject_kind=AREA, map_date=AFTER)
    found = {(one.indicator, one.subject): one for one in answer.figures}
    assert found[LARGEST, SOUTH].value == "50000"
    # Dossiers 2 and 4 are of one citizen, 1 of another: two persons, though each commune counts its own.
    assert found[PERSONS, SOUTH].value == "2"
    assert not found[LARGEST, ONE].HasField("value")
    assert list(found[LARGEST, ONE].lacks) == [SOUTH]


def test_breakdowns_pages_and_subjects(stub: Any, metadata: Metadata) -> None:
    asked = {"indicators": [FEE], "with_breakdowns": True, "map_date": AFTER}
    told, token = [], ""
    while True:
        page = get(stub, metadata, **asked, page_size=3, page_token=token)
        assert bool(page.not_restatable) == (not token)
        assert len({str(one.known_at) for one in [*told, *page.figures] if one.map_date}) <= 1
        told += page.figures
        token = page.next_page_token
        if not token:
            break
    assert told == list(get(stub, metadata, **asked, known_at=told[0].known_at).figures)
    online = [one for one in told if (one.subject, one.breakdown) == (SOUTH, "channel=online")]
    assert [(one.value, one.numerator, one.denominator) for one in online] == [("27500", "55000", "2")]
    only = get(stub, metadata, **asked, subjects=[ONE])
    assert {one.subject for one in only.figures if one.subject_kind == AREA} == {ONE}
    assert {one.figure.subject for one in only.not_restatable} == {SOUTH}


def test_a_series_is_all_of_it_on_one_map(stub: Any, metadata: Metadata) -> None:
    request = pb.GetFigureSeriesRequest(
        indicator=OPEN,
        subject_kind=AREA,
        subject=SOUTH,
        period="month",
        start="2025-01-01",
        end="2026-01-01",
        map_date=AFTER,
        page_size=1,
    )
    first = stub.GetFigureSeries(request, metadata=metadata, timeout=30)
    request.page_token = first.next_page_token
    second = stub.GetFigureSeries(request, metadata=metadata, timeout=30)
    told = [(one.period_start, one.value) for one in (*first.figures, *second.figures)]
    assert told == [("2025-10-01", "3"), ("2025-11-01", "4")]
    assert not second.next_page_token


def test_areas_of_one_map_are_compared(stub: Any, metadata: Metadata) -> None:
    request = pb.CompareSubjectsRequest(indicator=OPEN, subject_kind=AREA, **OCTOBER, map_date=AFTER)
    answer = stub.CompareSubjects(request, metadata=metadata, timeout=30)
    assert [one.subject for one in answer.figures] == [SOUTH, ONE, TWO]
    assert (answer.whole.value, answer.whole.map_date) == ("4", "")
    assert [one.figure.value for one in answer.not_restatable] == ["1"]


def test_an_explanation_has_the_records_of_all_that_a_unit_was_made_from(
    stub: Any, metadata: Metadata
) -> None:
    def explained(subject: str) -> tuple[pb.ExplainFigureResponse, list[pb.Input]]:
        request = pb.ExplainFigureRequest(
            indicator=FEE,
            subject_kind=AREA,
            subject=subject,
            period="month",
            period_start="2025-10-01",
            map_date=AFTER,
        )
        head, *pages = stub.ExplainFigure(request, metadata=metadata, timeout=30)
        return head, [one for page in pages for one in page.inputs]

    head, inputs = explained(SOUTH)
    assert (head.figure.value, head.figure.map_date) == ("25000", AFTER)
    assert {one.measure: one.value for one in head.measures} == {"m0": "3", "m1": "75000"}
    fees = [one for one in inputs if one.measure == "m1"]
    assert {one.area for one in fees} == {NORTH, EAST}
    total, count = sum(Decimal(one.amount) for one in fees), sum(o.count for o in inputs if o.measure == "m0")
    assert Context(prec=34).divide(total, Decimal(count)) == Decimal(head.figure.value)
    assert all(one.records and not one.weight for one in fees)

    head, inputs = explained(ONE)
    assert {one.measure: (one.low, one.high) for one in head.measures} == {
        "m0": ("0", "1"),
        "m1": ("0", "90000"),
    }
    assert {(one.area, one.weight) for one in inputs} == {(SOUTH, "?")}


def test_a_part_of_known_weight_counts_by_it(stub: Any, metadata: Metadata, database: Database) -> None:
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            f"UPDATE areas.changes SET weight = CASE new_code WHEN '{ONE}' THEN 0.6 ELSE 0.4 END,"
            f" basis = 'population' WHERE old_code = '{SOUTH}'"
        )
    answer = get(stub, metadata, indicators=[OPEN, PERSONS], subject_kind=AREA, map_date=AFTER)
    assert shown(one for one in answer.figures if one.indicator == OPEN) == {
        SOUTH: ("3",), ONE: ("0.6",), TWO: ("0.4",),
    }  # fmt: skip
    # Persons are not divided.
    assert [(one.figure.indicator, one.reason) for one in answer.not_restatable] == [
        (PERSONS, "not_divisible")
    ]


def test_a_past_moment_of_knowledge_on_another_map(stub: Any, metadata: Metadata, office: Office) -> None:
    before = Timestamp()
    before.FromDatetime(office.engine.now)
    office.engine.now += timedelta(hours=1)
    office.append(office.open(DOSSIERS), [dossier(2, "received", 31, 41_000, 0, "desk")])
    office.engine.catch_up()
    asked = {"indicators": [FEE], "subject_kind": AREA, "subjects": [SOUTH], "map_date": AFTER}
    now = Timestamp()
    now.FromDatetime(office.engine.now)
    assert shown(get(stub, metadata, **asked, known_at=before).figures) == {SOUTH: ("25000",)}
    assert shown(get(stub, metadata, **asked, known_at=now).figures) == {SOUTH: ("32000",)}


def test_two_maps_together_do_not_tell_of_few_persons(
    stub: Any, metadata: Metadata, database: Database
) -> None:
    with psycopg.connect(database.dsn("indicators")) as connection:
        connection.execute(
            "UPDATE indicators.definitions SET body = body || '{\"minimum_persons\": 2}'"
            " WHERE indicator = %s",
            (PERSONS,),
        )
    asked = {"indicators": [PERSONS], "subject_kind": AREA}
    as_it_was = {one.subject: one.suppressed for one in get(stub, metadata, **asked).figures}
    assert as_it_was == {NORTH: False, EAST: True, SOUTH: True}
    answer = get(stub, metadata, **asked, map_date=AFTER)
    # The new unit has two persons, and the north has two: that would tell of the east.
    assert {one.subject: (one.suppressed, one.value, one.inputs_used) for one in answer.figures} == {
        SOUTH: (True, "", 0), ONE: (True, "", 0), TWO: (True, "", 0),
    }  # fmt: skip
    assert [(one.figure.suppressed, one.figure.value) for one in answer.not_restatable] == [(True, "")]
    request = pb.ExplainFigureRequest(
        indicator=PERSONS,
        subject_kind=AREA,
        subject=SOUTH,
        period="month",
        period_start="2025-10-01",
        map_date=AFTER,
    )
    (head,) = stub.ExplainFigure(request, metadata=metadata, timeout=30)
    assert head.figure.suppressed
    assert not head.measures


def test_a_report_says_the_map_and_what_stays(stub: Any, metadata: Metadata) -> None:
    request = pb.ExportFiguresRequest(indicators=[OPEN], **OCTOBER, map_date=AFTER, format="csv")
    data = b"".join(one.data for one in stub.ExportFigures(request, metadata=metadata, timeout=30))
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert ["Địa bàn", "Quy đổi về bản đồ ngày 01/11/2025"] in [line[:2] for line in lines]
    table = [line for line in lines if line and line[0] == OPEN and line[3] == "Địa bàn"]
    assert [(line[4], line[9], line[10], line[11], line[-1]) for line in table] == [
        (SOUTH, "3.00", "", "", ""),
        (ONE, "", "0.00", "1.00", f"Chưa đủ: còn phần của {SOUTH}"),
        (TWO, "", "0.00", "1.00", f"Chưa đủ: còn phần của {SOUTH}"),
        (SOUTH, "1.00", "", "", f"Không quy đổi được: chưa biết tỷ lệ chia; một phần thuộc {ONE}, {TWO}"),
    ]


def test_a_token_of_one_area_sees_it_on_another_map(stub: Any, new_token: Any) -> None:
    metadata = bearer(new_token("indicators.read", areas=[ONE]))
    answer = get(stub, metadata, indicators=[OPEN], map_date=AFTER)
    assert shown(answer.figures) == {ONE: ("0", "1", SOUTH)}
    assert not answer.not_restatable


def test_what_cannot_be_answered_names_the_field(stub: Any, metadata: Metadata) -> None:
    for field, asked in (
        ("map_date", {"map_date": "1/11/2025"}),
        ("on", {"on": ""}),
        ("indicators", {"indicators": []}),
        ("indicators", {"indicators": [f"TE-{number:02d}" for number in range(51)]}),
        ("known_at", {"known_at": Timestamp(seconds=4_000_000_000)}),
    ):
        told: dict[str, Any] = {"indicators": [FEE], "map_date": AFTER, **asked}
        code, details = refused(partial(get, stub, metadata, **told))
        assert code == grpc.StatusCode.INVALID_ARGUMENT
        assert field in details


def test_the_command_line_says_the_map_and_what_stays(stub: Any, haidang: Run) -> None:
    told = ("figures", "show", OPEN, "--on", BEFORE, "--map", AFTER)
    table = haidang(*told, lang="vi").stdout
    assert "Bản đồ ngày" in table
    assert "0.00 … 1.00" in table
    found = rows(haidang(*told, "--json"))
    assert [(one.get("subject"), one["value"], one.get("map_date")) for one in found[:3]] == [
        (SOUTH, "3", AFTER),
        (ONE, "0 … 1", AFTER),
        (TWO, "0 … 1", AFTER),
    ]
    assert (found[-1]["code"], found[-1]["value"], found[-1]["belongs_to"]) == (SOUTH, "1", [ONE, TWO])
    compared = rows(haidang("figures", "compare", OPEN, "--on", BEFORE, "--map", AFTER, "--json"))
    assert [(one.get("place"), one["value"]) for one in compared] == [
        (None, "4"), (1, "3"), (2, "0 … 1"), (3, "0 … 1"), (None, "1"),
    ]  # fmt: skip
    area = ("--kind", "area", "--subject", SOUTH, "--map", AFTER, "--json")
    series = rows(haidang("figures", "series", OPEN, *area))
    assert [(one["period_start"], one["value"]) for one in series[:2]] == [
        ("2025-10-01", "3"),
        ("2025-11-01", "4"),
    ]
    explained = rows(haidang("figures", "explain", OPEN, "--start", "2025-10-01", *area))
    assert (explained[0]["value"], explained[0]["map_date"]) == ("3", AFTER)
    assert {one["area_code"] for one in explained if "weight" in one} == {NORTH, EAST}
    assert haidang("figures", "export", "t.csv", OPEN, "--on", BEFORE, "--map", AFTER).exit_code == 0
    assert "Không quy đổi được" in Path("t.csv").read_text(encoding="utf-8-sig")
