"""The index of QĐ 1459 at its own breakpoints, and its NowCast on paper and on published data."""

import csv
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.vn_aqi import INDEXED, Pollutant, nowcast, round_half_up, sub_index, vn_aqi

CHECKOUT = Path(__file__).resolve().parents[3]
HANOI_2020 = CHECKOUT.parent / "shared/data/air/hanoi_pm25_2020.csv"
LOCAL = timezone(timedelta(hours=7))
MEANS = st.one_of(st.none(), st.floats(0, 900))


def hours(*means: float | None) -> list[float | None]:
    """12 hours, newest first; what is not given is missing."""
    return [*means, *[None] * (12 - len(means))]


@pytest.mark.parametrize(
    ("pollutant", "concentration", "index"),
    [
        (Pollutant.PM25, 0, 0),
        (Pollutant.PM25, 25, 50),
        (Pollutant.PM25, 25.05, 50.1),  # no gap between the rows of the table
        (Pollutant.PM25, 115, 175),
        (Pollutant.PM25, 500, 500),
        (Pollutant.PM25, 900, 500),
        (Pollutant.PM25, -3, 0),
        (Pollutant.PM10, 150, 100),
        (Pollutant.O3, 160, 50),
        (Pollutant.CO, 20_000, 75),
        (Pollutant.SO2, 2_630, 500),
        (Pollutant.NO2, 150, 75),
    ],
)
def test_sub_index_follows_table_2(pollutant: Pollutant, concentration: float, index: float) -> None:
    assert sub_index(pollutant, concentration) == pytest.approx(index)


def test_the_worst_pollutant_decides() -> None:
    assert vn_aqi({Pollutant.PM25: 25, Pollutant.NO2: 150, Pollutant.CO: 10}) == 75


def test_without_particles_there_is_no_index() -> None:
    assert vn_aqi({Pollutant.NO2: 150, Pollutant.O3: 100}) is None
    assert vn_aqi({}) is None
    assert vn_aqi({Pollutant.PM10: 50}) == 50


def test_half_goes_up() -> None:
    assert [round_half_up(x) for x in (0.5, 1.5, 2.5, 86.49999999999999, 86.49)] == [1, 2, 3, 87, 86]


def test_nowcast_by_hand() -> None:
    # w = 40 / 50 = 0.8; (50 + 0.8·40 + 0.64·45) / (1 + 0.8 + 0.64)
    assert nowcast(hours(50, 40, 45)) == pytest.approx((50 + 32 + 28.8) / 2.44)


def test_weight_is_at_least_one_half_and_normalised() -> None:
    assert nowcast(hours(100, 10)) == pytest.approx((100 + 5) / 1.5)
    # The literal form of the decision would give 1/4 · 100 + 1/8 · 10 = 26.25 here.
    assert nowcast(hours(None, 100, 10)) == pytest.approx((50 + 2.5) / 0.75)


@pytest.mark.parametrize(
    "means", [hours(), hours(50), hours(None, None, 50, 50), hours(None, 50, None, 50, 50)]
)
def test_nowcast_needs_two_of_the_three_newest_hours(means: list[float | None]) -> None:
    assert nowcast(means) is None


def test_clean_air_is_zero_and_not_an_error() -> None:
    assert nowcast(hours(0, 0, 0)) == 0
    assert nowcast(hours(-1, -2, 0)) == pytest.approx(-1)


def test_nowcast_takes_twelve_hours() -> None:
    with pytest.raises(ValueError, match="12"):
        nowcast([1.0, 2.0])


@given(st.lists(MEANS, min_size=12, max_size=12))
def test_nowcast_lies_between_its_inputs(means: list[float | None]) -> None:
    result = nowcast(means)
    present = [mean for mean in means if mean is not None]
    if result is None:
        assert sum(mean is not None for mean in means[:3]) < 2
    else:
        assert min(present) - 1e-9 <= result <= max(present) + 1e-9


@given(st.sampled_from(sorted(INDEXED)), st.floats(0, 200_000), st.floats(0, 200_000))
def test_more_of_a_pollutant_is_never_better(pollutant: Pollutant, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= sub_index(pollutant, low) <= sub_index(pollutant, high) <= 500


def test_nowcast_equals_the_publishers_own() -> None:
    """Every published NowCast of Hà Nội 2020, within 0.1 but for 15 of 5,070 hours (99.70 % agree).

    Used are raw values flagged Valid (Missing is -999, Invalid is set aside) and the first revision of
    a stamp that comes twice. The publisher prints its result cut to 0.1, hence the tolerance. The rest:

    * 2020-01-01 01:00 … 11:00: the 12-hour window reaches into 2019, which is another file (with it,
      these eleven agree too);
    * 2020-03-08 03:00 … 06:00: there is no 02:00 and two 03:00, since the publisher's clock followed
      the daylight saving time of the United States that night, and the first "03:00" is 02:00. With one
      hour missing and the other at its stamp, the next hours differ until the weights have faded.
    """
    if not HANOI_2020.exists():
        pytest.skip(f"the published data is not beside the checkout: {HANOI_2020}")
    raw, published = _read(HANOI_2020)
    apart = []
    for stamp, theirs in published.items():
        ours = nowcast([raw.get(stamp - timedelta(hours=age)) for age in range(12)])
        if ours is None or abs(ours - theirs) > 0.1 + 1e-9:
            apart.append(stamp)
    assert len(published) == 5_070
    new_year = [datetime(2020, 1, 1, hour, tzinfo=LOCAL) for hour in range(1, 12)]
    doubled_hour = [datetime(2020, 3, 8, hour, tzinfo=LOCAL) for hour in range(3, 7)]
    assert apart == new_year + doubled_hour


def _read(path: Path) -> tuple[dict[datetime, float], dict[datetime, float]]:
    """Raw values and the publisher's NowCast by stamp; the first line of a stamp stands."""
    raw: dict[datetime, float] = {}
    published: dict[datetime, float] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            stamp = datetime.strptime(row["Date (LT)"], "%Y-%m-%d %I:%M %p").replace(tzinfo=LOCAL)
            if row["QC Name"] == "Valid":
                raw.setdefault(stamp, float(row["Raw Conc."]))
            if float(row["NowCast Conc."]) > -999:
                published.setdefault(stamp, float(row["NowCast Conc."]))
    return raw, published
