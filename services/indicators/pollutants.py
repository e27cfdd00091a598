"""Which channels feed the air indicators, and by what factor their unit becomes µg/m³."""

from dataclasses import dataclass

from services.indicators.vn_aqi import Pollutant

_QUANTITY_SUFFIX = "_mass_concentration"  # the glossary's long form, "pm25_mass_concentration"

_BY_NAME = {pollutant.value: pollutant for pollutant in Pollutant}

_MASS_UNITS = {"µg/m³": 1.0, "mg/m³": 1_000.0}

# µg/m³ for 1 ppm at 25 °C and 101.325 kPa. O3, NO2, SO2: the U4SSC verifier's numbers (p. 95);
# CO: 28.01 g/mol over 24.45 L/mol.
_MICROGRAMS_PER_PPM = {
    Pollutant.O3: 1_960.0,
    Pollutant.NO2: 1_900.0,
    Pollutant.SO2: 2_620.0,
    Pollutant.CO: 1_145.6,
}


@dataclass(frozen=True, slots=True)
class Feed:
    """A channel's pollutant, and what its values are multiplied by to be µg/m³."""

    pollutant: Pollutant
    factor: float


@dataclass(frozen=True, slots=True)
class RefusedUnit:
    """A channel of a known quantity in a unit that cannot be converted: it feeds nothing."""

    quantity: str
    unit: str


def feed_of(quantity: str, unit: str) -> Feed | RefusedUnit | None:
    """What a channel of this quantity and unit feeds; None where it is no pollutant of VN_AQI."""
    name = quantity.lower().removesuffix(_QUANTITY_SUFFIX).replace(".", "")
    pollutant = _BY_NAME.get(name)
    if pollutant is None:
        return None
    factor = _factor(pollutant, _normal_unit(unit))
    return RefusedUnit(pollutant, unit) if factor is None else Feed(pollutant, factor)


def _factor(pollutant: Pollutant, unit: str) -> float | None:
    per_ppm = _MICROGRAMS_PER_PPM.get(pollutant)
    match unit:
        case "ppm":
            return per_ppm
        case "ppb":
            return None if per_ppm is None else per_ppm / 1_000
        case _:
            return _MASS_UNITS.get(unit)


def _normal_unit(unit: str) -> str:
    """One spelling of each unit: the sign micro, the cube and the case differ between makers."""
    text = unit.strip().lower().replace("μ", "µ").replace("m3", "m³").replace("m^3", "m³")
    return "µg/m³" if text == "ug/m³" else text
