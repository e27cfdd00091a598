"""Rows: what is kept of them, what they are refused for, and that batches and single rows agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.records.datasets import parse_dataset
from services.records.rows import Rejected, Row, Told, member
from services.records.words import Cell
from tests.unit.records.declared import DOSSIERS, GOOD, NOW, PSEUDONYMS, check, checker, dossiers, reasons


def good(**changes: Cell) -> dict[str, Cell]:
    return GOOD | changes


def stored(**changes: Cell) -> Row:
    checked = check(good(**changes))
    assert isinstance(checked, Row), checked
    return checked


def columns_of(rows: Sequence[dict[str, Cell]]) -> dict[str, list[Cell]]:
    return {name: [row[name] for row in rows] for name in GOOD}


def test_a_row_carries_all_that_is_asked_of_it() -> None:
    row = stored()
    assert json.loads(row.identity) == ["H32.10-251001-0001", "received", "2025-11-01T08:12:00+07:00"]
    assert row.at == datetime(2025, 11, 1, 1, 12, tzinfo=UTC)
    assert (row.area, row.organisation, row.breakdown) == ("22366", "H32.05", ("online",))
    assert (row.subject, row.event, row.line, row.late) == ("H32.10-251001-0001", "received", 2, True)
    assert row.values == {
        "dossier": "H32.10-251001-0001",
        "event": "received",
        "occurred_at": "2025-11-01T08:12:00+07:00",
        "filed_at": "22366",
        "handled_by": "H32.05",
        "channel": "online",
        "fee": Decimal(50000),
        "pages": 1402,
        "citizen": PSEUDONYMS.of("onestop.dossiers", "citizen")("056190000123"),
    }


def test_what_is_personal_and_not_needed_is_nowhere_in_a_row() -> None:
    said = repr(stored(applicant="Nguyễn Văn Bí Mật", citizen="056190000123"))
    assert "Bí Mật" not in said
    assert "056190000123" not in said


def test_a_refusal_does_not_repeat_what_is_personal() -> None:
    checked = check(good(citizen="=056190000123", applicant="=1+1"))
    assert isinstance(checked, Rejected)
    assert [fault.reason for fault in checked.faults] == ["formula_in_cell"]
    assert "056190000123" not in repr(checked)


def test_one_content_has_one_payload_however_it_is_written() -> None:
    other = stored(
        event="received", occurred_at="2025-11-01T01:12:00Z", fee=50000, pages=1402.0, channel="ONLINE"
    )
    assert other.payload == stored().payload
    assert other.identity == stored().identity
    assert stored(fee="50.001").payload != other.payload


def test_what_is_not_said_is_left_out_and_not_zero() -> None:
    row = stored(fee="", channel=None, filed_at="", handled_by=" ")
    assert not {"fee", "channel", "filed_at", "handled_by"} & set(row.values)
    assert (row.area, row.organisation, row.breakdown) == (None, None, (None,))


def test_quotes_and_line_breaks_in_a_subject_come_back_as_they_were() -> None:
    assert stored(dossier='H "1"\\2').subject == 'H "1"\\2'


def test_a_row_of_values_only_dropped_is_still_json() -> None:
    assert json.loads(stored(fee=None).payload)


def test_a_revision_of_the_sources_own_is_beside_the_content() -> None:
    row = stored(revision="1.402")
    assert row.revision == 1402
    assert (row.payload, row.identity) == (stored().payload, stored().identity)
    assert (stored().revision, stored(revision="").revision) == (0, 0)
    assert reasons(good(revision="hai")) == [("revision", "not_a_number")]
    assert reasons(good(revision=-1)) == [("revision", "out_of_range")]
    assert reasons(good(revision=2**53)) == [("revision", "out_of_range")]
    assert checker().header_faults([*GOOD, "revision"]) == []


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_a_payload_contains_a_member_exactly_where_the_field_has_the_value(said: str, asked: str) -> None:
    payload = f"{{{member('note', said)},{member('channel', asked)}}}" if said else "{}"
    for value in (asked, said, "online", ""):
        told = json.loads(payload, strict=False).get("channel")
        assert (member("channel", value) in payload) == (told is not None and value in ("", told))


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    wrong = good(event="Nộp", occurred_at="17.8", fee="50,000", pages="hơn 5", dossier="", channel="=1")
    assert set(reasons(wrong)) == {
        ("event", "not_allowed"),
        ("occurred_at", "not_a_time"),
        ("fee", "not_a_number"),
        ("pages", "inequality_not_allowed"),
        ("dossier", "missing_value"),
        ("channel", "formula_in_cell"),
    }


def test_a_code_that_a_spreadsheet_holds_as_a_number_is_a_code() -> None:
    assert stored(filed_at=22366).area == "22366"
    assert reasons(good(filed_at=1)) == [("filed_at", "unknown_area")]


def test_a_checker_remembers_what_cells_say_but_no_citizens_number() -> None:
    number = "0561900" + str(40_001)
    one = checker(
        parse_dataset(DOSSIERS.replace('type = "text"\npersonal = "ps', 'type = "code"\npersonal = "ps'))
    )
    assert isinstance(one.check_row(good(citizen=number, channel="ONLINE"), 2, NOW), Row)
    held = {cell for column in one._plain for cell in column._cells._memory or ()}
    assert "ONLINE" in held
    assert number not in held


def test_areas_and_organisations_are_those_of_the_day() -> None:
    assert reasons(good(occurred_at="30/06/2025 23:59")) == [("filed_at", "unknown_area")]
    assert reasons(good(occurred_at="2025-06-30T17:00:00Z")) == []  # the first of July in Việt Nam
    assert reasons(good(handled_by="Sở Lạ")) == [("handled_by", "unknown_organisation")]


def test_another_field_may_say_on_which_map_a_row_is() -> None:
    dated = parse_dataset(
        DOSSIERS.replace('area = "filed_at"', 'area = "filed_at"\nlooked_up_on = "ends"')
        + '[[fields]]\nname = "ends"\ntitle_vi = "Đến"\ntitle_en = "To"\ntype = "date"\nrequired = true\n'
    )
    row = good(occurred_at="01/01/2025 08:00", ends="31/12/2025")
    assert reasons(row, dated) == []
    assert reasons(row | {"ends": "30/06/2025"}, dated) == [("filed_at", "unknown_area")]
    assert reasons(row | {"ends": "năm 2025"}, dated) == [("ends", "not_a_date")]


@pytest.mark.parametrize(
    ("ahead", "wrong"), [(timedelta(minutes=5), []), (timedelta(minutes=6), [("occurred_at", "future_time")])]
)
def test_an_event_is_not_ahead_of_the_clock(ahead: timedelta, wrong: list[tuple[str, str]]) -> None:
    assert reasons(good(occurred_at=(NOW + ahead).isoformat())) == wrong


def test_of_a_batch_only_those_ahead_of_the_clock_are_refused() -> None:
    rows = [good(occurred_at=(NOW + timedelta(minutes=ahead)).isoformat()) for ahead in (5, 6, 4)]
    assert [isinstance(row, Row) for row in checker().check_columns(columns_of(rows), range(3), NOW)] == [
        True,
        False,
        True,
    ]


def test_what_holds_from_a_day_on_and_plans_may_lie_ahead() -> None:
    plan = parse_dataset(
        DOSSIERS.replace('event_time = "occurred_at"', 'event_time = "occurred_at"\nfuture = true')
    )
    assert reasons(good(occurred_at="01/01/2030 00:00"), plan) == []


@pytest.mark.parametrize(("age", "late"), [(timedelta(days=1), False), (timedelta(days=1, seconds=1), True)])
def test_late_is_what_comes_longer_after_than_promised(age: timedelta, late: bool) -> None:
    assert stored(occurred_at=(NOW - age).isoformat()).late is late


def test_without_late_after_nothing_is_late() -> None:
    patient = parse_dataset(DOSSIERS.replace('late_after = "P1D"\n', ""))
    checked = check(good(occurred_at="1999-01-01T00:00:00Z", filed_at=""), patient)
    assert isinstance(checked, Row)
    assert not checked.late


def test_the_period_of_a_figure_is_its_first_day() -> None:
    figures = parse_dataset(
        DOSSIERS[: DOSSIERS.index("[life_cycle]")]
        .replace('kind = "events"', 'kind = "figures"')
        .replace('type = "instant"', 'type = "date"')
    )
    checked = check(good(occurred_at="Quý III/2025"), figures)
    assert isinstance(checked, Row)
    assert checked.values["occurred_at"] == "2025-07-01"
    assert checked.at == datetime(2025, 6, 30, 17, tzinfo=UTC)
    assert (checked.subject, checked.event) == (None, None)
    nowhere = check(good(occurred_at=""), figures)
    assert isinstance(nowhere, Rejected)
    assert ("occurred_at", "missing_value") in [(fault.field, fault.reason) for fault in nowhere.faults]


def test_columns_that_are_missing_unknown_or_twice_are_named() -> None:
    names = ["dossier", "event", "channel", "channel", "mood"]
    found = {(fault.field, fault.reason) for fault in checker().header_faults(names)}
    assert found == {("occurred_at", "missing_column"), ("mood", "unknown_column"), ("channel", "repeated")}
    assert checker().header_faults(list(GOOD)) == []
    assert reasons({"mood": "x"}) == [("mood", "unknown_column")]


def test_one_two_three_and_true_are_not_mixed_up_by_what_is_remembered() -> None:
    rows = [good(pages=cell) for cell in (1, True, 1.0, "1", True)]
    checked = checker().check_columns(columns_of(rows), range(5), NOW)
    assert [isinstance(row, Row) for row in checked] == [True, False, True, True, False]


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**6), st.floats(allow_nan=True),
    st.sampled_from([*map(str, GOOD.values()), "", "=1", "99999", "17.8"]),
    st.sampled_from(["1/7/2025 8:00", "2025-12-01T00:00:00Z"]),
    st.text(max_size=12),
)  # fmt: skip
some_rows = st.lists(
    st.fixed_dictionaries({name: st.just(cell) | cells for name, cell in GOOD.items()}),
    min_size=1,
    max_size=8,
)


@given(some_rows, st.randoms(use_true_random=False))
def test_a_batch_says_of_each_row_what_is_said_of_it_alone_in_any_order(
    rows: list[dict[str, Cell]], chance: object
) -> None:
    """Nor does it matter what a checker has seen before."""
    alone = {index: checker().check_row(row, index, NOW) for index, row in enumerate(rows)}
    one = checker()
    order = list(range(len(rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    for lines in (order, sorted(order)):
        together = one.check_columns(columns_of([rows[line] for line in lines]), lines, NOW)
        assert [repr(row) for row in together] == [repr(alone[line]) for line in lines]


@given(some_rows)
def test_every_row_is_stored_or_refused_and_what_is_stored_is_the_datasets(
    rows: list[dict[str, Cell]],
) -> None:
    kept = {field.name for field in dossiers().stored}
    for row in checker().check_columns(columns_of(rows), range(len(rows)), NOW):
        if isinstance(row, Rejected):
            assert row.faults
            continue
        assert set(row.values) <= kept
        assert {"dossier", "event", "occurred_at"} <= set(row.values)
        assert json.loads(row.identity) == [row.values[name] for name in ("dossier", "event", "occurred_at")]
        row.payload.encode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fee": "năm mươi"}, Told(date(2025, 11, 1), "22366", "H32.05")),
        ({"filed_at": "nowhere"}, Told(date(2025, 11, 1), None, "H32.05")),
        ({"occurred_at": "yesterday"}, Told()),  # what is called what is a matter of the day
        ({"occurred_at": "01/11/2095 08:12"}, Told(None, "22366", "H32.05")),
        ({"unheard_of": "x"}, Told()),
    ],
)
def test_a_refused_row_tells_where_it_belongs_as_far_as_it_can_be_read(
    changes: dict[str, Cell], told: Told
) -> None:
    checked = check(good(**changes))
    assert isinstance(checked, Rejected)
    assert checked.told == told
