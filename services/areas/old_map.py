"""The map of the last day before a change, as the words of decrees name what is on it. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from services.areas.domain import Unit
from services.areas.words import Mention, folded, split_kind


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
            return "no_kind" if alike else "no_such_unit", codes_of(alike)
        fits = [unit for unit in alike if split_kind(unit.name_vi)[0] == mention.kind]
        if mention.within:
            fits = [unit for unit in fits if self._is_within(unit, mention.within)]
        if len(fits) == 1:
            return "", (fits[0].code,)
        return ("ambiguous" if fits else "no_such_unit"), codes_of(fits or alike)

    def _is_within(self, unit: Unit, district: str) -> bool:
        above = self._units.get(unit.parent_code)
        return above is not None and folded(above.name_vi) == district

    def _province(self, unit: Unit) -> str:
        while unit.level != "province" and (above := self._units.get(unit.parent_code)):
            unit = above
        return unit.code


def codes_of(units: Iterable[Unit]) -> tuple[str, ...]:
    """Their codes, in order."""
    return tuple(sorted(unit.code for unit in units))
