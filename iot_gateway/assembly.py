"""Messages → one batch: what is accepted by columns, what is refused with its bytes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from iot_gateway.admission import Accepted, DeviceRule, Limits, SetAside
from iot_gateway.codecs import json_payload
from iot_gateway.routed import STANDARD, Registered, Routing, device_in, judge_routed
from iot_gateway.samples import Refused
from iot_gateway.topics import is_command, telemetry_of
from services.telemetry.domain import Batch, Refusal, Verdict

_MOST_FIELDS_NAMED = 10  # in one refusal; the payload has them all


class Message(NamedTuple):
    """One PUBLISH as received. `mid` 0: QoS 0, nothing to acknowledge."""

    topic: bytes
    payload: bytes
    mid: int
    received_at_ms: int
    payload_bytes: int  # of the whole message, of which `payload` may be the head


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that admission needs to know, at one moment. `by_topic` holds those who may speak."""

    devices: Mapping[str, DeviceRule]
    by_topic: Mapping[bytes, DeviceRule]
    limits: Limits
    routing: Routing = STANDARD


def rules_for(devices: Iterable[DeviceRule], limits: Limits, routing: Routing = STANDARD) -> Rules:
    """Rules for these devices; the topics of active ones are spelled out once, not per message."""
    by_name = {rule.device: rule for rule in devices}
    by_topic = {
        telemetry_of(rule.shard, rule.device).encode(): rule
        for rule in by_name.values()
        if rule.state == "active" and routing.routes.is_plain(telemetry_of(rule.shard, rule.device))
    }
    return Rules(by_name, by_topic, limits, routing)


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
    if message.payload_bytes > limits.max_payload_bytes:
        return False
    plain = json_payload.decode_plain(message.payload)
    if plain is None or len(plain.values) > limits.max_readings:
        return False
    received = message.received_at_ms
    observed = received if plain.ts is None else plain.ts
    if observed > received + limits.future_tolerance_ms:
        return False
    if observed < rule.commissioned_at_ms or observed < limits.floor_ms:
        return False
    channels = rule.channels
    taken = []
    for channel, value in plain.values.items():
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
    return True


def judge(message: Message, rules: Rules, batch: Batch) -> None:
    """The full rule for one message, with a reason for everything that is refused."""
    found = rules.routing.routes.find(message.topic)
    if found is None:  # what has no readings, such as a network server's other events
        return
    if isinstance(found, Refused):
        batch.refusals.append(refusal(message, "", found))
        return
    if message.payload_bytes > rules.limits.max_payload_bytes:
        detail = f"{message.payload_bytes} bytes, at most {rules.limits.max_payload_bytes}"
        batch.refusals.append(refusal(message, device_in(found), Refused("payload_too_large", detail=detail)))
        return
    known = Registered(rules.devices, rules.routing.units, rules.limits)
    for device, verdicts in judge_routed(message.payload, message.received_at_ms, found, known):
        _record(message, device, verdicts, batch)


def _record(message: Message, device: str, verdicts: Iterable[Accepted | SetAside], batch: Batch) -> None:
    """Accepted readings as rows; refused ones folded by reason, so that bytes are kept once for each."""
    folded: dict[tuple[Verdict, str], list[Refused]] = {}
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            batch.series.append(verdict.series)
            batch.observed_at_ms.append(verdict.observed_at_ms)
            batch.values.append(verdict.value)
            batch.quality.append(0)
            batch.revision.append(verdict.revision)
            batch.reading_received_at_ms.append(message.received_at_ms)
        else:
            folded.setdefault((verdict.verdict, verdict.refused.reason), []).append(verdict.refused)
    for (kind, reason), several in folded.items():
        names = dict.fromkeys(refused.field for refused in several[:_MOST_FIELDS_NAMED])
        merged = Refused(reason, ", ".join(filter(None, names)), several[0].detail)
        batch.refusals.append(refusal(message, device, merged, kind, len(several)))


def refusal(
    message: Message,
    device: str,
    refused: Refused,
    verdict: Verdict = Verdict.QUARANTINED,
    readings: int = 1,
) -> Refusal:
    """What is kept of something refused: the bytes, where they came from, and why."""
    return Refusal(
        verdict=verdict,
        reason=refused.reason,
        topic=message.topic.decode("utf-8", "backslashreplace"),
        payload=message.payload,
        received_at_ms=message.received_at_ms,
        device=device,
        field=refused.field,
        detail=refused.detail,
        readings=readings,
        payload_bytes=message.payload_bytes,
    )
