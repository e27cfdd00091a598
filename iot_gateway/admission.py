"""Who may say what: known device and channel, sane clock, finite value in range. Pure; `now` comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from iot_gateway.plausible import Plausible
from iot_gateway.samples import Refused, Sample
from iot_gateway.topics import Address
from services.telemetry.domain import SeriesName, Verdict

GOOD = 0
DAY_MS = 86_400_000


class ChannelRule(NamedTuple):
    """What a channel may carry, in its unit; both limits inclusive, ±infinity where there is none."""

    series: SeriesName
    minimum: float
    maximum: float
    unit: str = ""  # as the registry spells it
    plausible: Plausible | None = None  # what its values are likely to do; None: nothing is known
    kept_ms: float = math.inf  # how long its readings are kept, and so may be late
    horizon_ms: float = -math.inf  # those from before are gone, however long they are kept today


@dataclass(frozen=True, slots=True)
class DeviceRule:
    """What the gateway needs to know about a device."""

    device: str
    shard: str
    state: str
    commissioned_at_ms: int
    channels: Mapping[str, ChannelRule]
    kept_ms: float = math.inf  # the shortest of its channels
    horizon_ms: float = -math.inf  # the latest of its channels


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that hold for every device."""

    future_tolerance_ms: int  # a clock may be this much ahead of the receipt
    floor_ms: int  # nothing was observed before this
    max_payload_bytes: int
    max_readings: int  # a message
    held_ms: int = 0  # between receipt and judgement: of a replay, the time in quarantine


class Accepted(NamedTuple):
    """A reading that may be stored."""

    series: SeriesName
    observed_at_ms: int
    value: float
    revision: int


class SetAside(NamedTuple):
    """One reading that may not, with the reason."""

    verdict: Verdict
    refused: Refused


def admit_device(rule: DeviceRule | None, address: Address) -> Refused | None:
    """None if this device may speak on this shard."""
    if rule is None:
        return Refused("unknown_device", detail=f"{address.device} is not registered")
    if rule.shard != address.shard:
        # A name alone is no proof: the onboarding credential may use any, but on its own shard only.
        return Refused("bad_topic", "shard", f"{address.device} speaks on shard {rule.shard}")
    if rule.state != "active":
        return Refused("device_not_active", detail=f"{address.device} is {rule.state}")
    return None


def admit_time(observed_at_ms: int, received_at_ms: int, rule: DeviceRule, limits: Limits) -> Refused | None:
    """None if the clock is sane: not ahead of the receipt, not before the device existed."""
    if observed_at_ms > received_at_ms + limits.future_tolerance_ms:
        ahead_s = (observed_at_ms - received_at_ms) // 1000
        return Refused("time_in_future", "ts", f"{ahead_s} s ahead of the receipt"[:200])
    if observed_at_ms < max(rule.commissioned_at_ms, limits.floor_ms):
        return Refused("time_before_commissioning", "ts", f"ts {observed_at_ms} is too early"[:200])
    return None


def admit_value(value: object, rule: ChannelRule) -> float | Refused:
    """The value as a number, or why it is none of this channel."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Refused("wrong_type", rule.series.channel, f"expected a number, got {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return Refused("not_finite", rule.series.channel, "NaN or infinite")
    if not rule.minimum <= number <= rule.maximum:
        detail = f"{number!r} is outside {rule.minimum!r} … {rule.maximum!r}"
        return Refused("out_of_range", rule.series.channel, detail)
    return number


def admit_sample(
    sample: Sample, received_at_ms: int, rule: DeviceRule, limits: Limits
) -> list[Accepted | SetAside]:
    """A verdict for every value of a sample, in its order."""
    observed_at_ms = sample.observed_at_ms if sample.observed_at_ms is not None else received_at_ms
    late = admit_time(observed_at_ms, received_at_ms, rule, limits)
    age_ms = received_at_ms + limits.held_ms - observed_at_ms
    return [
        _admit(channel, value, sample, late, (observed_at_ms, age_ms), rule)
        for channel, value in sample.values.items()
    ]


def _admit(
    channel: str,
    value: object,
    sample: Sample,
    late: Refused | None,
    when: tuple[int, int],  # observed, and its age, ms
    rule: DeviceRule,
) -> Accepted | SetAside:
    flag = sample.quality_flags.get(channel, "Valid")
    if flag != "Valid":
        return SetAside(Verdict.SKIPPED, Refused("qc_rejected", channel, f"flagged {flag!r}"[:200]))
    channel_rule = rule.channels.get(channel)
    if channel_rule is None:
        refused = Refused("unknown_channel", channel[:200], f"{rule.device} has no such channel")
        return SetAside(Verdict.QUARANTINED, refused)
    if late is not None:
        return SetAside(Verdict.QUARANTINED, late)
    observed_at_ms, age_ms = when
    gone = _past_retention(observed_at_ms, age_ms, channel_rule)
    if gone is not None:
        return SetAside(Verdict.QUARANTINED, gone)
    number = admit_value(value, channel_rule)
    if isinstance(number, Refused):
        return SetAside(Verdict.QUARANTINED, number)
    return Accepted(channel_rule.series, observed_at_ms, number, sample.revision)


def _past_retention(observed_at_ms: int, age_ms: int, rule: ChannelRule) -> Refused | None:
    if age_ms > rule.kept_ms:
        detail = f"readings of this channel are kept for {rule.kept_ms / DAY_MS:g} days"
        return Refused("past_retention", "ts", detail)
    if observed_at_ms < rule.horizon_ms:
        detail = f"readings of this channel from before {rule.horizon_ms:.0f} are gone"
        return Refused("past_retention", "ts", detail)
    return None
