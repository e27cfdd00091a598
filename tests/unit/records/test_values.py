"""Cells of each type as values."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.records import numerals
from services.records.dates import read_day, read_first_day, read_moment
from services.records.fields import Field
from services.records.values import reader
from services.records.words import Cell
from tests.unit.records.test_traps import field, refused, said

decimals = st.decimals(min_value=Decimal(-(10**17)), max_value=Decimal(10**17), places=9, allow_nan=False)


def vietnamese(value: Decimal) -> str:
    """As documents print it: dots between thousands, a comma before decimals."""
    whole, _, fraction = numerals.canonical(abs(value)).partition(".")
    text = f"{int(whole):,}".replace(",", ".") + (f",{fraction}" if fraction else "")
    return f"-{text}" if value < 0 else text


@given(decimals)
def test_what_is_printed_in_vietnamese_is_read_as_it_was(value: Decimal) -> None:
    read = Decimal(reader(field("decimal", unit="m"))(vietnamese(value)))
    assert read == value


@given(decimals)
def test_one_number_has_one_text(value: Decimal) -> None:
    text = numerals.canonical(value)
    assert Decimal(text) == value
    assert numerals.canonical(value * Decimal("1.000")) == text
    assert "E" not in text
    assert text != "-0"


@given(st.integers(-(10**17), 10**17))
def test_counts_by_dots_by_spaces_plain_and_as_numbers_are_one(count: int) -> None:
    of = field("integer", unit="1")
    dotted = vietnamese(Decimal(count))
    assert {reader(of)(cell) for cell in (count, str(count), dotted, dotted.replace(".", "\u00a0"))} == {
        str(count)
    }


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_numbers_of_spreadsheets_keep_the_fifteen_digits_that_those_keep(value: float) -> None:
    assert float(numerals.of_cell(value)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("cell", "kept"), [(42.2, "42.2"), (0.1 + 0.2, "0.3"), (1402.0, "1402"), (1e15, "1000000000000000")]
)
def test_numbers_that_are_numbers_are_not_numerals(cell: float, kept: str) -> None:
    assert reader(field("decimal", unit="m"))(cell) == kept


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (10**18, "out_of_range"),
        (True, "not_a_number"),
        (2.5, "not_a_number"),
    ],
)
def test_numbers_that_are_none_of_a_count(cell: Cell, reason: str) -> None:
    assert refused(field("integer", unit="1"), cell) == reason  # type: ignore[arg-type]


def test_limits_are_inclusive_and_in_vnd_after_the_scale() -> None:
    of = field("money", scale=1000, min=Decimal(1000), max=Decimal(2000))
    assert said(of, "1") == 1000
    assert said(of, "2") == 2000
    assert refused(of, "3") == "out_of_range"
    assert reader(of)(2) == "2000"


def test_a_unit_behind_a_number_is_that_of_the_field() -> None:
    assert said(field("decimal", unit="µg/m³"), "12,5 µg/m³") == Decimal("12.5")
    assert refused(field("decimal", unit="µg/m³"), "12,5 mg/m³") == "not_a_number"


moments = st.integers(-2_000_000_000, 7_000_000_000).map(
    lambda seconds: (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)
)


@given(moments, st.integers(-11, 13))
def test_a_moment_is_the_same_however_it_is_written(moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=7)))
    elsewhere = aware.astimezone(timezone(timedelta(hours=hours)))
    ways = [
        aware.isoformat(),
        moment.isoformat(" "),
        elsewhere.isoformat(),
        aware.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        f"{moment.day}/{moment.month}/{moment.year} {moment.hour}:{moment:%M:%S}",
        f"{moment:%H:%M:%S %d-%m-%Y}",
    ]
    assert {reader(field("instant"))(way) for way in ways} == {f'"{aware.isoformat()}"'}


@pytest.mark.parametrize(
    "text", ["8h12 ngày 1/7/2025", "08:12 01.07.2025", "01/07/2025, 8 giờ 12 phút", "2025-07-01T08:12"]
)
def test_a_moment_in_words(text: str) -> None:
    assert read_moment(text) == datetime(2025, 7, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["01/07/2025", "2025-07-01", "25:00 01/07/2025", "32/01/2025 08:00", "1888-01-01T00:00:00Z"]
)
def test_these_are_no_moments(text: str) -> None:
    assert refused(field("instant"), text) == "not_a_time"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    ways = [
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d-%m-%Y}",
        day.isoformat(),
        f"{day.isoformat()}T00:00:00",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
    ]
    assert {read_day(way) for way in ways} == {day}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("07/2025", date(2025, 7, 1)),
        ("7.2022", date(2022, 7, 1)),
        ("tháng 7/2025", date(2025, 7, 1)),
        ("Tháng 7 năm 2025", date(2025, 7, 1)),
        ("2025-07", date(2025, 7, 1)),
        ("Quý III/2025", date(2025, 7, 1)),
        ("quý 4 năm 2025", date(2025, 10, 1)),
        ("2025-Q2", date(2025, 4, 1)),
        ("Năm 2025", date(2025, 1, 1)),
        ("2025", date(2025, 1, 1)),
        ("15/7/2025", date(2025, 7, 15)),
    ],
)
def test_a_period_is_its_first_day(text: str, day: date) -> None:
    assert read_first_day(text) == day


@pytest.mark.parametrize("text", ["13/2025", "quý V/2025", "2025-13", "tháng 0/2025"])
def test_these_are_no_periods(text: str) -> None:
    with pytest.raises(Exception, match="not_a_date"):
        read_first_day(text)


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x")', "+SUM(A1)", "-2+3", "@cmd", "\tx", "\r=x", " =1+1", "\u00a0=1"]
)
@pytest.mark.parametrize("kind", ["text", "code", "integer", "date", "choice", "area"])
def test_what_a_spreadsheet_would_calculate_is_refused(cell: str, kind: str) -> None:
    told: dict[str, object] = {"unit": "1"} if kind == "integer" else {}
    assert refused(field(kind, **told), cell) == "formula_in_cell"


@pytest.mark.parametrize("cell", ["-5", "+84 905 123 456", "-1.402,5", "- 3"])
def test_a_signed_number_is_no_formula(cell: str) -> None:
    assert said(field("text"), cell) == cell


@pytest.mark.parametrize(
    ("of", "cell", "reason"),
    [
        (field("text"), "a\x00b", "control_character"),
        (field("text"), "a\ud800", "control_character"),
        (field("text", max_length=3), "Ộ Ễ Ự", "too_long"),
        (field("text", pattern=r"H32\..*"), "H31.1", "bad_pattern"),
        (field("code"), 'a"b', "bad_pattern"),
        (field("text"), 1.5, "wrong_type"),
        (field("boolean"), "có lẽ", "not_allowed"),
        (field("date"), 45839, "not_a_date"),
        (field("duration"), "5", "not_a_duration"),
        (field("duration", unit="d"), "-1", "not_a_duration"),
        (field("duration"), "P1M", "not_a_duration"),
    ],
)
def test_other_refusals(of: Field, cell: str, reason: str) -> None:
    assert refused(of, cell) == reason


@pytest.mark.parametrize(
    ("of", "cell", "kept"),
    [
        (field("text"), " Ộ\u00a0Ễ ", "Ộ Ễ"),
        (field("text"), 'nói "có"', 'nói "có"'),
        (field("text"), 1402, "1402"),
        (field("boolean"), "Có", True),
        (field("boolean"), "không", False),
        (field("boolean"), True, True),
        (field("boolean"), 0, False),
        (field("duration"), "PT1H30M", 5400),
        (field("duration"), "1:30:00", 5400),
        (field("duration"), "2 ngày 3 giờ", 183_600),
        (field("duration", unit="d"), "1,5", 129_600),
        (field("duration", unit="min"), 90, 5400),
    ],
)
def test_other_values(of: Field, cell: Cell, kept: object) -> None:
    assert json.loads(reader(of)(cell)) == kept


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", "\ufeff"])
@pytest.mark.parametrize(
    "kind", ["text", "integer", "money", "date", "instant", "boolean", "duration", "area"]
)
def test_nothing_is_nothing_and_missing_where_it_is_required(cell: Cell, kind: str) -> None:
    told: dict[str, object] = {"unit": "1"} if kind == "integer" else {}
    assert reader(field(kind, **told))(cell) == ""
    assert refused(field(kind, required=True, **told), cell) == "missing_value"  # type: ignore[arg-type]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    from services.records.faults import Bad

    for kind in (
        "text",
        "code",
        "integer",
        "money",
        "decimal",
        "date",
        "instant",
        "boolean",
        "duration",
        "area",
    ):
        try:
            kept = reader(field(kind, unit="%") if kind in ("integer", "decimal") else field(kind))(text)
        except Bad:
            continue
        assert not kept or json.loads(kept) is not None
