"""Units: what a number counts or measures, as powers of words with a factor. Pure.

    dossier    km/h    customer*min    bed/person/10000    %    1    dBA

Words that are not on the list below name what is counted. A power of ten in a formula makes the unit as much
smaller as it makes the number larger: 100 × (dossier/dossier) is in %, 10000 × doctor/person is per 10,000.
Any other number is just a number: the points that a share may earn, say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from services.indicators.language.nodes import Arithmetic, Call, Flaw, Name, Negative, Node, Number, walk

_WORD = re.compile(r"[^\W\d]\w*|[%‰]")
_COUNTED: Final = "#"  # stands for what a field that counts in "1" counts: its measure names it


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` × the product of words to their powers (none of them 0)."""

    factor: Fraction = Fraction(1)
    powers: frozenset[tuple[str, Fraction]] = frozenset()

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, Fraction(0)) + power
        kept = frozenset((word, power) for word, power in powers.items() if power)
        return Unit(self.factor * other.factor, kept)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other.to_the(Fraction(-1))

    def to_the(self, power: Fraction) -> Unit:
        """The unit to a power; the factor of a root only where it is one of ten with a whole exponent."""
        factor = self.factor**power if power.denominator == 1 else _root(self.factor, power)
        return Unit(Fraction(factor), frozenset((word, one * power) for word, one in self.powers))

    def __str__(self) -> str:
        if self in _NAMED:
            return _NAMED[self]
        above = [_power(word, power) for word, power in sorted(self.powers) if power > 0]
        below = "".join(f"/{_power(word, -power)}" for word, power in sorted(self.powers) if power < 0)
        factor, scaled = self.factor, ""
        if factor != 1 or not above:
            above = [str(factor.numerator), *above] if factor.numerator != 1 or not above else above
            scaled = f"/{factor.denominator}" if factor.denominator != 1 else ""
        return "*".join(above) + below + scaled


PURE: Final = Unit()


def _of(factor: Fraction | int = 1, **powers: int) -> Unit:
    return Unit(Fraction(factor), frozenset((word, Fraction(power)) for word, power in powers.items()))


_KNOWN: Final[Mapping[str, Unit]] = {
    "%": _of(Fraction(1, 100)), "‰": _of(Fraction(1, 1000)), "point": PURE,
    "dB": _of(Fraction(1, 10)), "dBA": _of(Fraction(1, 10)),  # a tenth of a bel
    "ms": _of(Fraction(1, 1000), s=1), "s": _of(s=1), "min": _of(60, s=1), "h": _of(3600, s=1),
    "d": _of(86_400, s=1),
    "m": _of(m=1), "km": _of(1000, m=1), "m2": _of(m=2), "ha": _of(10_000, m=2), "km2": _of(1_000_000, m=2),
    "m3": _of(m=3), "g": _of(g=1), "mg": _of(Fraction(1, 1000), g=1), "kg": _of(1000, g=1),
    "t": _of(1_000_000, g=1),
    "kW": _of(1000, J=1, s=-1), "MW": _of(1_000_000, J=1, s=-1), "kWh": _of(3_600_000, J=1),
    "MWh": _of(3_600_000_000, J=1), "GiB": _of(2**30, byte=1), "TiB": _of(2**40, byte=1),
    "Mbit": _of(125_000, byte=1), "VND": _of(VND=1),
}  # fmt: skip
_NAMED: Final[Mapping[Unit, str]] = {unit: word for word, unit in reversed([*_KNOWN.items()]) if unit != PURE}
_MEASURED: Final = frozenset(word for unit in _KNOWN.values() for word, _ in unit.powers)


class BadUnit(ValueError):
    """A text that is no unit."""


def parse_unit(text: str) -> Unit:
    """Words and whole numbers, joined by `*` and `/`.

    Raises:
        BadUnit: it is none.
    """
    unit = PURE
    for sign, part in re.findall(r"(^|[*/])([^*/]*)", text):
        if part.isascii() and part.isdigit() and 0 < len(part) < 16 and int(part):
            one = _of(int(part))
        elif _WORD.fullmatch(part):
            one = _KNOWN.get(part, _of(**{part: 1}))
        else:
            raise BadUnit(f"{text!r} is no unit, as dossier, km/h, %, person/1000")
        unit = unit / one if sign == "/" else unit * one
    return unit


def value_faults(node: Node, fields: Mapping[str, str], declared: Unit) -> list[Flaw]:
    """Where a number over an entity is in another unit than its measure says. `fields`: units by field."""
    reader = _Units({name: _of_field(unit) for name, unit in fields.items()}, lenient=True)
    found = reader.unit(node)
    counts = not any(isinstance(one, Name | Call) for one in walk(node))  # "1": each entity counts
    if found is None or _agrees(found * _of(**{_COUNTED: 1}) if counts else found, declared):
        return reader.faults
    return [*reader.faults, Flaw(node.at, f"is in {str(found).replace(_COUNTED, '1')}, not in {declared}")]


def formula_faults(node: Node, measures: Mapping[str, Unit], declared: Unit) -> list[Flaw]:
    """Where a formula adds what does not go together, or is in another unit than its indicator says."""
    reader = _Units(measures, lenient=False)
    found = reader.unit(node)
    if found is None or found == declared:
        return reader.faults
    return [*reader.faults, Flaw(node.at, f"the formula is in {found}, the indicator in {declared}")]


def is_counted(unit: Unit) -> bool:
    """Whether a unit names what is counted, and measures nothing."""
    return unit.factor == 1 and all(word not in _MEASURED for word, _ in unit.powers)


class _Units:
    """`lenient`: a number that is written takes the unit of what it is added to."""

    def __init__(self, units: Mapping[str, Unit], lenient: bool) -> None:
        self._units = units
        self._lenient = lenient
        self.faults: list[Flaw] = []

    def unit(self, node: Node) -> Unit | None:
        """None where it cannot be told; then a fault says why, or another check does."""
        match node:
            case Number():
                return _of(1 / _power_of_ten(node))
            case Name():
                return self._units.get(node.name)
            case Negative():
                return self.unit(node.operand)
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return self._call(node)
            case _:
                return None

    def _arithmetic(self, node: Arithmetic) -> Unit | None:
        if node.op in ("+", "-"):
            return self._alike(node, (node.left, node.right))
        if node.op == "**":
            return self._power(node)
        left, right = self.unit(node.left), self.unit(node.right)
        if left is None or right is None:
            return None
        return left * right if node.op == "*" else left / right

    def _power(self, node: Arithmetic) -> Unit | None:
        base = self.unit(node.left)
        if isinstance(node.right, Number) and node.right.value == node.right.value.to_integral_value() <= 9:
            return None if base is None else base.to_the(Fraction(node.right.value))
        exponent = self.unit(node.right)
        if base not in (None, PURE) or exponent not in (None, PURE):
            self.faults.append(Flaw(node.at, "a power that is computed is of and to a number without unit"))
        return PURE

    def _call(self, node: Call) -> Unit | None:
        known = {"minutes": "min", "hours": "h", "days": "d", "worked_hours": "h"}
        if node.function in known:
            return _KNOWN[known[node.function]]
        if node.function == "count":
            return _of(**{_COUNTED: 1})
        if node.function in ("min", "max", "coalesce", "both"):
            return self._alike(node, node.arguments)
        if len(node.arguments) != 1:
            return None
        inner = self.unit(node.arguments[0])
        if node.function == "sqrt":
            return None if inner is None else inner.to_the(Fraction(1, 2))
        if node.function == "log10":
            if inner not in (None, PURE):
                self.faults.append(Flaw(node.at, f"log10 is of a number without unit, not of {inner}"))
            return PURE
        return inner

    def _alike(self, node: Node, nodes: tuple[Node, ...]) -> Unit | None:
        units = [self.unit(one) for one in nodes if not self._takes_any(one)]
        there = sorted({unit for unit in units if unit is not None}, key=str)
        if len(there) > 1:
            said = " and ".join(str(unit).replace(_COUNTED, "1") for unit in there)
            self.faults.append(Flaw(node.at, f"{said} do not go together"))
        return there[0] if there and len(units) else (PURE if not units else None)

    def _takes_any(self, node: Node) -> bool:
        return isinstance(node, Number) and (self._lenient or node.value == 0)


def _of_field(unit: str) -> Unit:
    return _of(**{_COUNTED: 1}) if unit == "1" else parse_unit(unit or "1")


def _agrees(found: Unit, declared: Unit) -> bool:
    """Equal in what is measured; what is counted is for the measure to say where a field counts in "1", also
    that it is hundredths (a table of values of any unit).
    """
    if found == _of(**{_COUNTED: 1}) and not declared.powers:
        return True
    counts = any(word == _COUNTED for word, _ in found.powers)
    same = _measured(found) == _measured(declared) and found.factor == declared.factor
    return same and (counts or found.powers == declared.powers)


def _measured(unit: Unit) -> frozenset[tuple[str, Fraction]]:
    return frozenset(one for one in unit.powers if one[0] in _MEASURED)


def _power_of_ten(node: Number) -> Fraction:
    """The number, where it is a power of ten; else 1."""
    return Fraction(node.value) if node.value.normalize().as_tuple().digits == (1,) else Fraction(1)


def _root(factor: Fraction, power: Fraction) -> Fraction:
    """Exact where it is; else a factor that no unit has, so that it agrees with none."""
    root = Fraction(round(float(factor) ** float(power) * 10**9), 10**9)
    return root if root**power.denominator == factor**power.numerator else Fraction(-1)


def _power(word: str, power: Fraction) -> str:
    return word if power == 1 else f"{word}^{power}"
