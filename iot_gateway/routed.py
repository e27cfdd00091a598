"""A message on a route → verdicts by device: decoded, named, mapped, converted, admitted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from iot_gateway.admission import Accepted, DeviceRule, Limits, SetAside, admit_device, admit_sample
from iot_gateway.codecs import haidang_json
from iot_gateway.codecs.codec import Report
from iot_gateway.routes import Found, Route, Routes
from iot_gateway.samples import Refused, Sample
from iot_gateway.topics import Address, telemetry_of
from iot_gateway.units import Units
from services.telemetry.domain import Verdict

Verdicts = list[Accepted | SetAside]

_JSON = haidang_json.FORMATS["json"]


class Routing(NamedTuple):
    """How messages are read, and the units that their values may come in."""

    routes: Routes
    units: Units


class Judged(NamedTuple):
    """What became of what a message says about one device: the registry's name of it, or nothing."""

    device: str
    verdicts: Verdicts
    numbers: Sequence[tuple[int, int | None]] = ()  # its own number of the message, and the time it gave


class Registered(NamedTuple):
    """What is known while a message is judged."""

    devices: Mapping[str, DeviceRule]
    units: Units
    limits: Limits


STANDARD = Routing(
    Routes([Route("json", telemetry_of("{shard}", "{device}"), "json", _JSON, "{named}")]), Units()
)
"""Our JSON on the standard topic and nothing else."""


def device_in(found: Found) -> str:
    """The registry's name of the device that the topic names, or nothing."""
    return _name(found, "")


def judge_routed(payload: bytes, received_at_ms: int, found: Found, known: Registered) -> list[Judged]:
    """Verdicts by device.

    At least one verdict comes back: a message that says nothing readable is one that is set aside.
    """
    if found.device_in_topic:  # a stranger's payload is not even read
        refused = _device(found, "", known)
        if isinstance(refused, Refused):
            return [Judged(device_in(found), [_aside(refused)])]
    reports = found.route.format.decode(payload, received_at_ms, known.limits.max_readings)
    if isinstance(reports, Refused):
        return [Judged(device_in(found), [_aside(reports)])]
    by_device: dict[str, Verdicts] = {}
    numbers: dict[str, list[tuple[int, int | None]]] = {}
    several = found.device_in_topic and _name_several(reports)
    for report in reports:
        device = _name(found, "" if isinstance(report, Refused) else report.device)
        verdicts = by_device.setdefault(device, [])
        if isinstance(report, Refused):
            verdicts.append(_aside(report))
        elif several:
            detail = f"this topic is {found.device}'s alone, and the payload names several devices"
            verdicts += _all_aside(report, Refused("several_devices", report.device[:200], detail))
        else:
            verdicts += _judge(report, received_at_ms, found, known)
            _note_number(report, found, known, numbers)
    judged = [Judged(name, said, numbers.get(name, ())) for name, said in by_device.items() if said]
    nothing = SetAside(Verdict.SKIPPED, Refused("ignored_fields", detail="no other fields"))
    return judged or [Judged(device_in(found), [nothing], numbers.get(device_in(found), ()))]


def _note_number(
    report: Report, found: Found, known: Registered, numbers: dict[str, list[tuple[int, int | None]]]
) -> None:
    """A message with a number has reached us, whatever its values; once, however many reports it makes."""
    rule = None if report.seq is None or report.seq < 0 else _device(found, report.device, known)
    if report.seq is None or rule is None or isinstance(rule, Refused):
        return
    said = numbers.setdefault(rule.device, [])
    if all(report.seq != number for number, _ in said):
        said.append((report.seq, report.sample.observed_at_ms))


def _judge(report: Report, received_at_ms: int, found: Found, known: Registered) -> Verdicts:
    rule = _device(found, report.device, known)
    if isinstance(rule, Refused):
        return _all_aside(report, rule)
    samples, refused = translate(report, found.route, rule, known.units)
    verdicts: Verdicts = [_aside(each) for each in refused]
    for sample in samples:
        verdicts += admit_sample(sample, received_at_ms, rule, known.limits)
    return verdicts


def translate(
    report: Report, route: Route, rule: DeviceRule, units: Units
) -> tuple[list[Sample], list[Refused]]:
    """Fields as channels, in the units of the registry. Two fields of one channel make two samples."""
    spoken = report.sample
    if not report.units and not route.fields and not route.ignored and not route.ignored_beginnings:
        return [spoken], []
    rows: list[tuple[dict[str, object], dict[str, str]]] = []  # values and flags by channel
    refused: list[Refused] = []
    for field, value in spoken.values.items():
        if route.ignores(field):
            continue
        target = route.fields.get(field)
        channel = target.channel if target else field
        sent = (target.unit if target else "") or report.units.get(field, "")
        converted = _convert(value, sent, channel, rule, units)
        if isinstance(converted, Refused):
            refused.append(converted)
            continue
        values, flags = next((row for row in rows if channel not in row[0]), ({}, {}))
        if not values:
            rows.append((values, flags))
        values[channel] = converted
        if field in spoken.quality_flags:
            flags[channel] = spoken.quality_flags[field]
    return [Sample(values, spoken.observed_at_ms, spoken.revision, flags) for values, flags in rows], refused


def _convert(value: object, sent: str, channel: str, rule: DeviceRule, units: Units) -> object:
    """The value in the channel's unit, or a Refused. What is no number is left for admission to name."""
    known = rule.channels.get(channel)
    if not sent or known is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    way = units.conversion(sent, known.unit)
    if isinstance(way, Refused):
        return replace(way, field=channel)
    try:
        return way.apply(float(value))
    except OverflowError:
        return value


def _device(found: Found, named: str, known: Registered) -> DeviceRule | Refused:
    """The device's rule if it may speak on this shard."""
    name = found.device_called(named)
    if isinstance(name, Refused):
        return name
    rule = known.devices.get(name)
    refused = admit_device(rule, Address(found.shard, name))
    return refused or rule or Refused("unknown_device")


def _name(found: Found, named: str) -> str:
    name = found.device_called(named)
    return "" if isinstance(name, Refused) else name


def _name_several(reports: Iterable[Report | Refused]) -> bool:
    return len({report.device for report in reports if isinstance(report, Report)}) > 1


def _aside(refused: Refused) -> SetAside:
    return SetAside(Verdict.QUARANTINED, refused)


def _all_aside(report: Report, refused: Refused) -> Verdicts:
    """One verdict for each of its readings."""
    return [_aside(refused) for _ in report.sample.values]
