"""Nested fields in one level, and moments to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.codecs.documents import DEEPEST, at, flatten, moment_ms
from iot_gateway.samples import Refused


def test_flatten_keeps_the_order() -> None:
    nested = {"b": {"y": 1, "x": [2, {"z": 3}]}, "a": None, "empty": {}, "none": []}
    flat = flatten(nested, 9)
    assert isinstance(flat, dict)
    assert list(flat.items()) == [("b.y", 1), ("b.x.0", 2), ("b.x.1.z", 3), ("a", None)]


@pytest.mark.parametrize(
    ("nested", "reason"),
    [
        ({"a.b": 1, "a": {"b": 2}}, "wrong_type"),  # one of the two would be lost
        ({"x" * 201: 1}, "wrong_type"),
        ({"a": list(range(10))}, "too_many_readings"),
    ],
)
def test_flatten_refuses(nested: dict[str, object], reason: str) -> None:
    refused = flatten(nested, 9)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_flatten_goes_only_so_deep() -> None:
    deep: dict[str, object] = {"v": 1}
    for _ in range(DEEPEST - 1):
        deep = {"n": deep}
    assert not isinstance(flatten(deep, 9), Refused)
    assert isinstance(flatten({"n": deep}, 9), Refused)


def test_at() -> None:
    document = {"a": {"b": {"c": 3}}, "x": [1]}
    assert (at(document, "a.b.c"), at(document, "a.x.c"), at(document, "x.0")) == (3, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t07:00:00.0009+07:00", 0),
        ("1969-12-31T23:59:59.5Z", -500),
        ("2026-10-26T06:33:10.482915377+00:00", 1_792_996_390_482),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200_000),  # before year 1 in UTC, and no reason to fail
        ("2026-02-30T00:00:00Z", None),
        ("2026-10-26T06:33:60Z", None),
        ("2026-10-26T06:33:10", None),
        ("2026-10-26", None),
        ("٢٠٢٦-10-26T06:33:10Z", None),
        (1_792_996_390_482, None),
        (None, None),
    ],
)
def test_moment(text: object, expected: int | None) -> None:
    assert moment_ms(text) == expected


@given(
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    hours=st.integers(-12, 14),
)
def test_any_moment(moment: datetime, hours: int) -> None:
    local = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    whole_ms = (local - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert moment_ms(local.isoformat()) == whole_ms
