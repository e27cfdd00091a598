"""Uplinks of ChirpStack v4, as its MQTT integration publishes them in JSON. Pure.

The event `up` (integration.UplinkEvent in the protobuf JSON mapping): `deviceInfo.devEui` names the device,
`object` holds what the device profile's codec decoded, `time` is the network's, not ours. ChirpStack has
merged what several radio gateways heard; `deduplicationId` is the same at every delivery of the event, and
so are its time and values: stored twice, it is a duplicate.
Source: chirpstack.io, Integrations, Event types.
"""

from __future__ import annotations

from iot_gateway.codecs.codec import Format, Report, Reports
from iot_gateway.codecs.documents import at, flatten, moment_ms, read_object
from iot_gateway.samples import Refused, Sample


def decode(payload: bytes, received_at_ms: int, max_readings: int) -> Reports:
    """One report, of the device named by its EUI in lower case."""
    event = read_object(payload)
    if isinstance(event, Refused):
        return event
    device, message_id = at(event, "deviceInfo.devEui"), event.get("deduplicationId")
    if not isinstance(message_id, str) or not message_id or not event.get("rxInfo"):
        # Only `up` has both; join, status, ack, txack, log, location and integration lack one.
        return Refused("not_an_uplink", "rxInfo", "an event 'up' has a deduplicationId and rxInfo")
    if not isinstance(device, str) or not device:
        return Refused("no_device", "deviceInfo.devEui", "the event names no device")
    fields = event.get("object")
    if not isinstance(fields, dict) or not fields:
        return Refused("no_values", "object", "nothing decoded: the device profile needs a codec")
    observed_at_ms = moment_ms(event.get("time"))
    if observed_at_ms is None:
        return Refused("bad_time", "time", f"expected an RFC 3339 time, got {event.get('time')!r}"[:200])
    values = flatten(fields, max_readings)
    if isinstance(values, Refused):
        return values
    if not values:
        return Refused("no_values", "object", "only empty objects")
    frame = event.get("fCnt", 0)  # protobuf leaves zeros out
    seq = frame if isinstance(frame, int) and not isinstance(frame, bool) else None
    return [Report(Sample(values, observed_at_ms), device.lower(), seq=seq, message_id=message_id)]


FORMATS = {"chirpstack": Format(decode, names_devices=True)}
