"""Rows that are handed in afterwards: admitted by the gateway's own rules, each with a verdict. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from iot_gateway.admission import Accepted, DeviceRule, SetAside, admit_device, admit_sample
from iot_gateway.assembly import Rules
from iot_gateway.message import Message, refusal
from iot_gateway.plausible import Seen, mark
from iot_gateway.rate import ONBOARDING_SHARD
from iot_gateway.samples import Refused, Sample
from iot_gateway.topics import Address, telemetry_of
from iot_gateway.units import Conversion, Units
from services.telemetry.domain import Batch, SeriesName, Verdict

SHARD = "backfill"  # as the ledger calls where such rows come from
VALID = "Valid"


class Row(NamedTuple):
    """One reading as handed in. `flag`: the source's own quality control."""

    observed_at_ms: int
    value: float
    revision: int = 0
    flag: str = VALID


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one series; `unit` '' is the channel's."""

    series: SeriesName
    unit: str
    rows: Sequence[Row]


class Unreadable(NamedTuple):
    """A line that could not be made a row."""

    device: str
    line: bytes


class BadUnit(Exception):
    """The unit of a block has no way to the channel's."""

    def __init__(self, block: int, refused: Refused) -> None:
        self.block, self.refused = block, refused
        super().__init__(refused.detail)


class Judged(NamedTuple):
    """Of each row in order: its index in the batch, or why it is not in it."""

    slots: list[int | SetAside]


class Outcome(NamedTuple):
    """What became of a row; the last two are empty where it was admitted."""

    verdict: Verdict
    reason: str = ""
    detail: str = ""


def judge(
    blocks: Sequence[Block],
    unreadable: Iterable[Unreadable],
    rules: Rules,
    units: Units,
    memory: MutableMapping[SeriesName, Seen],
    batch: Batch,
) -> Judged:
    """Fill a batch with what is admitted and what is refused. `memory`: of the stream; brought up to date.

    Raises:
        BadUnit: nothing of it may be stored.
    """
    slots: list[int | SetAside] = []
    for number, block in enumerate(blocks):
        rule = rules.devices.get(block.series.device)
        way = _way(number, block, rule, units)
        for row in block.rows:
            slots.append(_judge_row(row, block.series, rule, way, rules, batch))
    for line in unreadable:
        aside = SetAside(
            Verdict.QUARANTINED, Refused("unreadable_line", detail="no readings can be made of it")
        )
        _refuse(line.device, rules.devices.get(line.device), line.line, aside, batch)
        slots.append(aside)
    memory.update(mark(batch, rules.watched, memory))
    return Judged(slots)


def outcomes(judged: Judged, verdicts: Sequence[Verdict] | None) -> list[Outcome]:
    """Of each row; `verdicts` of the batch's readings, None: all were stored."""
    return [
        Outcome(slot.verdict, slot.refused.reason, slot.refused.detail)
        if isinstance(slot, SetAside)
        else Outcome(Verdict.STORED if verdicts is None else verdicts[slot])
        for slot in judged.slots
    ]


def _judge_row(
    row: Row, series: SeriesName, rule: DeviceRule | None, way: Conversion | None, rules: Rules, batch: Batch
) -> int | SetAside:
    verdict = _verdict(row, series, rule, way, rules, batch.received_at_ms)
    if isinstance(verdict, SetAside):
        _refuse(series.device, rule, _as_message(row, series), verdict, batch)
        return verdict
    batch.series.append(verdict.series)
    batch.observed_at_ms.append(verdict.observed_at_ms)
    batch.values.append(verdict.value)
    batch.quality.append(0)
    batch.revision.append(verdict.revision)
    batch.reading_received_at_ms.append(batch.received_at_ms)
    return len(batch.series) - 1


def _verdict(
    row: Row,
    series: SeriesName,
    rule: DeviceRule | None,
    way: Conversion | None,
    rules: Rules,
    received_at_ms: int,
) -> Accepted | SetAside:
    # Whoever holds the scope to write vouches for the device, so its shard is not asked for.
    address = Address(rule.shard if rule else ONBOARDING_SHARD, series.device)
    if (refused := admit_device(rule, address)) or rule is None:
        return SetAside(Verdict.QUARANTINED, refused or Refused("unknown_device"))
    value = row.value if way is None else way.apply(row.value)
    flags = {} if row.flag == VALID else {series.channel: row.flag}
    sample = Sample({series.channel: value}, row.observed_at_ms, row.revision, flags)
    (verdict,) = admit_sample(sample, received_at_ms, rule, rules.limits)
    return verdict


def _way(number: int, block: Block, rule: DeviceRule | None, units: Units) -> Conversion | None:
    channel = rule.channels.get(block.series.channel) if rule else None
    if not block.unit or channel is None:
        return None
    way = units.conversion(block.unit, channel.unit)
    if isinstance(way, Refused):
        raise BadUnit(number, way)
    return way


def _refuse(device: str, rule: DeviceRule | None, payload: bytes, aside: SetAside, batch: Batch) -> None:
    """Kept as if the device had sent it, so that a replay of quarantine reads it by the gateway's rules.

    An unknown device speaks on the onboarding shard: once it is registered, that vouches for it.
    """
    topic = telemetry_of(rule.shard if rule else ONBOARDING_SHARD, device).encode("utf-8", "backslashreplace")
    message = Message(topic, payload, 0, batch.received_at_ms, len(payload))
    kept = refusal(message, device, aside.refused, aside.verdict)
    batch.refusals.append(replace(kept, message=len(batch.refusals)))


def _as_message(row: Row, series: SeriesName) -> bytes:
    said: Mapping[str, object] = {
        "ts": row.observed_at_ms,
        "rev": row.revision,
        "values": {series.channel: None if math.isnan(row.value) else row.value},
        **({} if row.flag == VALID else {"qc": {series.channel: row.flag}}),
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "backslashreplace")
