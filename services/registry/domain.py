"""Devices and their channels: what they are and which of them may be accepted."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple, get_args

DeviceState = Literal["provisioned", "active", "retired", "replaced"]
STATES: tuple[DeviceState, ...] = get_args(DeviceState)
DeviceAction = Literal["activate", "retire", "replace"]

# Where an action leads from a state; what is not here does not happen. A replaced device stays replaced:
# so a chain of successors has an end, and never leads back.
DEVICE_LIFE: dict[tuple[DeviceState, DeviceAction], DeviceState] = {
    ("provisioned", "activate"): "active",
    ("provisioned", "retire"): "retired",
    ("active", "retire"): "retired",
    ("active", "replace"): "replaced",
    ("retired", "activate"): "active",
    ("retired", "replace"): "replaced",
}

MOST_DEVICES = 10_000  # a request
MOST_CHANNELS = 200  # a device
LONGEST_NAME = 200  # characters
LONGEST_INTERVAL_S = 31 * 24 * 3600
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no field device of this kind is older

_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SHARD = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
AREA_CODE = re.compile(r"[0-9]{2,5}")


@dataclass(frozen=True, slots=True)
class Channel:
    """One stream of values of a device. Minimum and maximum are inclusive, in `unit`; None is no limit."""

    channel: str
    quantity: str
    unit: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """Who may speak, about what, and how often. Degrees are WGS 84; `area_code` is '' where there is none."""

    device: str
    kind: str
    name_vi: str
    name_en: str
    shard: str
    area_code: str
    longitude: float
    latitude: float
    state: DeviceState
    commissioned_at: datetime
    reporting_interval_s: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of a device. `was` is '' at its beginning; times are UTC."""

    device: str
    at: datetime
    was: str
    state: DeviceState
    replaced_by: str
    reason: str


class Fault(NamedTuple):
    """Why something is not accepted: path of the field, stable reason, and the sentence for people."""

    field: str
    reason: str
    detail: str


def device_faults(devices: Sequence[Device]) -> list[Fault]:
    """Everything that is wrong with devices that someone wants to put; empty where all are welcome."""
    if not devices:
        return [Fault("devices", "empty", "send at least one device")]
    if len(devices) > MOST_DEVICES:
        return [
            Fault("devices", "too_many", f"send at most {MOST_DEVICES} devices a call, got {len(devices)}")
        ]
    times = Counter(device.device for device in devices)
    faults: list[Fault] = []
    for index, device in enumerate(devices):
        path = f"devices[{index}]"
        faults.extend(_faults_of(device, path))
        if times[device.device] > 1:
            detail = f"device {device.device!r} is {times[device.device]} times in this request"
            faults.append(Fault(f"{path}.device", "repeated", detail))
    return faults


def advance(device: Device, action: DeviceAction, successor: Device | None) -> DeviceState | Fault:
    """The state that `action` leads to. `successor` is the device named as such, None where there is none."""
    state = DEVICE_LIFE.get((device.state, action))
    if state is None:
        return Fault("action", "no_such_transition", f"{device.device} is {device.state}: cannot {action} it")
    if action != "replace":
        return state
    if successor is None:
        return Fault("replaced_by", "unknown_device", "name a registered device that takes over")
    if successor.device == device.device:
        return Fault("replaced_by", "same_device", "a device cannot take over from itself")
    if successor.state not in ("provisioned", "active"):
        return Fault("replaced_by", "not_in_use", f"{successor.device} is {successor.state}")
    return state


def _faults_of(device: Device, path: str) -> Iterator[Fault]:
    if not _DEVICE.fullmatch(device.device):
        detail = "1 to 63 letters, digits, '.', '_' or '-', beginning with a letter or digit"
        yield Fault(f"{path}.device", "bad_name", f"{detail}; got {device.device!r}")
    if not _CHANNEL.fullmatch(device.kind):
        yield Fault(f"{path}.kind", "bad_name", f"lower-case letters, digits and '_'; got {device.kind!r}")
    if not _SHARD.fullmatch(device.shard):
        yield Fault(f"{path}.shard", "bad_name", f"lower-case letters, digits and '-'; got {device.shard!r}")
    if device.shard == "onboarding":
        yield Fault(f"{path}.shard", "reserved", "the credential of this shard proves nobody's name")
    if device.area_code and not AREA_CODE.fullmatch(device.area_code):
        yield Fault(f"{path}.area_code", "bad_code", f"2 to 5 digits as printed; got {device.area_code!r}")
    yield from text_faults(f"{path}.name_vi", device.name_vi, required=True)
    yield from text_faults(f"{path}.name_en", device.name_en, required=False)
    if device.state not in STATES:
        yield Fault(f"{path}.state", "required", f"say which of {', '.join(STATES)}")
    if device.state == "replaced":
        yield Fault(f"{path}.state", "needs_successor", "a device is replaced by ChangeDeviceState")
    yield from _place_faults(device, path)
    yield from _time_faults(device, path)
    yield from _channels_faults(device.channels, path)


def _place_faults(device: Device, path: str) -> Iterator[Fault]:
    if not -180 <= device.longitude <= 180:
        detail = f"degrees from -180 to 180; got {device.longitude}"
        yield Fault(f"{path}.longitude", "out_of_range", detail)
    if not -90 <= device.latitude <= 90:
        yield Fault(f"{path}.latitude", "out_of_range", f"degrees from -90 to 90; got {device.latitude}")


def _time_faults(device: Device, path: str) -> Iterator[Fault]:
    if device.commissioned_at < EARLIEST:
        detail = f"send the time of commissioning, {EARLIEST:%Y-%m-%d} or later"
        yield Fault(f"{path}.commissioned_at", "too_early", detail)
    if not 1 <= device.reporting_interval_s <= LONGEST_INTERVAL_S:
        detail = f"seconds from 1 to {LONGEST_INTERVAL_S}; got {device.reporting_interval_s}"
        yield Fault(f"{path}.reporting_interval_s", "out_of_range", detail)


def _channels_faults(channels: Sequence[Channel], device_path: str) -> Iterator[Fault]:
    if not 1 <= len(channels) <= MOST_CHANNELS:
        detail = f"a device has 1 to {MOST_CHANNELS} channels; got {len(channels)}"
        yield Fault(f"{device_path}.channels", "bad_count", detail)
    times = Counter(channel.channel for channel in channels)
    for index, channel in enumerate(channels[:MOST_CHANNELS]):
        path = f"{device_path}.channels[{index}]"
        if times[channel.channel] > 1:
            yield Fault(f"{path}.channel", "repeated", f"channel {channel.channel!r} is there more than once")
        yield from _channel_faults(channel, path)


def _channel_faults(channel: Channel, path: str) -> Iterator[Fault]:
    if not _CHANNEL.fullmatch(channel.channel):
        detail = "1 to 63 lower-case letters, digits and '_', beginning with a letter"
        yield Fault(f"{path}.channel", "bad_name", f"{detail}; got {channel.channel!r}")
    yield from text_faults(f"{path}.quantity", channel.quantity, required=True)
    yield from text_faults(f"{path}.unit", channel.unit, required=False)
    for name, limit in (("minimum", channel.minimum), ("maximum", channel.maximum)):
        if limit is not None and not math.isfinite(limit):
            yield Fault(f"{path}.{name}", "not_finite", "leave it out where there is no limit")
    if channel.minimum is not None and channel.maximum is not None and channel.minimum > channel.maximum:
        detail = f"minimum {channel.minimum} is above maximum {channel.maximum}"
        yield Fault(f"{path}.minimum", "above_maximum", detail)


def text_faults(path: str, text: str, *, required: bool) -> Iterator[Fault]:
    if required and not text.strip():
        yield Fault(path, "empty", "this text is required")
    if len(text) > LONGEST_NAME:
        yield Fault(path, "too_long", f"at most {LONGEST_NAME} characters; got {len(text)}")
    if not unicodedata.is_normalized("NFC", text):
        yield Fault(path, "not_nfc", "normalise the text to Unicode NFC")
    if any(unicodedata.category(character) == "Cc" for character in text):
        yield Fault(path, "control_character", "remove control characters")
