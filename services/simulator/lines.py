"""Owns what a line of a CSV becomes: a message with its readings, or, where it cannot be read, its own text.

Nothing is dropped on the way: what cannot be read is sent as it stands, so that the centre lists its bytes.
"""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.simulator import payload
from services.simulator.domain import Reading
from services.simulator.mapping import Mapping, MappingError, TimeColumn, ValueColumn, zone_of

VALID = "Valid"  # the only flag that the gateway lets pass
SENTINEL = "Sentinel"  # flags that we add where the source gives none
MISSING = "Missing"
REFUSED = "Rejected"


class Unreadable(Exception):
    """A line that does not become readings; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is sent."""

    number: int  # in the file, the header being 1
    payload: bytes
    readings: int  # what it counts in the ledger
    observed_at_ms: int | None  # None where it is sent as text
    flagged: bool = False  # whether quality control sets one of its values aside
    problem: str = ""  # why it is sent as text
    reading: Reading | None = None  # what the payload says; None where it is text


def read_lines(path: Path, mapping: Mapping, after: int = 1, later_ms: int = 0) -> Iterator[Line]:
    """Every line beyond number `after`, the header being 1; lines without a character are none.

    Times are moved by `later_ms`.

    Raises:
        MappingError: a column of the mapping is not in the header; names the field.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        header = _header(file.readline(), mapping)
        for number, raw in enumerate(file, start=2):
            text = raw.rstrip(b"\r\n")
            if number > after and text.strip():
                yield convert(number, text, header, mapping, later_ms)


def convert(number: int, text: bytes, header: Sequence[str], mapping: Mapping, later_ms: int = 0) -> Line:
    """The message for one line."""
    try:
        reading = _reading(text, header, mapping, later_ms)
    except Unreadable as error:
        return Line(number, text, 1, None, problem=str(error))
    said, readings = payload.encode([reading]), len(reading.values)
    return Line(number, said, readings, reading.observed_at_ms, bool(reading.qc), reading=reading)


def _header(line: bytes, mapping: Mapping) -> list[str]:
    try:
        header = next(csv.reader([line.decode(mapping.encoding)], delimiter=mapping.delimiter), [])
    except (UnicodeDecodeError, LookupError) as error:
        raise MappingError(f"encoding: {error}") from error
    for field, column in mapping.columns:
        if header.count(column) != 1:
            raise MappingError(f"{field}: {column!r} is not exactly once in the header {header}")
    return header


def _reading(text: bytes, header: Sequence[str], mapping: Mapping, later_ms: int) -> Reading:
    try:
        cells = next(csv.reader([text.decode(mapping.encoding)], delimiter=mapping.delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(str(error)) from error
    if len(cells) != len(header):
        raise Unreadable(f"{len(cells)} columns, the header has {len(header)}")
    row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    observed_at_ms = _time(row[mapping.time.column], mapping.time) + later_ms
    flag = VALID if mapping.qc is None else _flag(row[mapping.qc.column], mapping.qc.valid)
    values: dict[str, float | None] = {}
    flags: dict[str, str] = {}
    for column in mapping.values:
        values[column.channel], own = _value(row[column.column], column)
        if (flag if flag != VALID else own) != VALID:
            flags[column.channel] = flag if flag != VALID else own
    return Reading(observed_at_ms, values, flags)


def _flag(text: str, valid: Sequence[str]) -> str:
    if text in valid:
        return VALID
    return (text if text != VALID else REFUSED) or MISSING


def _value(text: str, column: ValueColumn) -> tuple[float | None, str]:
    """The number as it stands, and a flag of ours where it is none."""
    if not text:
        return None, MISSING
    try:
        number = float(text)
    except ValueError as error:
        raise Unreadable(f"{column.column}: {text!r} is no number") from error
    if not math.isfinite(number):
        raise Unreadable(f"{column.column}: {text!r} is not finite")
    return number, SENTINEL if number in column.sentinels else VALID


def _time(text: str, column: TimeColumn) -> int:
    """Start of the interval, milliseconds since 1970."""
    try:
        moment = _moment(text, column)
        stamp_s = moment.timestamp()
        shown = datetime.fromtimestamp(stamp_s, moment.tzinfo)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable(f"{column.column}: {error}") from error
    if shown.replace(tzinfo=None) != moment.replace(tzinfo=None):  # skipped by daylight saving
        raise Unreadable(f"{column.column}: {text!r} does not exist in {column.time_zone}")
    length_s = column.interval_s if column.stamp == "end" and column.interval_s else 0
    return round((stamp_s - length_s) * 1_000)


def _moment(text: str, column: TimeColumn) -> datetime:
    if column.format == "iso8601":
        moment = datetime.fromisoformat(text)
    else:
        moment = datetime.strptime(text, column.format)  # noqa: DTZ007 - the zone follows
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(column.time_zone))  # of an hour that came twice, the first
    return moment
