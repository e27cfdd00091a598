"""From one unit to another: the factor of each pair is computed once, from pint's tables. Pure.

What is kept of a pair is `(value × numerator + shift) / denominator` in whole numbers where that is exact,
so 77 °F are 25 °C and not 25.000000000000004.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import pint

from iot_gateway.samples import Refused

# Scales that are no linear measure of anything else, or that pint takes for something else (pH: picohenry).
_STAND_ALONE = {"pH", "dB", "dBA", "dB(A)", "dBm", "dBW", "Bspl", "AQI", "lat", "lon", "NTU", "FNU"}
_POWER = re.compile(r"(?<![A-Za-z0-9])([a-zA-Zµ]+)([23])(?![0-9])")  # m3, cm2 as people type them
# Units that devices send and pint lacks. Reactive power is no other power: a dimension of its own.
_ALSO = (
    "parts_per_billion = 1e-9 = ppb",
    "volt_ampere_second = volt * ampere * second = VAs",
    "volt_ampere_hour = volt * ampere * hour = VAh",
    "volt_ampere_reactive = [reactive_power] = var",
    "volt_ampere_reactive_second = volt_ampere_reactive * second = vars",
    "volt_ampere_reactive_hour = volt_ampere_reactive * hour = varh",
)
_EXACT = 10**6  # denominators up to here are what is meant; a Decimal of 28 digits only comes near it
_LARGEST_EXACT = 2**53
_MOST_PAIRS = 4096


class Conversion(NamedTuple):
    """A linear map between two units."""

    numerator: float
    shift: float
    denominator: float

    def apply(self, value: float) -> float:
        """The value in the other unit; infinite where it is too large for a float."""
        return (value * self.numerator + self.shift) / self.denominator


IDENTITY = Conversion(1, 0, 1)


class Units:
    """pint's tables and what was computed from them; bounded, whatever strangers ask for."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], Conversion | Refused] = {}

    @cached_property
    def _registry(self) -> Any:
        """pint's tables, read when they are first needed: that takes about a second."""
        registry: Any = pint.UnitRegistry(non_int_type=Decimal)
        for definition in _ALSO:
            registry.define(definition)
        return registry

    def problem(self, unit: str) -> str | None:
        """Why nothing can be converted from this unit, None if something can."""
        name = spelled(unit)
        if not name:
            return "say the unit, or leave it out"
        if name in _STAND_ALONE:
            return None
        try:
            self._registry.parse_units(name)
        except Exception as error:  # pint raises what its tokenizer, its tables or Python's raise
            return f"unknown unit {unit!r}: {error}"[:200]
        return None

    def conversion(self, sent: str, wanted: str) -> Conversion | Refused:
        """How to turn a value in `sent` into one in `wanted`, or why not (the field is for the caller)."""
        pair = (sent, wanted)
        known = self._pairs.get(pair)
        if known is None:
            if len(self._pairs) >= _MOST_PAIRS:
                self._pairs.clear()
            known = self._pairs[pair] = self._compute(sent, wanted)
        return known

    def _compute(self, sent: str, wanted: str) -> Conversion | Refused:
        a, b = spelled(sent), spelled(wanted)
        if a == b:
            return IDENTITY
        if not b:
            return Refused("unit_mismatch", detail=f"the channel has no unit, and {sent!r} was sent")
        for unit in (sent, wanted):
            problem = self.problem(unit)
            if problem is not None:
                return Refused("unknown_unit", detail=problem)
        if a in _STAND_ALONE or b in _STAND_ALONE:
            return Refused("unit_mismatch", detail=f"{sent!r} is not {wanted!r}, and has no factor to it")
        try:
            at_0, at_1, at_2 = (self._convert(x, a, b) for x in (0, 1, 2))
        except (pint.PintError, ArithmeticError, ValueError, TypeError):
            return Refused("unit_mismatch", detail=_why_not(sent, wanted))
        slope = at_1 - at_0
        if not slope or abs((at_2 - at_1) / slope - 1) > Fraction(1, 10**12):
            return Refused("unit_mismatch", detail=f"{sent!r} to {wanted!r} is not linear")
        return _linear(_simple(slope), _simple(at_0))

    def _convert(self, value: int, sent: str, wanted: str) -> Fraction:
        parse = self._registry.parse_units
        return Fraction(self._registry.Quantity(Decimal(value), parse(sent)).to(parse(wanted)).magnitude)


def spelled(unit: str) -> str:
    """One spelling for what people type in several: Unicode composed, m³ for m3, one sign for micro."""
    text = unicodedata.normalize("NFC", unit).strip().replace("\u03bc", "µ")
    text = text.replace("²", "2").replace("³", "3")
    return _POWER.sub(r"\1**\2", text)


def _why_not(sent: str, wanted: str) -> str:
    known = f"{sent!r} cannot become {wanted!r}"
    if {"ppm", "ppb"} & {sent, wanted}:
        return f"{known}: a share of the volume needs the gas, its temperature and pressure to be a mass"
    return f"{known}: they measure different things"


def _simple(exact: Fraction) -> Fraction:
    """The fraction that a decimal of 28 digits stands for: 5/9 for 0.5555555555555555555555555556."""
    simple = exact.limit_denominator(_EXACT)
    return simple if abs(simple - exact) <= abs(exact) * Fraction(1, 10**20) else exact


def _linear(slope: Fraction, shift: Fraction) -> Conversion:
    common = math.lcm(slope.denominator, shift.denominator)
    factors = (slope * common, shift * common, Fraction(common))
    if all(abs(factor) <= _LARGEST_EXACT for factor in factors):
        return Conversion(*(float(factor) for factor in factors))
    return Conversion(float(slope), float(shift), 1.0)
