"""What became of what: from the words of decrees and from what people declare, beside the units. Pure.

Everything is worked out from all that is known, so that it does not matter in which order it came.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from services.areas.domain import Fault, Unit
from services.areas.shares import shares_by_area
from services.areas.words import Mention, folded, mentions, split_kind

Extent = Literal["whole", "part", "uncertain"]
Basis = Literal["population", "area", "decree"]

WHOLE = Decimal(1)
LONGEST_WORDS = 4_000  # characters of a statement
FINEST_WEIGHT = 12  # digits after the point
_BY_WORD: Basis = "decree"


class Statement(NamedTuple):
    """What a decree says about the making of the unit `code` of the map from `day` on."""

    code: str
    day: date
    words: str


class Declared(NamedTuple):
    """What somebody states of two units. A whole has no weight; a part may have one, with its basis.

    A part with the basis "area" and no weight: the weight is to come from the boundaries of both maps.
    """

    day: date
    old_code: str
    new_code: str
    extent: Extent
    weight: Decimal | None
    basis: Basis | None


class Change(NamedTuple):
    """A unit of the map until `day` went into one of the map from `day` on. Weight None: not known."""

    day: date
    old_code: str
    new_code: str
    extent: Extent
    weight: Decimal | None
    basis: Basis | None
    declared: bool


class Unresolved(NamedTuple):
    """Words about the unit `code` of `day` that say no old unit for certain, and which could be meant."""

    day: date
    code: str
    place: int
    words: str
    reason: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """All changes and all that is unresolved, each in its order."""

    changes: list[Change]
    unresolved: list[Unresolved]


class OldMap:
    """The units of the last day before a change, found by kind and name below some provinces."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.code: unit for unit in units}
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            self._by_name[split_kind(unit.name_vi)[1]].append(unit)

    def get(self, code: str) -> Unit | None:
        return self._units.get(code)

    def named(self, mention: Mention, level: str, provinces: frozenset[str]) -> tuple[str, tuple[str, ...]]:
        """('', its code) where exactly one unit fits, else the reason and the codes that could be meant."""
        alike = [
            unit
            for unit in self._by_name.get(mention.name, ())
            if unit.level == level and (level == "province" or self._province(unit) in provinces)
        ]
        if not mention.kind:
            return "no_kind" if alike else "no_such_unit", _codes(alike)
        fits = [unit for unit in alike if split_kind(unit.name_vi)[0] == mention.kind]
        if mention.within:
            fits = [unit for unit in fits if self._is_within(unit, mention.within)]
        if len(fits) == 1:
            return "", (fits[0].code,)
        return ("ambiguous" if fits else "no_such_unit"), _codes(fits or alike)

    def _is_within(self, unit: Unit, district: str) -> bool:
        above = self._units.get(unit.parent_code)
        return above is not None and folded(above.name_vi) == district

    def _province(self, unit: Unit) -> str:
        while unit.level != "province" and (above := self._units.get(unit.parent_code)):
            unit = above
        return unit.code


def derive(statements: Iterable[Statement], declared: Iterable[Declared], units: Sequence[Unit]) -> Derived:
    """All changes; what is declared of two units stands above what words say of them.

    `units`: every state of every unit through time.
    """
    stated: dict[date, list[Declared]] = defaultdict(list)
    for one in declared:
        stated[one.day].append(one)
    days: dict[date, list[Statement]] = defaultdict(list)
    for statement in statements:
        days[statement.day].append(statement)
    parts = [
        _of_day(day, days[day], stated[day], [unit for unit in units if _touches(unit, day)])
        for day in {*days, *stated}
    ]
    return Derived(
        sorted((change for part in parts for change in part.changes), key=lambda change: change[:3]),
        sorted(one for part in parts for one in part.unresolved),
    )


def declared_faults(declared: Sequence[Declared], standing: Sequence[Declared]) -> list[Fault]:
    """What is wrong with what somebody declares, by itself and beside what is declared already."""
    faults = [fault for index, one in enumerate(declared) for fault in _faults_of(one, f"declared[{index}]")]
    all_of_it = {one[:3]: one for one in (*standing, *declared)}
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    wholes: dict[tuple[date, str], int] = defaultdict(int)
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for one in all_of_it.values():
        key = (one.day, one.old_code)
        counts[key] += 1
        wholes[key] += one.extent == "whole"
        sums[key] += one.weight or 0
    for index, one in enumerate(declared):
        key = (one.day, one.old_code)
        if sums[key] > 1:
            detail = f"the weights of {one.old_code} add up to {sums[key]}, more than 1"
            faults.append(Fault(f"declared[{index}].weight", "out_of_range", detail))
        if wholes[key] and counts[key] > 1:
            detail = f"{one.old_code} went whole into one unit and into others too; declare parts"
            faults.append(Fault(f"declared[{index}].extent", "not_allowed", detail))
    return faults


def statement_faults(statements: Sequence[Statement]) -> list[Fault]:
    """What is wrong with the words that somebody sends."""
    return [
        fault
        for index, one in enumerate(statements)
        for fault in _words_faults(one.words.strip(), f"statements[{index}].words_vi")
    ]


def _of_day(
    day: date, statements: Sequence[Statement], declared: Sequence[Declared], units: Sequence[Unit]
) -> Derived:
    old = OldMap(unit for unit in units if unit.valid_from < day)
    new = {unit.code: unit for unit in units if unit.valid_from == day}
    read = [(one, mention) for one in statements for mention in enumerate(mentions(one.words))]
    provinces = _provinces([(one, m) for one, m in read if _level(new, one) == "province"], old, new)
    settled = {(one.old_code, one.new_code) for one in declared}
    found: dict[tuple[str, str], Mention] = {}
    unresolved: list[Unresolved] = []
    for statement, (place, mention) in read:
        reason, codes = _meant(statement, mention, old, new, provinces)
        if not reason:
            found[codes[0], statement.code] = mention
        elif not any((code, statement.code) in settled for code in codes):
            unresolved.append(Unresolved(day, statement.code, place, mention.words, reason, codes))
    said = _said(day, found, settled, unresolved)
    stated = _weighed(list(map(_as_declared, declared)), old, new)
    return Derived([*said, *stated], unresolved)


def _provinces(
    read: Sequence[tuple[Statement, tuple[int, Mention]]], old: OldMap, new: Mapping[str, Unit]
) -> dict[str, frozenset[str]]:
    """New province → the old ones that it was made from, as far as the words say."""
    found: dict[str, set[str]] = defaultdict(set)
    for statement, (_, mention) in read:
        reason, codes = _meant(statement, mention, old, new, {})
        if not reason:
            found[statement.code] |= set(codes)
    return {code: frozenset(codes) for code, codes in found.items()}


def _meant(
    statement: Statement,
    mention: Mention,
    old: OldMap,
    new: Mapping[str, Unit],
    provinces: Mapping[str, frozenset[str]],
) -> tuple[str, tuple[str, ...]]:
    """('', the code of the old unit), or why it is not known and which could be meant."""
    unit = new.get(statement.code)
    if unit is None:
        return "not_on_map", ()
    if not mention.understood:
        return "not_understood", ()
    if mention.kept:
        before = old.get(unit.code)
        same = before is not None and split_kind(before.name_vi)[1] == split_kind(unit.name_vi)[1]
        return ("", (unit.code,)) if same else ("no_such_unit", _codes([before] if before else []))
    return old.named(mention, unit.level, provinces.get(_top(unit, new), frozenset()))


def _said(
    day: date,
    found: Mapping[tuple[str, str], Mention],
    settled: Set[tuple[str, str]],
    unresolved: Sequence[Unresolved],
) -> Iterator[Change]:
    """A unit is whole if it is named once, as whole, and no open mention could mean it too."""
    times = Counter(old_code for old_code, _ in found.keys() | settled)
    open_for = {code for one in unresolved for code in one.candidates}
    for old_code, new_code in found.keys() - settled:
        extent: Extent = found[old_code, new_code].said
        if times[old_code] > 1:
            extent = "part"
        elif extent == "whole" and old_code in open_for:
            extent = "uncertain"
        whole = extent == "whole"
        yield Change(
            day, old_code, new_code, extent, WHOLE if whole else None, "decree" if whole else None, False
        )


def _as_declared(one: Declared) -> Change:
    weight, basis = (WHOLE, _BY_WORD) if one.extent == "whole" else (one.weight, one.basis)
    return Change(one.day, one.old_code, one.new_code, one.extent, weight, basis, declared=True)


def _weighed(stated: list[Change], old: OldMap, new: Mapping[str, Unit]) -> list[Change]:
    """With the weights that are to come from boundaries, where both maps have them for all parts."""
    parts: dict[str, list[Change]] = defaultdict(list)
    for one in stated:
        parts[one.old_code].append(one)
    weights: dict[tuple[str, str], Decimal] = {}
    for code, some in parts.items():
        before = old.get(code)
        shapes = {one.new_code: new[one.new_code].boundary for one in some if one.new_code in new}
        known = {new_code: shape for new_code, shape in shapes.items() if shape is not None}
        by_area = all(one.basis == "area" and one.weight is None for one in some)
        if by_area and before and before.boundary and len(known) == len(some):
            shares = shares_by_area(before.boundary, known) or {}
            weights |= {(code, new_code): share for new_code, share in shares.items()}
    return [one._replace(weight=weights.get((one.old_code, one.new_code), one.weight)) for one in stated]


def _level(new: Mapping[str, Unit], statement: Statement) -> str:
    unit = new.get(statement.code)
    return unit.level if unit else ""


def _top(unit: Unit, new: Mapping[str, Unit]) -> str:
    while unit.level != "province" and (above := new.get(unit.parent_code)):
        unit = above
    return unit.code


def _touches(unit: Unit, day: date) -> bool:
    """Whether it begins on a day or was there on the day before."""
    return unit.valid_from == day or (
        unit.valid_from < day and (unit.valid_to is None or unit.valid_to >= day)
    )


def _codes(units: Iterable[Unit]) -> tuple[str, ...]:
    return tuple(sorted(unit.code for unit in units))


def _faults_of(one: Declared, path: str) -> Iterator[Fault]:
    if one.extent not in ("whole", "part"):
        yield Fault(f"{path}.extent", "required", "say whether it is the whole or a part")
    if one.extent == "whole" and one.weight is not None:
        yield Fault(f"{path}.weight", "not_allowed", "a whole has no weight")
    if one.weight is not None and not 0 < one.weight <= 1:
        yield Fault(f"{path}.weight", "out_of_range", f"above 0 and up to 1; got {one.weight}")
    if one.extent == "whole" and one.basis is not None:
        yield Fault(f"{path}.basis", "not_allowed", "a whole has no basis")
    elif one.weight is None and one.basis in ("population", "decree"):
        yield Fault(f"{path}.weight", "required", f"by {one.basis} the weight must be given")
    elif one.weight is not None and one.basis is None:
        yield Fault(f"{path}.basis", "required", "say what the weight was taken from")


def _words_faults(words: str, path: str) -> Iterator[Fault]:
    if not words:
        yield Fault(path, "empty", "send the words of the decree")
    if len(words) > LONGEST_WORDS:
        yield Fault(path, "too_long", f"at most {LONGEST_WORDS} characters; got {len(words)}")
