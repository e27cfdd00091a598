"""What JSON payloads of other systems have in common: the text, nested fields, moments. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from iot_gateway.codecs.codec import too_many
from iot_gateway.samples import Refused

DEEPEST = 16  # levels of nested fields; decoders of real sensors use two or three
LONGEST_FIELD = 200  # characters of a flattened name; a channel has at most 63

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


def read_json(payload: bytes) -> object:
    """The document, or a Refused. Takes NaN and Infinity, so that admission can name them."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        return Refused("invalid_utf8", detail=f"{error.reason} at byte {error.start}")
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refused("malformed_json", detail=str(error)[:200])
    return document


def read_object(payload: bytes) -> dict[str, object] | Refused:
    """The document, which has to be an object."""
    document = read_json(payload)
    if isinstance(document, Refused):
        return document
    if not isinstance(document, dict):
        return Refused("wrong_type", detail=f"expected an object, got {type(document).__name__}")
    return document


def at(document: object, path: str) -> object:
    """What is at `a.b.c`, None where there is nothing."""
    for step in path.split("."):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def flatten(fields: Mapping[str, object], max_readings: int) -> dict[str, object] | Refused:
    """Nested objects and arrays as one level: `air.temperature`, `probe.0`. Order is kept."""
    flat: dict[str, object] = {}
    rest: list[tuple[str, object, int]] = [(name, value, 1) for name, value in reversed(list(fields.items()))]
    while rest:
        name, value, depth = rest.pop()
        if depth > DEEPEST or len(name) > LONGEST_FIELD:
            return Refused("wrong_type", name[:LONGEST_FIELD], f"nested deeper than {DEEPEST}, or too long")
        if isinstance(value, dict):
            rest += [(f"{name}.{key}", inner, depth + 1) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            rest += [(f"{name}.{i}", value[i], depth + 1) for i in reversed(range(len(value)))]
        elif name in flat:
            return Refused("wrong_type", name, "the payload says this field twice")
        else:
            flat[name] = value
            if len(flat) > max_readings:
                return too_many(len(flat), max_readings)
    return flat


def moment_ms(text: object) -> int | None:
    """Milliseconds since 1970 of an RFC 3339 time with its offset, finer digits cut; None if it is none."""
    match = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        return None
    return (whole - _EPOCH) // timedelta(seconds=1) * 1000 + int(f"{fraction or ''}000"[:3])
