"""VN_WQI by hand: the formula and tables of QĐ 1460/QĐ-TCMT as public implementations have them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.vn_wqi import Parameter, WqiRules, level_of, saturation, sub_index, vn_wqi

RULES = WqiRules()
SAMPLE = {
    Parameter.PH: 7.0,  # 100
    Parameter.BOD5: 5.0,  # half way from 4 (100) to 6 (75): 87.5
    Parameter.COD: 12.5,  # half way from 10 to 15: 87.5
    Parameter.N_NO2: 0.01,  # 100
    Parameter.P_PO4: 0.15,  # 87.5
    Parameter.COLIFORM: 5_000.0,  # 75
}


def test_the_index_of_a_sample() -> None:
    # IV: (87.5 + 87.5 + 100 + 87.5) / 4 = 90.625; √(90.625 · 75) = 82.44
    assert vn_wqi(SAMPLE, RULES) == 82
    # ∛(90.625² · 75) = 85.08
    assert vn_wqi(SAMPLE, replace(RULES, weighted=True)) == 85


def test_acid_water_takes_away_from_the_whole() -> None:
    assert vn_wqi({**SAMPLE, Parameter.PH: 5.75}, RULES) == 62  # 82.44 · 75/100


def test_metals_are_a_geometric_mean() -> None:
    # As 0.015 → 87.5, Hg 0.002 → 25 (of 75, 50, 25, 10): √(87.5 · 25) = 46.77; 82.44 · 0.4677 = 38.56
    assert vn_wqi({**SAMPLE, Parameter.AS: 0.015, Parameter.HG: 0.002}, RULES) == 39


def test_without_microbes_the_core_is_group_four_alone() -> None:
    values = {parameter: value for parameter, value in SAMPLE.items() if parameter is not Parameter.COLIFORM}
    assert vn_wqi(values, RULES) is None  # two groups of five
    assert vn_wqi(values, replace(RULES, groups=2)) == 91  # 90.625


def test_too_few_of_group_four_are_no_index() -> None:
    few = {Parameter.PH: 7.0, Parameter.BOD5: 5.0, Parameter.COD: 12.5, Parameter.COLIFORM: 5_000.0}
    assert vn_wqi(few, RULES) is None
    assert vn_wqi({**few, Parameter.DO: 8.0}, RULES) is None  # of no temperature: no saturation
    assert vn_wqi({**few, Parameter.DO: 8.0, Parameter.TEMPERATURE: 25.0}, RULES) is not None


def test_oxygen_is_told_by_its_saturation() -> None:
    # 14.652 − 0.41022 · 25 + 0.0079910 · 625 − 0.000077774 · 15625 = 8.17565625 mg/L
    assert saturation(8.17565625, 25) == pytest.approx(100)
    assert sub_index(Parameter.DO, 100, RULES) == 100
    assert sub_index(Parameter.DO, 81.5, RULES) == 87.5
    assert sub_index(Parameter.DO, 137.5, RULES) == 62.5
    assert sub_index(Parameter.DO, 201, RULES) == 10


@pytest.mark.parametrize(
    ("parameter", "value", "index"),
    [
        (Parameter.BOD5, 3.9, 100),
        (Parameter.BOD5, 50.1, 10),
        (Parameter.N_NH4, 0.29, 100),
        (Parameter.N_NH4, 0.3, 75),
        (Parameter.N_NO2, 0.051, 10),
        (Parameter.N_NO3, 7.5, 62.5),
        (Parameter.PH, 5.4, 10),
        (Parameter.E_COLI, 201, 10),
        (Parameter.CR6, 0.05, 25),
        (Parameter.HG, 0.001, 75),
    ],
)
def test_sub_indices_at_the_breakpoints(parameter: Parameter, value: float, index: float) -> None:
    assert sub_index(parameter, value, RULES) == pytest.approx(index)


def test_where_implementations_disagree_the_rules_decide() -> None:
    assert sub_index(Parameter.HG, 0.001, replace(RULES, mercury_limit_is_good=True)) == 100
    assert sub_index(Parameter.N_NO3, 10, replace(RULES, nitrate_third=52)) == 52
    assert sub_index(Parameter.CR6, 0.07, replace(RULES, chromium_at_0_05=False)) == pytest.approx(30)


def test_a_mean_of_equal_readings_is_that_reading() -> None:
    noisy = (0.05 + 0.05 + 0.05) / 3
    assert noisy > 0.05
    sample = {Parameter.PH: 7.0, Parameter.BOD5: 5.0, Parameter.COD: 5.0}
    assert vn_wqi(sample | {Parameter.N_NO2: noisy}, RULES) == vn_wqi(sample | {Parameter.N_NO2: 0.05}, RULES)


@pytest.mark.parametrize(
    ("index", "word"), [(100, "Rất tốt"), (76, "Tốt"), (75, "Trung bình"), (9, "Ô nhiễm rất nặng")]
)
def test_levels(index: int, word: str) -> None:
    assert level_of(index)[0] == word


@given(
    st.dictionaries(
        st.sampled_from([p for p in Parameter if p is not Parameter.TEMPERATURE]), st.floats(0, 1e5)
    )
)
def test_the_index_stays_within_its_scale(values: dict[Parameter, float]) -> None:
    index = vn_wqi(values, replace(RULES, groups=1, organic=1))
    assert index is None or 0 <= index <= 100
