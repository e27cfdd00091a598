"""Uplinks of The Things Stack v3, as its MQTT server and its webhooks publish them in JSON. Pure.

`end_device_ids.device_id` names the device. Values are those of `uplink_message.normalized_payload`, whose
fields have documented units, else of `decoded_payload`. The time is the network server's: the clock of a
radio gateway (`settings.time`) is only as good as the gateway, and taken where there is no other.
Sources: thethingsindustries.com, Data Formats, and Payload Formatters, JavaScript, Uplink.
"""

from __future__ import annotations

from collections.abc import Mapping

from iot_gateway.codecs.codec import Format, Report, Reports, too_many
from iot_gateway.codecs.documents import at, flatten, moment_ms, read_object
from iot_gateway.samples import Refused, Sample

_TIMES = ("uplink_message.received_at", "uplink_message.settings.time", "received_at")

# Units of the normalised payload, by flattened field.
_NORMALISED = {
    "air.temperature": "°C",
    "air.relativeHumidity": "%",
    "air.pressure": "hPa",
    "air.co2": "ppm",
    "air.lightIntensity": "lx",
    "battery": "V",
    "rain.intensity": "mm/h",
    "rain.cumulative": "mm",
    "soil.depth": "cm",
    "soil.ec": "dS/m",
    "soil.moisture": "%",
    "soil.n": "ppm",
    "soil.p": "ppm",
    "soil.k": "ppm",
    "soil.pH": "pH",
    "soil.temperature": "°C",
    "water.temperature.current": "°C",
    "water.temperature.min": "°C",
    "water.temperature.max": "°C",
    "wind.direction": "°",
    "wind.speed": "m/s",
}


def decode(payload: bytes, received_at_ms: int, max_readings: int) -> Reports:
    """One report a measurement: one for a decoded payload, as many as there are for a normalised one."""
    message = read_object(payload)
    if isinstance(message, Refused):
        return message
    uplink = message.get("uplink_message")
    if not isinstance(uplink, dict):
        return Refused("not_an_uplink", "uplink_message", "joins, acknowledgements and events have none")
    if message.get("simulated"):
        return Refused("simulated", "simulated", "sent by hand from the console: nobody measured it")
    device = at(message, "end_device_ids.device_id")
    if not isinstance(device, str) or not device:
        return Refused("no_device", "end_device_ids.device_id", "the message names no device")
    normalised = uplink.get("normalized_payload")
    if isinstance(normalised, list) and normalised:
        measurements, units = normalised, _NORMALISED
    else:
        measurements, units = [uplink.get("decoded_payload")], {}
    reports = [_report(message, uplink, device, each, units, max_readings) for each in measurements]
    readings = sum(1 if isinstance(report, Refused) else len(report.sample.values) for report in reports)
    return too_many(readings, max_readings) if readings > max_readings else reports


def _report(
    message: Mapping[str, object],
    uplink: Mapping[str, object],
    device: str,
    measurement: object,
    units: Mapping[str, str],
    max_readings: int,
) -> Report | Refused:
    if not isinstance(measurement, dict) or not measurement:
        return Refused("no_values", "decoded_payload", "nothing decoded: a payload formatter is missing")
    fields = dict(measurement)
    own_time = fields.pop("time", None) if units else None
    observed_at_ms = _time(message) if own_time is None else moment_ms(own_time)
    if observed_at_ms is None:
        return Refused("bad_time", "received_at", "no RFC 3339 time where one is expected")
    values = flatten(fields, max_readings)
    if isinstance(values, Refused):
        return values
    if not values:
        return Refused("no_values", "decoded_payload", "only empty objects")
    spoken = {name: units[name] for name in values if name in units}
    frame = uplink.get("f_cnt", 0)  # zeros are left out
    seq = frame if isinstance(frame, int) and not isinstance(frame, bool) else None
    message_id = f"{uplink.get('session_key_id', '')}/{frame}"[:200]
    return Report(Sample(values, observed_at_ms), device, spoken, seq, message_id)


def _time(message: Mapping[str, object]) -> int | None:
    """The first time that can be read, the most trusted first."""
    return next((found for path in _TIMES if (found := moment_ms(at(message, path))) is not None), None)


FORMATS = {"thethings": Format(decode, names_devices=True)}
