"""The simulated office: the same in whatever steps; right by its datasets, but where it slips."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from services.records.catalogue import DECLARED, load_datasets
from services.simulator.office.agencies import make_office
from services.simulator.office.book import ONE_IN, SOURCES, WHOLE, Book, begun_on
from services.simulator.office.calendar import CLOSES, LOCAL, OPENS, is_working, moment, when_open
from services.simulator.office.domain import Line, Office, Source
from services.simulator.office.slips import with_slips
from services.simulator.office_wire import Span, key_of, span_of
from services.simulator.province import build_province
from services.simulator.settings import SEED

NOW = datetime(2026, 11, 20, 8, 10, tzinfo=UTC)
BY_DATASET = {one.dataset: one for one in SOURCES}


@pytest.fixture(scope="module")
def office() -> Office:
    return make_office(build_province(SEED, NOW), SEED, volume=0.2)


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.dataset)
def test_a_day_in_steps_is_the_day_at_once(office: Office, source: Source) -> None:
    since = NOW - timedelta(days=2)
    at_once = Book(office).lines(source, since, NOW)
    book, stepwise = Book(office), list[Line]()
    for hour in range(48):
        stepwise += book.lines(source, since + timedelta(hours=hour), since + timedelta(hours=hour + 1))
    assert Counter(map(str, stepwise)) == Counter(map(str, at_once))


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.dataset)
def test_nothing_is_told_before_it_happened_and_all_in_time(office: Office, source: Source) -> None:
    """`takes` bounds what has to be looked back for."""
    dataset = load_datasets(DECLARED)[source.dataset].dataset
    is_day = dataset.by_name[dataset.event_time].type == "date"
    (first, *_) = source.starts(date(2026, 1, 1), date(2026, 12, 31))
    for start in list(source.starts(first, first + timedelta(days=40)))[:9]:
        for line in source.rows(office, office.chance(source.dataset, start), start):
            form = "%d/%m/%Y" if is_day else "%d/%m/%Y %H:%M"
            told = datetime.strptime(line.cells[dataset.event_time], form).replace(tzinfo=LOCAL)
            assert told <= line.at
            assert moment(start, 0) <= line.at
            assert line.at <= moment(start, 0) + source.takes + timedelta(days=1)
            assert {one.name for one in dataset.fields if one.required} <= line.cells.keys()
            assert line.cells.keys() <= dataset.by_name.keys()
        assert set(source.amounts) <= {name for one in dataset.fields for name in [one.name]}


def test_lines_slip_now_and_then_and_are_right_in_the_end(office: Office) -> None:
    source = BY_DATASET["health.bed_days"]
    right = Line(NOW, {"commune": "99001", "bed_days_used": "100"})
    fates = [list(with_slips(source, office.chance("slip", number), right)) for number in range(4000)]
    assert all(lines[-1].cells == right.cells for lines in fates)
    unknown = [lines for lines in fates if lines[0].cells["commune"] != "99001"]
    mistyped = [lines for lines in fates if lines[0].cells["bed_days_used"] != "100"]
    late = [lines for lines in fates if len(lines) == 1 and lines[0].at > NOW]
    assert 5 < len(unknown) < 60
    assert 20 < len(mistyped) < 90
    assert 40 < len(late) < 160


def test_the_far_past_of_what_is_sampled_is_thin(office: Office) -> None:
    source = BY_DATASET["onestop.dossiers"]
    begun = begun_on(source, office, NOW)
    assert begun == date(2025, 9, 1)
    lines = Book(office).lines(source, moment(begun, 0), NOW, begun)
    received = {line.at.date() for line in lines if line.cells["event"] == "received"}
    far = {day for day in received if day < (NOW - WHOLE - timedelta(days=46)).date()}
    assert 20 < len(far) < 290 / ONE_IN
    assert len(received - far) > 60


def test_offices_work_in_their_hours_and_in_the_order_of_events() -> None:
    wanted = [moment(date(2026, 11, 20), 12 + quarter / 4) for quarter in range(400)]
    found = [when_open(at) for at in wanted]
    assert found == sorted(found)
    for at in found:
        local = at.astimezone(LOCAL)
        assert is_working(local.date())
        assert moment(local.date(), OPENS) <= local < moment(local.date(), CLOSES)


def test_a_key_says_which_span_it_is_of() -> None:
    span = Span(NOW - timedelta(days=3), NOW, is_past=True)
    key = key_of("office-99-2", "onestop.dossiers", span)
    assert span_of(key, "office-99-2") == span
    assert span_of(key, "office-56-2") is None
    assert span_of("0f3e", "office-99-2") is None


def test_each_agency_has_one_code_and_each_commune_its_committee(office: Office) -> None:
    codes = [one.code for one in office.agencies]
    assert len(set(codes)) == len(codes)
    assert [one.serves for one in office.authorities] == [one.code for one in office.communes]
    assert office.authorities[0].name_vi == "UBND phường Lộng Ngự"
