"""Channels of noise, salinity, power and water quality, and by what factor their unit becomes ours. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.indicators.pollutants import RefusedUnit
from services.indicators.vn_wqi import Parameter


class Gauged(StrEnum):
    """What is measured beside air and the quality of water."""

    NOISE = "noise"  # A-weighted equivalent level, dB
    SALINITY = "salinity"  # g/L
    POWER = "power"  # active, MW


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a channel measures, and what its values are multiplied by to be in that one's unit."""

    measures: Gauged | Parameter
    factor: float


# Of noise, the quantities whose mean is that of the energy (telemetry's quantities.toml).
_GAUGED: Final[dict[str, Gauged]] = {
    "laeq": Gauged.NOISE,
    "sound_level": Gauged.NOISE,
    "a_weighted_equivalent_sound_level": Gauged.NOISE,
    "salinity": Gauged.SALINITY,
    "water_salinity": Gauged.SALINITY,
    "active_power": Gauged.POWER,
}
_LONG_NAMES: Final[dict[str, Parameter]] = {
    "water_ph": Parameter.PH,
    "dissolved_oxygen": Parameter.DO,
    "dissolved_oxygen_saturation": Parameter.DO_SATURATION,
    "water_temperature": Parameter.TEMPERATURE,
    "biochemical_oxygen_demand": Parameter.BOD5,
    "chemical_oxygen_demand": Parameter.COD,
    "total_organic_carbon": Parameter.TOC,
    "ammonium_nitrogen": Parameter.N_NH4,
    "nitrate_nitrogen": Parameter.N_NO3,
    "nitrite_nitrogen": Parameter.N_NO2,
    "phosphate_phosphorus": Parameter.P_PO4,
}
# "temperature" alone is as a rule that of the air, "as" and the like are words of other things.
_PARAMETERS: Final[dict[str, Parameter]] = {
    **{p.value: p for p in Parameter if len(p.value) > 2 and p is not Parameter.TEMPERATURE},
    "ph": Parameter.PH,
    **{f"{p.value}_mass_concentration": p for p in Parameter if p is not Parameter.PH},
    **_LONG_NAMES,
}

_LEVELS = {"db": 1.0, "dba": 1.0, "db(a)": 1.0}
# A litre of fresh or brackish water is a kilogram within 0.4 % up to 5 g of salt.
_SALT = {"g/l": 1.0, "mg/l": 0.001, "kg/m³": 1.0, "‰": 1.0, "ppt": 1.0, "psu": 1.0}
_POWERS = {"w": 1e-6, "kw": 1e-3, "mw": 1.0}
_MILLIGRAMS = {"mg/l": 1.0, "g/m³": 1.0, "µg/l": 0.001, "mg/m³": 0.001, "g/l": 1_000.0}
_MICROGRAMS = {unit: 1_000 * factor for unit, factor in _MILLIGRAMS.items()}
_MICROBES = {"mpn/100ml": 1.0, "mpn/100 ml": 1.0, "cfu/100ml": 1.0, "cfu/100 ml": 1.0}

_PESTICIDES = (Parameter.ALDRIN, Parameter.BHC, Parameter.DIELDRIN, Parameter.DDTS, Parameter.HEPTACHLOR)


def gauge_of(quantity: str, unit: str) -> Gauge | RefusedUnit | None:
    """What a channel of this quantity and unit measures; None where it is none of these."""
    name = quantity.lower()
    measures = _GAUGED.get(name) or _PARAMETERS.get(name)
    if measures is None:
        return None
    factor = _units(measures).get(_normal_unit(unit))
    return RefusedUnit(measures, unit) if factor is None else Gauge(measures, factor)


def _units(measures: Gauged | Parameter) -> dict[str, float]:
    match measures:
        case Gauged.NOISE:
            return _LEVELS
        case Gauged.SALINITY:
            return _SALT
        case Gauged.POWER:
            return _POWERS
        case Parameter.PH:
            return {"": 1.0, "1": 1.0, "ph": 1.0}
        case Parameter.TEMPERATURE:
            return {"°c": 1.0, "c": 1.0}
        case Parameter.DO_SATURATION:
            return {"%": 1.0}
        case Parameter.COLIFORM | Parameter.E_COLI:
            return _MICROBES
        case _:
            return _MICROGRAMS if measures in _PESTICIDES else _MILLIGRAMS


def _normal_unit(unit: str) -> str:
    return unit.strip().lower().replace("μ", "µ").replace("ug/", "µg/").replace("m3", "m³")
