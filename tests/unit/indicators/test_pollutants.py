"""Units of channels: converted where a factor is known, refused where not."""

import pytest

from services.indicators.pollutants import Feed, RefusedUnit, feed_of
from services.indicators.vn_aqi import Pollutant


@pytest.mark.parametrize(
    ("quantity", "unit", "pollutant", "factor"),
    [
        ("pm25", "µg/m³", Pollutant.PM25, 1),
        ("pm25_mass_concentration", "\u03bcg/m3", Pollutant.PM25, 1),  # Greek mu
        ("PM2.5", "ug/m3", Pollutant.PM25, 1),
        ("pm10", "mg/m³", Pollutant.PM10, 1_000),
        ("co", "mg/m3", Pollutant.CO, 1_000),
        ("co", "ppm", Pollutant.CO, 1_145.6),
        ("no2", "ppb", Pollutant.NO2, 1.9),
        ("so2", "ppb", Pollutant.SO2, 2.62),
        ("o3", "ppm", Pollutant.O3, 1_960),
    ],
)
def test_units_become_micrograms(quantity: str, unit: str, pollutant: Pollutant, factor: float) -> None:
    feed = feed_of(quantity, unit)
    assert isinstance(feed, Feed)
    assert feed.pollutant is pollutant
    assert feed.factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("quantity", "unit"), [("pm25", "ppm"), ("pm10", "1/cm³"), ("no2", "mV"), ("co", "")]
)
def test_a_unit_that_cannot_be_converted_is_refused(quantity: str, unit: str) -> None:
    assert feed_of(quantity, unit) == RefusedUnit(Pollutant(quantity), unit)


@pytest.mark.parametrize("quantity", ["sound_level", "water_level", "pm1", ""])
def test_other_quantities_feed_nothing(quantity: str) -> None:
    assert feed_of(quantity, "µg/m³") is None
