"""Noise, salinity, power and water quality: units, and values of an hour by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from services.indicators import definitions as d
from services.indicators.area_map import AreaMap
from services.indicators.basis import Basis
from services.indicators.cells import Arrival
from services.indicators.domain import Cell, Computed, SubjectKind
from services.indicators.gauge_values import Readings, gauge_cells, gauge_value
from services.indicators.gauges import Gauge, Gauged, gauge_of
from services.indicators.periods import HOUR, QUARTER
from services.indicators.pollutants import RefusedUnit
from services.indicators.roster import Roster, Series
from services.indicators.settings import IndicatorsSettings, load_standards
from services.indicators.vn_wqi import Parameter
from tests.unit.indicators.province import NORTH, PROVINCE, SOUTH, device, spans

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
STANDARDS = load_standards(IndicatorsSettings(dsn=""))
METERS = [Series(f"power-{n}", "active_power") for n in range(1, 5)]
LEVEL, SALT = Series("noise", "laeq"), Series("salt", "salinity")
WATER = {Series("river", parameter.value): Gauge(parameter, 1.0) for parameter in Parameter}
KNOWN = Roster(
    [
        *(device(s.device, NORTH if s.device < "power-3" else SOUTH) for s in METERS),
        *(device(name, NORTH, 600) for name in ("noise", "salt", "river", "old")),
    ],
    {},
    {},
    AreaMap(spans()),
    {
        **{series: Gauge(Gauged.POWER, 1.0) for series in METERS},
        LEVEL: Gauge(Gauged.NOISE, 1.0),
        SALT: Gauge(Gauged.SALINITY, 1.0),
        **WATER,
    },
)


def readings(*values: float) -> Readings:
    energy = sum(10 ** (value / 10) for value in values) if max(values) < 200 else 0.0
    return Readings(sum(values), len(values), max(values), energy, NOON)


def value(indicator: str, kind: SubjectKind, subject: str, states: dict[Series, Readings]) -> Computed:
    return gauge_value(Cell(indicator, kind, subject, NOON), states, Basis(KNOWN, STANDARDS, NOON + HOUR))


@pytest.mark.parametrize(
    ("quantity", "unit", "expected"),
    [
        ("laeq", "dB(A)", Gauge(Gauged.NOISE, 1.0)),
        ("salinity", "mg/L", Gauge(Gauged.SALINITY, 0.001)),
        ("salinity", "‰", Gauge(Gauged.SALINITY, 1.0)),
        ("active_power", "kW", Gauge(Gauged.POWER, 0.001)),
        ("water_ph", "", Gauge(Parameter.PH, 1.0)),
        ("aldrin", "ug/L", Gauge(Parameter.ALDRIN, 1.0)),
        ("chemical_oxygen_demand", "mg/L", Gauge(Parameter.COD, 1.0)),
        ("coliform", "MPN/100mL", Gauge(Parameter.COLIFORM, 1.0)),
        ("active_power", "kWh", RefusedUnit("power", "kWh")),
        ("temperature", "°C", None),
        ("do", "mg/L", None),
    ],
)
def test_what_a_channel_measures(quantity: str, unit: str, expected: object) -> None:
    assert gauge_of(quantity, unit) == expected


def test_the_level_of_an_hour_is_that_of_its_energy() -> None:
    computed = value(d.LEQ_HOUR, SubjectKind.STATION, "noise", {LEVEL: readings(60, 80)})
    assert computed.value == pytest.approx(77.0329, abs=1e-4)
    assert (computed.denominator, computed.inputs_used, computed.inputs_expected) == (2, 2, 6)


def test_salinity_has_a_mean_and_a_peak() -> None:
    of_hour = {SALT: readings(1, 2, 6)}
    assert value(d.SALINITY_MEAN_HOUR, SubjectKind.STATION, "salt", of_hour).value == 3
    assert value(d.SALINITY_MAX_HOUR, SubjectKind.STATION, "salt", of_hour).value == 6
    assert value(d.SALINITY_MAX_HOUR, SubjectKind.STATION, "salt", {}).value is None


def test_power_is_the_sum_of_the_meters_of_one_quarter() -> None:
    states = {METERS[0]: readings(1, 3), METERS[1]: readings(5), METERS[2]: readings(10)}
    province = value(d.POWER_QUARTER, SubjectKind.PROVINCE, PROVINCE, states)
    assert (province.value, province.inputs_used, province.inputs_expected) == (17, 3, 4)
    few = value(d.POWER_QUARTER, SubjectKind.PROVINCE, PROVINCE, dict(list(states.items())[:2]))
    assert few.value is None  # half of the meters are no demand of the province
    north = value(d.POWER_QUARTER, SubjectKind.COMMUNE, NORTH, dict(list(states.items())[:2]))
    assert (north.value, north.inputs_expected) == (7, 2)


def test_the_water_of_an_hour_by_its_means() -> None:
    means = {
        Parameter.PH: (6.5, 7.5),
        Parameter.BOD5: (4.0, 6.0),
        Parameter.COD: (12.5,),
        Parameter.N_NO2: (0.01,),
        Parameter.P_PO4: (0.15,),
        Parameter.COLIFORM: (5_000.0,),
    }
    states = {Series("river", parameter.value): readings(*of) for parameter, of in means.items()}
    computed = value(d.VN_WQI_HOUR, SubjectKind.STATION, "river", states)
    assert (computed.value, computed.inputs_used) == (82, 6)  # worked in test_vn_wqi.py


def arrival(series: Series, at: datetime) -> Arrival:
    moment = round(at.timestamp() * 1_000)
    return Arrival(series.device, series.channel, moment, moment)


def test_a_reading_touches_its_closed_period_and_no_other() -> None:
    at = NOON + timedelta(minutes=20)
    arrivals = [arrival(series, at) for series in (METERS[2], LEVEL, SALT)]
    assert gauge_cells(arrivals, KNOWN, NOON + timedelta(minutes=29)) == set()
    power = {
        Cell(d.POWER_QUARTER, SubjectKind.COMMUNE, SOUTH, NOON + QUARTER),
        Cell(d.POWER_QUARTER, SubjectKind.PROVINCE, PROVINCE, NOON + QUARTER),
    }
    assert gauge_cells(arrivals, KNOWN, NOON + timedelta(minutes=30)) == power
    assert gauge_cells(arrivals, KNOWN, NOON + HOUR) == power | {
        Cell(d.LEQ_HOUR, SubjectKind.STATION, "noise", NOON),
        Cell(d.SALINITY_MEAN_HOUR, SubjectKind.STATION, "salt", NOON),
        Cell(d.SALINITY_MAX_HOUR, SubjectKind.STATION, "salt", NOON),
    }
    assert gauge_cells([arrival(Series("unknown", "laeq"), at)], KNOWN, NOON + HOUR) == set()
