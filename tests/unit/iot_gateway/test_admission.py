"""Every way in which a reading may not be stored has its reason."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from iot_gateway.admission import Accepted, SetAside, admit_device, admit_sample, admit_time, admit_value
from iot_gateway.samples import Refused, Sample
from iot_gateway.topics import Address
from services.telemetry.domain import SeriesName, Verdict
from tests.unit.iot_gateway.rules import COMMISSIONED, HORIZON, KEPT_MS, LIMITS, NOW, device


def reason(refused: object) -> str | None:
    if refused is None:
        return None
    assert isinstance(refused, Refused)
    return refused.reason


def test_known_active_device_on_its_shard_may_speak() -> None:
    assert admit_device(device(), Address("s0", "air-001")) is None


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, "unknown_device"),
        (device(shard="s1"), "bad_topic"),
        (device(state="retired"), "device_not_active"),
        (device(state="provisioned"), "device_not_active"),
    ],
)
def test_others_may_not(rule: object, expected: str) -> None:
    assert reason(admit_device(rule, Address("s0", "air-001"))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (NOW, None),
        (NOW + 300_000, None),
        (NOW + 300_001, "time_in_future"),
        (10**400, "time_in_future"),
        (COMMISSIONED, None),
        (COMMISSIONED - 1, "time_before_commissioning"),
        (-(10**400), "time_before_commissioning"),
    ],
)
def test_clocks(observed: int, expected: str | None) -> None:
    assert reason(admit_time(observed, NOW, device(), LIMITS)) == expected


def test_nothing_is_older_than_the_floor() -> None:
    ancient = device()
    rule = type(ancient)(ancient.device, ancient.shard, ancient.state, 0, ancient.channels)
    assert reason(admit_time(LIMITS.floor_ms - 1, NOW, rule, LIMITS)) == "time_before_commissioning"
    assert admit_time(LIMITS.floor_ms, NOW, rule, LIMITS) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", "wrong_type"),
        (True, "wrong_type"),
        (None, "wrong_type"),
        ([1], "wrong_type"),
        (math.nan, "not_finite"),
        (-math.inf, "not_finite"),
        (10**400, "not_finite"),
        (-0.1, "out_of_range"),
        (1000.1, "out_of_range"),
    ],
)
def test_values_that_are_none(value: object, expected: str) -> None:
    assert reason(admit_value(value, device().channels["pm25"])) == expected


def test_limits_are_inclusive_and_integers_are_numbers() -> None:
    rule = device().channels["pm25"]
    assert admit_value(0, rule) == 0.0
    assert admit_value(1000, rule) == 1000.0
    assert admit_value(-1e308, device().channels["temp"]) == -1e308


def test_a_sample_is_judged_value_by_value() -> None:
    sample = Sample({"pm25": 1.0, "temp": math.nan, "odd": 1}, NOW - 5, 2)
    verdicts = admit_sample(sample, NOW, device(), LIMITS)
    assert verdicts[0] == Accepted(SeriesName("air-001", "pm25"), NOW - 5, 1.0, 2)
    assert [v.refused.reason for v in verdicts[1:] if isinstance(v, SetAside)] == [
        "not_finite",
        "unknown_channel",
    ]


def test_without_a_time_it_is_the_receipt() -> None:
    assert admit_sample(Sample({"pm25": 1.0}), NOW, device(), LIMITS) == [
        Accepted(SeriesName("air-001", "pm25"), NOW, 1.0, 0)
    ]


def test_flagged_values_are_skipped_before_anything_else() -> None:
    sample = Sample({"pm25": None, "temp": 5}, NOW + 10**9, 0, {"pm25": "Missing", "temp": "Valid"})
    skipped, late = admit_sample(sample, NOW, device(), LIMITS)
    assert isinstance(skipped, SetAside)
    assert (skipped.verdict, skipped.refused.reason) == (Verdict.SKIPPED, "qc_rejected")
    assert isinstance(late, SetAside)
    assert (late.verdict, late.refused.reason) == (Verdict.QUARANTINED, "time_in_future")


def test_what_is_older_than_its_quantity_is_kept_is_refused() -> None:
    def verdicts(observed: int, held_ms: int = 0) -> list[str | None]:
        sample = Sample({"pm25": 1.0, "temp": 5}, observed)
        judged = admit_sample(sample, NOW, device(), replace(LIMITS, held_ms=held_ms))
        return [each.refused.reason if isinstance(each, SetAside) else None for each in judged]

    assert verdicts(NOW - KEPT_MS) == [None, None]
    assert verdicts(NOW - KEPT_MS - 1) == [None, "past_retention"]
    assert verdicts(NOW - KEPT_MS, held_ms=1) == [None, "past_retention"]
    assert verdicts(HORIZON) == [None, "past_retention"]
    assert verdicts(HORIZON - 1) == ["past_retention", "past_retention"]
