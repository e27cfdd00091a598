"""The JSON format, a superset of the ThingsBoard device payload. Pure.

`{"ts": ms, "values": {"pm25": 12.3}}`, an array of those, or the bare map `{"pm25": 12.3}`. Beside
`values`: `rev`, the source's revision ≥ 0, `qc`, flags by channel, and `seq`, the device's own number of this
message ≥ 0, one higher each time. Without `ts`, time is receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from iot_gateway.samples import Refused, Sample

_LARGEST_REVISION = 2**31 - 1  # the column's type
LARGEST_NUMBER = 2**53  # what every JSON library reads exactly


class Plain(msgspec.Struct, forbid_unknown_fields=True):
    """The common case, read without intermediate objects: one time, numbers only, no flags."""

    values: dict[str, float]
    ts: int | None = None
    rev: int = 0
    seq: int | None = None


_plain = msgspec.json.Decoder(Plain)


def decode_plain(payload: bytes) -> Plain | None:
    """The common case, or None where `decode` has to look closely.

    What this reads, `decode` reads to the same values (a property test holds the two together).
    """
    try:
        plain = _plain.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not plain.values or not 0 <= plain.rev <= _LARGEST_REVISION:
        return None
    return plain if plain.seq is None or 0 <= plain.seq <= LARGEST_NUMBER else None


def decode(payload: bytes, max_readings: int) -> list[Sample | Refused] | Refused:
    """Samples in the payload's order, unreadable array elements as refusals; or why it is none at all."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused("invalid_utf8", detail=f"{error.reason} at byte {error.start}")
    try:
        document = json.loads(text)  # takes NaN and Infinity, so that admission can name them
    except (ValueError, RecursionError) as error:
        return Refused("malformed_json", detail=str(error)[:200])
    elements = document if isinstance(document, list) else [document]
    samples = [_sample(element) for element in elements]
    readings = sum(_readings(sample) for sample in samples)
    if readings > max_readings:
        return Refused("too_many_readings", detail=f"{readings} readings, at most {max_readings} a message")
    return samples or Refused("no_values", detail="an empty array")


def _readings(sample: Sample | Refused) -> int:
    return 1 if isinstance(sample, Refused) else len(sample.values)


def _sample(element: object) -> Sample | Refused:
    if not isinstance(element, dict):
        return Refused("wrong_type", detail=f"expected an object, got {_name(element)}")
    if "values" not in element:
        return Sample(element) if element else Refused("no_values", detail="an empty object")
    try:
        flags = _flags(element.get("qc"))
        values = _values(element["values"], flags)
        times = _time(element.get("ts")), _revision(element.get("rev"))
        return Sample(values, *times, flags, _number(element.get("seq")))
    except _WrongType as error:
        return Refused("wrong_type", *error.args)
    except _NoValues:
        return Refused("no_values", "values", "an empty object")


class _WrongType(Exception):
    """Arguments: field, detail."""


class _NoValues(Exception):
    pass


def _values(values: object, flags: Mapping[str, str]) -> dict[str, object]:
    """The values, and a null for each flagged channel that has none."""
    if not isinstance(values, dict):
        raise _WrongType("values", f"expected an object, got {_name(values)}")
    found: dict[str, object] = {**dict.fromkeys(flags), **values}
    if not found:
        raise _NoValues
    return found


def _flags(flags: object) -> dict[str, str]:
    if flags is None:
        return {}
    if not isinstance(flags, dict) or not all(isinstance(flag, str) for flag in flags.values()):
        raise _WrongType("qc", "expected an object of flags by channel")
    return flags


def _time(ts: object) -> int | None:
    if ts is None:
        return None
    if isinstance(ts, float) and ts.is_integer():
        return int(ts)
    if isinstance(ts, bool) or not isinstance(ts, int):
        raise _WrongType("ts", f"expected milliseconds since 1970 as a whole number, got {_name(ts)}")
    return ts


def _revision(rev: object) -> int:
    if rev is None:
        return 0
    if isinstance(rev, bool) or not isinstance(rev, int) or not 0 <= rev <= _LARGEST_REVISION:
        raise _WrongType("rev", "expected a whole number from 0 to 2147483647")
    return rev


def _number(seq: object) -> int | None:
    """A number that is none costs no reading: the message is taken as one without."""
    if isinstance(seq, float) and seq.is_integer():
        seq = int(seq)
    if isinstance(seq, bool) or not isinstance(seq, int):
        return None
    return seq if 0 <= seq <= LARGEST_NUMBER else None


def _name(value: object) -> str:
    """The JSON word for a value's type."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case list():
            return "an array"
        case dict():
            return "an object"
        case _:
            return "a number"
