"""Rows are admitted by the gateway's rules; what is refused is kept as the device would have sent it."""

import json
import math

import pytest

from iot_gateway.admission import ChannelRule, DeviceRule
from iot_gateway.assembly import Rules, rules_for
from iot_gateway.assembly import judge as judge_message
from iot_gateway.message import Message
from iot_gateway.plausible import Plausible, Seen
from iot_gateway.units import Units
from services.telemetry.backfill import BadUnit, Block, Row, Unreadable, judge, outcomes
from services.telemetry.domain import Batch, Quality, SeriesName, Verdict
from tests.unit.iot_gateway.rules import LIMITS

NOW_MS = 1_763_600_000_000
TEMP = SeriesName("dev-1", "temp")
UNITS = Units()


def rules() -> Rules:
    channels = {"temp": ChannelRule(TEMP, -50.0, 60.0, "°C", Plausible(step=5.0))}
    return rules_for([DeviceRule("dev-1", "s0", "active", NOW_MS - 10**9, channels)], LIMITS)


def judged(*rows: Row, series: SeriesName = TEMP, unit: str = "") -> tuple[Batch, list[tuple[str, str]]]:
    batch = Batch("t", "backfill", NOW_MS)
    result = judge([Block(series, unit, rows)], [], rules(), UNITS, {}, batch)
    return batch, [(str(outcome.verdict), outcome.reason) for outcome in outcomes(result, None)]


def test_each_row_is_judged_by_itself() -> None:
    batch, said = judged(
        Row(NOW_MS - 1000, 20.0),
        Row(NOW_MS + 10**9, 20.0),
        Row(NOW_MS - 900, 99.0),
        Row(NOW_MS - 800, 21.0, flag="Broken"),
        Row(NOW_MS - 700, math.inf),
        Row(NOW_MS - 600, 22.0, revision=2),
    )

    assert said == [
        ("stored", ""),
        ("quarantined", "time_in_future"),
        ("quarantined", "out_of_range"),
        ("skipped", "qc_rejected"),
        ("quarantined", "not_finite"),
        ("stored", ""),
    ]
    assert (batch.values, batch.revision, batch.received) == ([20.0, 22.0], [0, 2], 6)
    assert len({refusal.message for refusal in batch.refusals}) == 4  # each is replayed by itself


def test_strangers_and_unknown_channels_are_quarantined() -> None:
    assert judged(Row(NOW_MS, 1.0), series=SeriesName("ghost", "temp"))[1] == [
        ("quarantined", "unknown_device")
    ]
    assert judged(Row(NOW_MS, 1.0), series=SeriesName("dev-1", "x"))[1] == [
        ("quarantined", "unknown_channel")
    ]


def test_units_are_converted_or_refused_as_a_whole() -> None:
    batch, said = judged(Row(NOW_MS, 77.0), unit="°F")

    assert (batch.values, said) == ([25.0], [("stored", "")])
    with pytest.raises(BadUnit):
        judged(Row(NOW_MS, 77.0), unit="kg")


def test_what_is_refused_says_the_same_to_the_gateway() -> None:
    batch, _ = judged(Row(NOW_MS - 900, 99.0, 3), Row(NOW_MS - 800, 21.0, flag="Broken"))

    for refusal, reason in zip(batch.refusals, ("out_of_range", "qc_rejected"), strict=True):
        again = Batch("t", "s0", NOW_MS)
        message = Message(refusal.topic.encode(), refusal.payload, 0, NOW_MS, len(refusal.payload))
        judge_message(message, rules(), again)
        assert [each.reason for each in again.refusals] == [reason]
    assert json.loads(batch.refusals[0].payload) == {
        "ts": NOW_MS - 900,
        "rev": 3,
        "values": {"temp": 99.0},
    }


def test_what_was_seen_is_remembered_between_requests() -> None:
    memory: dict[SeriesName, Seen] = {}
    marks = []
    for minute, value in enumerate((20.0, 21.0, 55.0)):
        batch = Batch("t", "backfill", NOW_MS)
        rows = [Row(NOW_MS - 600_000 + minute * 60_000, value)]
        judge([Block(TEMP, "", rows)], [], rules(), UNITS, memory, batch)
        marks += batch.quality

    assert marks == [0, 0, Quality.SUSPECT | Quality.JUMP]


def test_lines_and_verdicts_keep_their_order() -> None:
    batch = Batch("t", "backfill", NOW_MS)
    blocks = [Block(TEMP, "", [Row(NOW_MS - 2, 1.0), Row(NOW_MS + 10**9, 1.0), Row(NOW_MS - 1, 2.0)])]
    result = judge(blocks, [Unreadable("dev-1", b"\xff")], rules(), UNITS, {}, batch)

    found = outcomes(result, [Verdict.DUPLICATE, Verdict.STORED])

    assert [outcome.verdict for outcome in found] == [
        Verdict.DUPLICATE,
        Verdict.QUARANTINED,
        Verdict.STORED,
        Verdict.QUARANTINED,
    ]
    assert batch.refusals[-1].payload == b"\xff"
