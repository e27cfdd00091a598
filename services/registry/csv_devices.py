"""Devices from a CSV file: each line becomes a device or the list of what is wrong with it. Pure.

Columns, by their heading, in any order: device, kind, name_vi, shard, longitude, latitude, commissioned_at,
reporting_interval_s, channels; optional: name_en, area_code, state (where it is empty or absent, a known
device keeps its state and a new one is active). Channels are parted by `;`, each
`channel|quantity|unit|minimum|maximum`, of which the last three may be left out.
"""

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from services.registry.domain import Channel, Device, DeviceState, Fault, device_faults

REQUIRED = (
    "device",
    "kind",
    "name_vi",
    "shard",
    "longitude",
    "latitude",
    "commissioned_at",
    "reporting_interval_s",
    "channels",
)
OPTIONAL = ("name_en", "area_code", "state")
MOST_LINES = 10_000
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

T = TypeVar("T")


class Line(NamedTuple):
    """One line of the file, counted from 1 with the heading. Without faults it has a device."""

    number: int
    name: str
    device: Device | None
    faults: list[Fault]
    says_state: bool = True  # False: a device that is known keeps its state


class BadFile(ValueError):
    """The file as a whole cannot be read; the text says why."""


def read(text: str) -> list[Line]:
    """Every line with its verdict.

    Raises:
        BadFile: headings are missing or unknown, or there are too many lines.
    """
    rows = _rows(unicodedata.normalize("NFC", text.removeprefix("\ufeff")))
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        if len(lines) >= MOST_LINES:
            raise BadFile(f"at most {MOST_LINES} lines")
        line = _line(number, row)
        first = seen.setdefault(line.name, number)
        if first != number:
            fault = Fault("device", "repeated", f"{line.name!r} is in line {first} already")
            line = line._replace(device=None, faults=[*line.faults, fault])
        lines.append(line)
    return lines


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)  # Excel parts by ';' where the comma is the decimal sign
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter, restkey="", restval="")
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in (*REQUIRED, *OPTIONAL)]
    if missing or unknown or len(set(names)) != len(names):
        raise BadFile(f"headings missing: {missing}; unknown: {unknown}; each may be there once")
    reader.fieldnames = names
    try:
        for row in reader:
            if any(value for value in row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise BadFile(f"line {reader.line_num}: {error}") from None


def _line(number: int, row: Mapping[str, str]) -> Line:
    cells = {name: str(value or "").strip() for name, value in row.items() if name}
    faults: list[Fault] = []
    if row.get(""):
        faults.append(Fault("", "too_many_fields", "more fields than headings"))

    def cell(name: str, read_as: Callable[[str], T], otherwise: T) -> T:
        try:
            return read_as(cells[name])
        except ValueError as error:
            faults.append(Fault(name, "cannot_be_read", f"{cells[name]!r}: {error}"[:200]))
            return otherwise

    device = Device(
        device=cells["device"],
        kind=cells["kind"],
        name_vi=cells["name_vi"],
        name_en=cells.get("name_en", ""),
        shard=cells["shard"],
        area_code=cells.get("area_code", ""),
        longitude=cell("longitude", _number, 0.0),
        latitude=cell("latitude", _number, 0.0),
        state=cast(DeviceState, cells.get("state") or "active"),
        commissioned_at=cell("commissioned_at", _time, datetime(2000, 1, 1, tzinfo=UTC)),
        reporting_interval_s=cell("reporting_interval_s", int, 60),
        channels=cell("channels", _channels, (Channel("unreadable", "unreadable", ""),)),
    )
    wrong = [f._replace(field=f.field.removeprefix("devices[0].")) for f in device_faults([device])]
    faults.extend(wrong)
    return Line(number, device.device, None if faults else device, faults, bool(cells.get("state")))


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=LOCAL)).astimezone(UTC)


def _channels(text: str) -> tuple[Channel, ...]:
    return tuple(_channel(part.strip()) for part in text.split(";") if part.strip())


def _channel(text: str) -> Channel:
    parts = [part.strip() for part in text.split("|")]
    if not 2 <= len(parts) <= 5:
        raise ValueError("write channel|quantity|unit|minimum|maximum")
    name, quantity, unit, minimum, maximum = [*parts, "", "", ""][:5]
    limits = [_number(limit) if limit else None for limit in (minimum, maximum)]
    return Channel(name, quantity, unit, *limits)
