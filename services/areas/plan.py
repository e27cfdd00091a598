"""What bringing lists, boundaries and changes in would do to the map. Pure.

The plan is of the whole: the same lists in any order, or once more, make the same map.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

from services.areas.changes import (
    Change,
    Declared,
    Derived,
    Statement,
    Unresolved,
    declared_faults,
    derive,
    statement_faults,
)
from services.areas.comparing import Compared, Difference, Tally, compare
from services.areas.domain import MOST_UNITS, Fault, Unit, map_faults, unit_faults
from services.areas.geometry import geometry_fault

StateKey = tuple[date, str]  # first day and code
C = TypeVar("C", Change, Declared)


class Boundary(NamedTuple):
    """A GeoJSON geometry for the state of `code` that is valid on `day`."""

    code: str
    day: date
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody brings."""

    units: Sequence[Unit] = ()
    boundaries: Sequence[Boundary] = ()
    statements: Sequence[Statement] = ()
    declared: Sequence[Declared] = ()

    def need_boundaries(self) -> set[str]:
        """Codes of the units whose boundaries, as they are there, the plan must know."""
        by_area = [one for one in self.declared if one.basis == "area" and one.weight is None]
        return (
            {one.code for one in self.boundaries}
            | {unit.code for unit in self.units if unit.boundary}
            | {code for one in by_area for code in (one.old_code, one.new_code)}
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What is there: every state of every unit (boundaries only of those that get one), and what is said."""

    units: Sequence[Unit] = ()
    statements: Sequence[Statement] = ()
    declared: Sequence[Declared] = ()
    changes: Sequence[Change] = ()
    unresolved: Sequence[Unresolved] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, and what of it is new. With faults nothing is."""

    faults: Sequence[Fault]
    units: Sequence[Unit] = ()  # those that are added or changed
    statements: Sequence[Statement] = ()
    declared: Sequence[Declared] = ()
    derived: Derived | None = None  # all changes as they are afterwards
    tallies: Sequence[Tally] = ()
    differences: Sequence[Difference] = ()

    @property
    def changes_nothing(self) -> bool:
        return not self.differences


def plan(wanted: Wanted, known: Known) -> Plan:
    """Everything that follows from what is brought, beside what is there."""
    if faults := list(_own_faults(wanted)):
        return Plan(faults)
    before = _states(known.units)
    after = _merged(wanted.units, before)
    if faults := map_faults([after[key] for key in _states(wanted.units)], known.units):
        return Plan(faults)
    shapes, faults = _placed(wanted, after)
    if faults:
        return Plan(faults)
    after |= {key: replace(after[key], boundary=shape) for key, shape in shapes.items()}
    if faults := [*declared_faults(wanted.declared, known.declared), *_unknown(wanted.declared, after)]:
        return Plan(faults)
    said = _said((*known.statements, *wanted.statements))
    stated = _by_key((*known.declared, *wanted.declared))
    derived = derive(said.values(), stated.values(), list(after.values()))
    parts = _compared(wanted, known, before, after, shapes, derived)
    return Plan(
        faults=(),
        units=[after[key] for key in _states(wanted.units) | shapes if after[key] != before.get(key)],
        statements=wanted.statements,
        declared=wanted.declared,
        derived=derived,
        tallies=[part.tally for part in parts],
        differences=[difference for part in parts for difference in part.differences],
    )


def _compared(
    wanted: Wanted,
    known: Known,
    before: Mapping[StateKey, Unit],
    after: Mapping[StateKey, Unit],
    shapes: Mapping[StateKey, dict[str, Any]],
    derived: Derived,
) -> list[Compared]:
    had = {key: unit.boundary for key, unit in before.items() if unit.boundary is not None}
    return [
        compare(
            "units",
            {key: replace(after[key], boundary=None) for key in _states(wanted.units)},
            {key: replace(unit, boundary=None) for key, unit in before.items()},
            lambda unit: unit.name_vi,
        ),
        compare("boundaries", shapes, had, lambda shape: str(shape["type"])),
        compare("statements", _said(wanted.statements), _said(known.statements), lambda one: one.words),
        compare("declared", _by_key(wanted.declared), _by_key(known.declared), _arrow),
        compare("changes", _by_key(derived.changes), _by_key(known.changes), _arrow, whole=True),
        compare("unresolved", _open(derived.unresolved), _open(known.unresolved), _question, whole=True),
    ]


def _merged(units: Sequence[Unit], before: Mapping[StateKey, Unit]) -> dict[StateKey, Unit]:
    """All states afterwards. A list without populations, English names or boundaries takes none away."""
    after = dict(before)
    for key, unit in _states(units).items():
        old = before.get(key, unit)
        after[key] = replace(
            unit,
            name_en=unit.name_en or old.name_en,
            population=old.population if unit.population is None else unit.population,
            boundary=unit.boundary or old.boundary,
        )
    return after


def _placed(
    wanted: Wanted, after: Mapping[StateKey, Unit]
) -> tuple[dict[StateKey, dict[str, Any]], list[Fault]]:
    """The boundaries that somebody brings, with a list of units or without, by the state that gets them."""
    shapes = {(unit.valid_from, unit.code): unit.boundary for unit in wanted.units if unit.boundary}
    states: dict[str, list[Unit]] = defaultdict(list)
    for unit in after.values():
        states[unit.code].append(unit)
    faults = []
    for index, one in enumerate(wanted.boundaries):
        holds = [unit for unit in states.get(one.code, ()) if is_on(unit, one.day)]
        if holds:
            shapes[holds[0].valid_from, one.code] = one.geometry
        else:
            detail = f"no unit {one.code} on {one.day}; bring its list first, or with it"
            faults.append(Fault(f"boundaries[{index}].code", "unknown_area", detail))
    return shapes, faults


def is_on(unit: Unit, day: date) -> bool:
    """Whether the state holds on a day."""
    return unit.valid_from <= day and (unit.valid_to is None or unit.valid_to > day)


def _own_faults(wanted: Wanted) -> Iterator[Fault]:
    lists: dict[str, Sequence[Any]] = {
        "units": wanted.units,
        "boundaries": wanted.boundaries,
        "statements": wanted.statements,
        "declared": wanted.declared,
    }
    if not any(lists.values()):
        yield Fault("units", "empty", "send at least one unit, boundary, statement or change")
    for name, some in lists.items():
        if len(some) > MOST_UNITS:
            yield Fault(name, "too_many", f"send at most {MOST_UNITS} a call, got {len(some)}")
            return
    yield from unit_faults(wanted.units) if wanted.units else ()
    for index, one in enumerate(wanted.boundaries):
        if problem := geometry_fault(one.geometry):
            yield Fault(f"boundaries[{index}].boundary_geojson", "bad_geometry", problem)
    yield from statement_faults(wanted.statements)
    yield from _repeated("boundaries", [(one.code, one.day) for one in wanted.boundaries])
    yield from _repeated("statements", [(one.code, one.day) for one in wanted.statements])
    yield from _repeated("declared", [one[:3] for one in wanted.declared])


def _repeated(name: str, keys: Sequence[Any]) -> Iterator[Fault]:
    times = Counter(keys)
    for index, key in enumerate(keys):
        if times[key] > 1:
            yield Fault(f"{name}[{index}]", "repeated", "the same is there twice; send it once")


def _unknown(declared: Sequence[Declared], after: Mapping[StateKey, Unit]) -> Iterator[Fault]:
    ends = {(unit.valid_to, unit.code) for unit in after.values()}
    for index, one in enumerate(declared):
        if (one.day, one.old_code) not in ends:
            detail = f"unit {one.old_code} does not end on {one.day}"
            yield Fault(f"declared[{index}].old_code", "not_that_day", detail)
        if (one.day, one.new_code) not in after:
            detail = f"unit {one.new_code} does not begin on {one.day}"
            yield Fault(f"declared[{index}].new_code", "not_that_day", detail)


def _states(units: Iterable[Unit]) -> dict[StateKey, Unit]:
    return {(unit.valid_from, unit.code): unit for unit in units}


def _said(statements: Iterable[Statement]) -> dict[StateKey, Statement]:
    return {(one.day, one.code): one for one in statements}


def _by_key(some: Iterable[C]) -> dict[tuple[date, str, str], C]:
    return {one[:3]: one for one in some}


def _arrow(one: Change | Declared) -> str:
    weight = "" if one.weight is None else f" {one.weight}"
    return f"→ {one.new_code} {one.extent}{weight}"


def _open(unresolved: Iterable[Unresolved]) -> dict[tuple[date, str, int], Unresolved]:
    return {one[:3]: one for one in unresolved}


def _question(one: Unresolved) -> str:
    return f"{one.reason}: {one.words}"
