"""The traps in what the five provinces published (systems.md, "Parsing traps"), one by one."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from services.records.datasets import parse_dataset
from services.records.faults import Bad
from services.records.fields import Field
from services.records.values import reader
from tests.unit.records.declared import DOSSIERS


def field(kind: str, **told: object) -> Field:
    return Field(name="x", title_vi="x", title_en="x", type=kind, **told)  # type: ignore[arg-type]


def said(of: Field, cell: str) -> object:
    return json.loads(reader(of)(cell), parse_float=Decimal)


def refused(of: Field, cell: str) -> str:
    with pytest.raises(Bad) as caught:
        reader(of)(cell)
    return caught.value.reason


COUNT, PERCENT, DECIMAL = (
    field("integer", unit="1"),
    field("decimal", unit="%"),
    field("decimal", unit="µg/m³"),
)


@pytest.mark.parametrize(
    ("cell", "count"), [("1.402", 1402), ("1.818", 1818), ("44.000", 44000), ("150.126", 150126)]
)
def test_a_dot_is_between_thousands(cell: str, count: int) -> None:
    assert said(COUNT, cell) == count
    assert said(DECIMAL, cell) == count


@pytest.mark.parametrize(
    ("cell", "value"), [("42,2%", "42.2"), ("88,89%", "88.89"), ("46,4 %", "46.4"), ("46,4", "46.4")]
)
def test_a_comma_is_before_decimals(cell: str, value: str) -> None:
    assert said(PERCENT, cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["46.4%", "46.4 %", "46.4"])
def test_a_percentage_may_have_a_decimal_point_for_it_is_plausible(cell: str) -> None:
    assert said(PERCENT, cell) == Decimal("46.4")
    assert refused(COUNT, cell.rstrip(" %")) == "not_a_number"


def test_plausible_is_what_is_at_most_a_hundred_or_the_fields_maximum() -> None:
    assert refused(PERCENT, "146.4") == "not_a_number"
    assert said(field("decimal", unit="%", max=Decimal(500)), "146.4") == Decimal("146.4")
    assert said(PERCENT, "1.402%") == Decimal("1.402")  # 1,402 per cent is not plausible


@pytest.mark.parametrize(
    "cell", ["40%người dân", "3G", "4 G", "3G, 4 G", "17.8", "7.2022", "910 dịch vụ công"]
)
def test_these_are_no_numbers(cell: str) -> None:
    assert refused(COUNT, cell) == "not_a_number"
    assert refused(DECIMAL, cell) == "not_a_number"


def test_a_month_is_no_percentage() -> None:
    assert refused(PERCENT, "7.2022") == "not_a_number"


@pytest.mark.parametrize("cell", ["17.8", "7.2022", "31/2/2025", "1/13/2025", "1/7/25", "46.4%"])
def test_these_are_no_days(cell: str) -> None:
    assert refused(field("date"), cell) == "not_a_date"


@pytest.mark.parametrize(
    "cell", ["\u00a0150.126", "150.126\u00a0", "150\u00a0126", "150\u202f126", " 150 126 "]
)
def test_no_break_spaces_stand_before_and_in_numbers(cell: str) -> None:
    assert said(COUNT, cell) == 150126


def test_letters_that_are_put_together_are_the_same_letters() -> None:
    channel = parse_dataset(DOSSIERS.replace("Trực tuyến", "Ộ Ễ Ự Ẵ Ỹ đ")).by_name["channel"]
    apart = "O\u0302\u0323\u00a0E\u0302\u0303 U\u031b\u0323 A\u0306\u0303 Y\u0303 đ"
    assert reader(channel)(apart) == '"online"'
    assert reader(channel)("Ộ\u00a0Ễ Ự Ẵ Ỹ Đ") == '"online"'
    assert said(field("text"), apart) == "Ộ Ễ Ự Ẵ Ỹ đ"


@pytest.mark.parametrize(
    ("cell", "op"),
    [
        ("hơn 44.000", ">"),
        ("Trên 44.000", ">"),
        ("tối thiểu 44.000", "≥"),
        ("từ 44.000 trở lên", "≥"),
        ("44.000 trở lên", "≥"),
        (">= 44000", "≥"),
        ("dưới 44.000", "<"),
        ("không quá 44.000", "≤"),
        ("≤44.000", "≤"),
        (">44.000", ">"),
        ("khoảng 44.000", "≈"),
        ("≈ 44.000", "≈"),
    ],
)
def test_an_inequality_is_kept_where_the_field_allows_it_and_refused_elsewhere(cell: str, op: str) -> None:
    assert said(field("integer", unit="1", inequality=True), cell) == {"op": op, "value": 44000}
    assert refused(COUNT, cell) == "inequality_not_allowed"


def test_a_word_that_only_begins_like_an_inequality_is_none() -> None:
    assert refused(field("integer", unit="1", inequality=True), "hơnnữa 5") == "not_a_number"


@pytest.mark.parametrize(
    ("cell", "vnd"),
    [
        ("150.126 triệu đồng", 150_126_000_000),
        ("102.434\u00a0triệu đồng", 102_434_000_000),
        ("1,5 tỷ đồng", 1_500_000_000),
        ("50.000 đồng", 50_000),
        ("50.000đ", 50_000),
        ("50000 VNĐ", 50_000),
    ],
)
def test_a_word_says_the_unit_of_money(cell: str, vnd: int) -> None:
    assert said(field("money"), cell) == vnd
    assert said(field("money", scale=1_000_000), cell) == vnd


def test_a_column_of_millions_is_scaled_and_a_comma_in_dong_is_not_guessed() -> None:
    assert said(field("money", scale=1_000_000), "150.126") == 150_126_000_000
    assert said(field("money", scale=1_000_000), "47,692") == 47_692_000
    assert refused(field("money"), "50,000") == "not_a_number"
    assert refused(COUNT, "1,402") == "not_a_number"
    assert refused(field("money", scale=1_000_000), "0,0000001") == "not_a_number"


def test_the_same_word_for_a_percentage_and_a_count_is_two_fields() -> None:
    """ "46,4 %" of a count, or a count of "%", is refused, so that denominators are not mixed up."""
    assert refused(COUNT, "46,4%") == "not_a_number"
    assert refused(DECIMAL, "46,4%") == "not_a_number"
