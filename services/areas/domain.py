"""Administrative units through time: what they are and which of them may be accepted."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, get_args

from services.areas.geometry import contains, geometry_fault

Level = Literal["province", "district", "commune"]
LEVELS: tuple[Level, ...] = get_args(Level)
PARENT_LEVELS: dict[str, tuple[Level, ...]] = {"district": ("province",), "commune": ("province", "district")}

MOST_UNITS = 20_000  # a request
LONGEST_NAME = 200  # characters
EARLIEST = date(1900, 1, 1)

CODE = re.compile(r"[0-9]{2,5}")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it was over [valid_from, valid_to), days in Asia/Ho_Chi_Minh; valid_to None: it exists.

    `boundary` is a GeoJSON geometry, WGS 84, or None where unknown or not asked for.
    """

    code: str
    name_vi: str
    name_en: str
    level: Level
    parent_code: str
    valid_from: date
    valid_to: date | None
    population: int | None
    boundary: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Area:
    """A unit as it was on a day: its code, those of all units below it, where it lies if that is known."""

    codes: frozenset[str]
    boundary: dict[str, Any] | None

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place (WGS 84, degrees) is in it; False where its boundary is not known."""
        return self.boundary is not None and contains(self.boundary, longitude, latitude)


class Fault(NamedTuple):
    """Why something is not accepted: path of the field, stable reason, and the sentence for people."""

    field: str
    reason: str
    detail: str


def unit_faults(units: Sequence[Unit]) -> list[Fault]:
    """What is wrong with units that someone wants to put, each looked at by itself."""
    if not units:
        return [Fault("units", "empty", "send at least one unit")]
    if len(units) > MOST_UNITS:
        return [Fault("units", "too_many", f"send at most {MOST_UNITS} units a call, got {len(units)}")]
    return [fault for index, unit in enumerate(units) for fault in _faults_of(unit, f"units[{index}]")]


def with_all_below(codes: Iterable[str], parents: Mapping[str, str]) -> frozenset[str]:
    """These codes and those of every unit below them; `parents`: unit → the one above it."""
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)
    found: set[str] = set()
    ahead = list(codes)
    while ahead:
        code = ahead.pop()
        if code not in found:
            found.add(code)
            ahead += below.get(code, [])
    return frozenset(found)


def map_faults(units: Sequence[Unit], known: Iterable[Unit]) -> list[Fault]:
    """What is wrong with units among each other and beside those of `known` that stay.

    `known` holds at least all stored units with the codes of `units` and of their parents.
    """
    replaced = {(unit.code, unit.valid_from) for unit in units}
    by_code: dict[str, list[Unit]] = defaultdict(list)
    for unit in known:
        if (unit.code, unit.valid_from) not in replaced:
            by_code[unit.code].append(unit)
    for unit in units:
        by_code[unit.code].append(unit)
    return [
        fault
        for index, unit in enumerate(units)
        for fault in (*_overlap_faults(unit, by_code, index), *_parent_faults(unit, by_code, index))
    ]


def _faults_of(unit: Unit, path: str) -> Iterator[Fault]:
    if not CODE.fullmatch(unit.code):
        yield Fault(f"{path}.code", "bad_code", f"2 to 5 digits as printed; got {unit.code!r}")
    yield from _name_faults(f"{path}.name_vi", unit.name_vi, required=True)
    yield from _name_faults(f"{path}.name_en", unit.name_en, required=False)
    if unit.level not in LEVELS:
        yield Fault(f"{path}.level", "required", f"say which of {', '.join(LEVELS)}")
    elif unit.level == "province" and unit.parent_code:
        yield Fault(f"{path}.parent_code", "not_allowed", "a province has no unit above it")
    elif unit.level != "province" and not CODE.fullmatch(unit.parent_code):
        yield Fault(f"{path}.parent_code", "required", f"a {unit.level} needs the code of the unit above it")
    if unit.valid_from < EARLIEST:
        yield Fault(f"{path}.valid_from", "too_early", f"{EARLIEST} or later; got {unit.valid_from}")
    if unit.valid_to is not None and unit.valid_to <= unit.valid_from:
        yield Fault(
            f"{path}.valid_to", "not_after_start", "the first day without the unit must follow valid_from"
        )
    if unit.population is not None and unit.population < 0:
        yield Fault(f"{path}.population", "out_of_range", f"0 or more, or absent; got {unit.population}")
    if unit.boundary is not None and (problem := geometry_fault(unit.boundary)):
        yield Fault(f"{path}.boundary_geojson", "bad_geometry", problem)


def _name_faults(path: str, name: str, *, required: bool) -> Iterator[Fault]:
    if required and not name.strip():
        yield Fault(path, "empty", "this name is required")
    if len(name) > LONGEST_NAME:
        yield Fault(path, "too_long", f"at most {LONGEST_NAME} characters; got {len(name)}")
    if not unicodedata.is_normalized("NFC", name):
        yield Fault(path, "not_nfc", "normalise the name to Unicode NFC")
    if any(unicodedata.category(character) == "Cc" for character in name):
        yield Fault(path, "control_character", "remove control characters")


def _overlap_faults(unit: Unit, by_code: Mapping[str, Sequence[Unit]], index: int) -> Iterator[Fault]:
    others = [other for other in by_code[unit.code] if other is not unit and _overlap(unit, other)]
    if others:
        until = others[0].valid_to or "today and on"
        detail = f"code {unit.code} is already in use from {others[0].valid_from} to {until}; end that first"
        yield Fault(f"units[{index}].valid_from", "overlaps", detail)


def _parent_faults(unit: Unit, by_code: Mapping[str, Sequence[Unit]], index: int) -> Iterator[Fault]:
    if unit.level == "province":
        return
    levels = PARENT_LEVELS[unit.level]
    fits = [
        p for p in by_code.get(unit.parent_code, ()) if p.level in levels and p.valid_from <= unit.valid_from
    ]
    if not any(parent.valid_to is None or parent.valid_to > unit.valid_from for parent in fits):
        detail = (
            f"no {' or '.join(levels)} {unit.parent_code} on {unit.valid_from}; put it first or in this call"
        )
        yield Fault(f"units[{index}].parent_code", "unknown_parent", detail)


def _overlap(one: Unit, other: Unit) -> bool:
    starts_before_end = other.valid_to is None or one.valid_from < other.valid_to
    return starts_before_end and (one.valid_to is None or other.valid_from < one.valid_to)
