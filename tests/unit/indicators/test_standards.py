"""Limits that apply from one day to another."""

from datetime import date

import pytest

from services.indicators.settings import IndicatorsSettings, load_standards
from services.indicators.standards import Average, parse
from services.indicators.vn_aqi import Pollutant

SHIPPED = load_standards(IndicatorsSettings(dsn=""))
REST = "[salinity]\nirrigation = 4.0\ndrinking = 1.0\n[vn_wqi]\n"


def limits(*rows: str) -> str:
    return f"capture = 0.75\nqcvn05 = [{', '.join(rows)}]\n{REST}"


def test_the_limit_of_pm25_falls_in_2026() -> None:
    of = [SHIPPED.limit(Pollutant.PM25, Average.DAY, day) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert of == [50, 45]
    assert SHIPPED.limit(Pollutant.PM25, Average.HOUR, date(2026, 1, 1)) is None


def test_enough_is_three_quarters() -> None:
    assert SHIPPED.enough(18, 24)
    assert not SHIPPED.enough(17, 24)
    assert not SHIPPED.enough(0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            limits(
                '{ pollutant = "o3", average = "1h", limit = 1, until = 2026-01-02 }',
                '{ pollutant = "o3", average = "1h", limit = 2, from = 2026-01-01 }',
            ),
            "two limits",
        ),
        (limits('{ pollutant = "o4", average = "1h", limit = 1 }'), "o4"),
        (limits().replace("0.75", "1.5"), "capture"),
        ("capture = [", "Invalid|Unexpected|unclosed|Unclosed"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse(text)
