"""Messages → one batch: what is accepted by columns, what is refused with its bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from iot_gateway.admission import Accepted, DeviceRule, Limits
from iot_gateway.codecs import json_payload
from iot_gateway.message import Message, refusal
from iot_gateway.plausible import Plausible
from iot_gateway.routed import STANDARD, Judged, Registered, Routing, device_in, judge_routed
from iot_gateway.routes import Found
from iot_gateway.samples import Refused
from iot_gateway.topics import is_command, telemetry_of
from services.telemetry.domain import Batch, Numbered, Refusal, SeriesName, Verdict

__all__ = ["Message", "Rules", "assemble", "judge", "judge_found", "refusal", "rules_for"]

_MOST_FIELDS_NAMED = 10  # in one refusal; the payload has them all


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that admission needs to know, at one moment. `by_topic` holds those who may speak."""

    devices: Mapping[str, DeviceRule]
    by_topic: Mapping[bytes, DeviceRule]
    limits: Limits
    routing: Routing = STANDARD
    watched: Mapping[SeriesName, Plausible] = field(default_factory=dict)


def rules_for(devices: Iterable[DeviceRule], limits: Limits, routing: Routing = STANDARD) -> Rules:
    """Rules for these devices; the topics of active ones are spelled out once, not per message."""
    by_name = {rule.device: rule for rule in devices}
    by_topic = {
        telemetry_of(rule.shard, rule.device).encode(): rule
        for rule in by_name.values()
        if rule.state == "active" and routing.routes.is_plain(telemetry_of(rule.shard, rule.device))
    }
    watched = {
        channel.series: channel.plausible
        for rule in by_name.values()
        for channel in rule.channels.values()
        if channel.plausible is not None
    }
    return Rules(by_name, by_topic, limits, routing, watched)


def assemble(messages: Iterable[Message], rules: Rules, batch: Batch) -> Batch:
    """Fill `batch` with what the messages say."""
    by_topic, limits = rules.by_topic, rules.limits
    for message in messages:
        rule = by_topic.get(message.topic)
        if (rule is None or not _take_plain(message, rule, limits, batch)) and not is_command(message.topic):
            judge(message, rules, batch)
    return batch


def _take_plain(message: Message, rule: DeviceRule, limits: Limits, batch: Batch) -> bool:
    """Take a message that has nothing special about it, whole or not at all.

    Nearly all are like that; `judge` would do the same at four times the cost.
    """
    _, payload, _, received, payload_bytes = message
    if payload_bytes > limits.max_payload_bytes:
        return False
    plain = json_payload.decode_plain(payload)
    if plain is None or len(values := plain.values) > limits.max_readings:
        return False
    observed = received if plain.ts is None else plain.ts
    if observed > received + limits.future_tolerance_ms:
        return False
    if observed < rule.commissioned_at_ms or observed < limits.floor_ms:
        return False
    if received - observed > rule.kept_ms or observed < rule.horizon_ms:
        return False
    channels = rule.channels
    taken = []
    for channel, value in values.items():
        known = channels.get(channel)
        if known is None or not known[1] <= value <= known[2]:
            return False
        taken.append((known[0], value))
    for series, value in taken:
        batch.series.append(series)
        batch.observed_at_ms.append(observed)
        batch.values.append(value)
        batch.quality.append(0)
        batch.revision.append(plain.rev)
        batch.reading_received_at_ms.append(received)
    if plain.seq is not None:
        batch.numbers.append(Numbered(rule.device, plain.seq, plain.ts, received))
    return True


def judge(message: Message, rules: Rules, batch: Batch) -> None:
    """The full rule for one message, with a reason for everything that is refused."""
    found = rules.routing.routes.find(message.topic)
    if found is None:  # what has no readings, such as a network server's other events
        return
    if isinstance(found, Refused):
        batch.refusals.append(replace(refusal(message, "", found), message=len(batch.refusals)))
        return
    judge_found(message, found, rules, batch)


def judge_found(message: Message, found: Found, rules: Rules, batch: Batch) -> None:
    """The same for a message whose route is known."""
    if message.payload_bytes > rules.limits.max_payload_bytes:
        detail = f"{message.payload_bytes} bytes, at most {rules.limits.max_payload_bytes}"
        refused = refusal(message, device_in(found), Refused("payload_too_large", detail=detail))
        batch.refusals.append(replace(refused, message=len(batch.refusals)))
        return
    known = Registered(rules.devices, rules.routing.units, rules.limits)
    judged = judge_routed(message.payload, message.received_at_ms, found, known)
    accepted = sum(isinstance(verdict, Accepted) for one in judged for verdict in one.verdicts)
    refusals = [refused for one in judged for refused in _record(message, one, accepted, batch)]
    number = len(batch.refusals)
    batch.refusals += [replace(refused, message=number) for refused in refusals]


def _record(message: Message, judged: Judged, accepted: int, batch: Batch) -> list[Refusal]:
    """Accepted readings as rows; returns refused ones folded by reason: bytes are kept once for each."""
    folded: dict[tuple[Verdict, str], list[Refused]] = {}
    for verdict in judged.verdicts:
        if isinstance(verdict, Accepted):
            batch.series.append(verdict.series)
            batch.observed_at_ms.append(verdict.observed_at_ms)
            batch.values.append(verdict.value)
            batch.quality.append(0)
            batch.revision.append(verdict.revision)
            batch.reading_received_at_ms.append(message.received_at_ms)
        else:
            folded.setdefault((verdict.verdict, verdict.refused.reason), []).append(verdict.refused)
    for number, observed_at_ms in judged.numbers:
        batch.numbers.append(Numbered(judged.device, number, observed_at_ms, message.received_at_ms))
    refusals = []
    for (kind, reason), several in folded.items():
        names = dict.fromkeys(refused.field for refused in several[:_MOST_FIELDS_NAMED])
        merged = Refused(reason, ", ".join(filter(None, names)), several[0].detail)
        refusals.append(refusal(message, judged.device, merged, kind, len(several), accepted))
    return refusals
