"""SenML packs (RFC 8428) in JSON and CBOR: base fields resolved, relative times made absolute. Pure.

A record's full name is split at its last ":" or "/": what is before names the device, what is after is the
field (`urn:dev:ow:10e2073a01080063:temp`). A sum is a field of its own, `temp#sum`. True and false are 1
and 0; text and data values are left to admission, which says that they are no numbers.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from decimal import Decimal

import cbor2

from iot_gateway.codecs.codec import Format, Report, Reports, too_many
from iot_gateway.codecs.documents import read_json
from iot_gateway.codecs.senml_units import UNITS
from iot_gateway.samples import Refused, Sample

VERSION = 10  # RFC 8428, 4.4; 26 (RFC 9100) asks for nothing that is read here, but says that it might
RELATIVE_BELOW = 2**28  # seconds, RFC 8428, 4.5.3
_DEEPEST = 8  # levels of CBOR; a pack has two
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
_VALUES = ("v", "vs", "vb", "vd")
_TEXTS = ("bn", "bu", "n", "u")
_NUMBERS = ("bt", "bv", "bs", "t", "v", "s")

# RFC 8428, table 4.
_CBOR_LABELS: Mapping[object, str] = {
    -1: "bver",
    -2: "bn",
    -3: "bt",
    -4: "bu",
    -5: "bv",
    -6: "bs",
    0: "n",
    1: "u",
    2: "v",
    3: "vs",
    4: "vb",
    5: "s",
    6: "t",
    7: "ut",
    8: "vd",
}

Record = dict[str, object]


class _Wrong(Exception):
    """The whole pack is."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused)
        self.refused = refused


def decode_json(payload: bytes, received_at_ms: int, max_readings: int) -> Reports:
    """A pack in JSON (application/senml+json)."""
    pack = read_json(payload)
    if isinstance(pack, Refused):
        return pack
    return _decode(pack, received_at_ms, max_readings)


def decode_cbor(payload: bytes, received_at_ms: int, max_readings: int) -> Reports:
    """A pack in CBOR (application/senml+cbor)."""
    stream = io.BytesIO(payload)
    try:
        pack = cbor2.CBORDecoder(stream, max_depth=_DEEPEST, read_size=1).decode()
    except (cbor2.CBORDecodeError, ValueError, ArithmeticError, TypeError, RecursionError) as error:
        return Refused("malformed_cbor", detail=str(error)[:200])
    if stream.tell() != len(payload):
        return Refused("malformed_cbor", detail=f"{len(payload) - stream.tell()} bytes after the pack")
    if isinstance(pack, list | tuple):
        pack = [_labelled(record) if isinstance(record, Mapping) else record for record in pack]
    return _decode(pack, received_at_ms, max_readings)


def _labelled(record: Mapping[object, object]) -> Record:
    """Labels as JSON spells them. Numbers that nobody has assigned are ignored, as the RFC asks."""
    named = ((_CBOR_LABELS.get(label, label), value) for label, value in record.items())
    return {label: value for label, value in named if isinstance(label, str)}


def _decode(pack: object, received_at_ms: int, max_readings: int) -> Reports:
    if not isinstance(pack, list) or not all(isinstance(record, dict) for record in pack):
        return Refused("wrong_type", detail="expected an array of records")
    if len(pack) > max_readings:  # before any is looked at
        return too_many(len(pack), max_readings)
    reports: list[Report | Refused] = []
    try:
        _check_versions(pack)
        base: Record = {}
        for record in pack:
            _check_labels(record)
            base.update({label: record[label] for label in ("bn", "bt", "bu", "bv", "bs") if label in record})
            reports += _resolve(record, base, received_at_ms)
    except _Wrong as error:
        return error.refused
    if len(reports) > max_readings:
        return too_many(len(reports), max_readings)
    return reports or Refused("no_values", detail="no record has a value")


def _check_versions(pack: list[Record]) -> None:
    """One version for the whole pack, and one that is understood (4.4)."""
    versions = [record["bver"] for record in pack if "bver" in record]
    for version in versions:
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise _Wrong(Refused("wrong_type", "bver", "expected a whole number above 0"))
        if version > VERSION:
            raise _Wrong(
                Refused("unsupported_version", "bver", f"{version}, understood up to {VERSION}"[:200])
            )
        if version != versions[0]:
            raise _Wrong(Refused("unsupported_version", "bver", "records of different versions in one pack"))


def _check_labels(record: Record) -> None:
    """Types, and nothing that asks to be understood and is not (12.3: an error, not something to skip)."""
    for label, value in record.items():
        if label.endswith("_"):
            raise _Wrong(Refused("not_understood", label[:200], "a label ending in _ has to be understood"))
        if label in _TEXTS and not isinstance(value, str):
            raise _Wrong(Refused("wrong_type", label, f"expected a string, got {type(value).__name__}"))
        if label in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float | Decimal)):
            raise _Wrong(Refused("wrong_type", label, f"expected a number, got {type(value).__name__}"))


def _resolve(record: Record, base: Record, received_at_ms: int) -> list[Report | Refused]:
    """What one record says: nothing (it only sets base values), a value, a sum, or both."""
    spoken = [label for label in _VALUES if label in record]
    name = f"{base.get('bn', '')}{record.get('n', '')}"
    if not spoken and "s" not in record:
        if not record.keys() & {"n", "t"}:
            return []
        if "bv" not in base:
            return [Refused("no_values", name[:200], "neither a value nor a sum")]
    if not _NAME.fullmatch(name):
        return [Refused("bad_name", name[:200], "SenML names have letters, digits and - : . / _")]
    if len(spoken) > 1:
        return [Refused("wrong_type", name[:200], f"more than one value: {', '.join(spoken)}")]
    unit = str(record.get("u", base.get("bu", "")))
    if unit and unit not in UNITS:
        return [Refused("unknown_unit", name[:200], f"{unit!r} is no unit of SenML's registry"[:200])]
    time = _time(record, base, received_at_ms)
    if isinstance(time, Refused):
        return [time]
    device, field = _split(name)
    values: dict[str, object] = {}
    if spoken or "s" not in record:
        values[field] = _value(record, base)
    if "s" in record:
        values[f"{field}#sum"] = _number(record["s"]) + _number(base.get("bs", 0))
    units = {field: UNITS[unit]} if unit and field in values else {}  # a sum's unit is the unit × s
    return [Report(Sample({key: value}, time), device, units) for key, value in values.items()]


def _value(record: Record, base: Record) -> object:
    """One without the other counts from zero: the base value and the value (4.5.4)."""
    if "vb" in record:
        truth = record["vb"]
        return float(truth) if isinstance(truth, bool) else truth
    for label in ("vs", "vd"):
        if label in record:
            return record[label]
    return _number(record.get("v", 0)) + _number(base.get("bv", 0))


def _time(record: Record, base: Record, received_at_ms: int) -> int | Refused | None:
    """Milliseconds since 1970; None where neither the record nor its base says a time."""
    if "t" not in record and "bt" not in base:
        return None
    seconds = _number(record.get("t", 0)) + _number(base.get("bt", 0))
    if not math.isfinite(seconds):
        return Refused("bad_time", "t", "NaN or infinite")
    milliseconds = round(seconds * 1000) if abs(seconds) < 1e300 else int(seconds) * 1000
    return received_at_ms + milliseconds if seconds < RELATIVE_BELOW else milliseconds


def _number(value: object) -> float:
    """A float, infinite where the number is too large for one: admission names that."""
    assert isinstance(value, int | float | Decimal)
    try:
        return float(value)
    except (OverflowError, ValueError):  # ValueError: a signalling NaN
        return math.inf if value == value and value > 0 else math.nan


def _split(name: str) -> tuple[str, str]:
    """Device and field of a full name."""
    cut = max(name.rfind(":"), name.rfind("/")) + 1
    return (name[: cut - 1], name[cut:]) if 0 < cut < len(name) else ("", name)


FORMATS = {
    "senml-json": Format(decode_json, names_devices=True),
    "senml-cbor": Format(decode_cbor, names_devices=True),
}
