"""Means, holds and retention by quantity: what the file may say."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from services.telemetry.quantities import RAW, Quantities, parse
from services.telemetry.rollups import Mean, Tier
from services.telemetry.settings import QuantitySettings, load_quantities


def test_what_ships_is_valid_and_knows_the_means() -> None:
    shipped = load_quantities(QuantitySettings(quantities=""))
    assert shipped.of("a_weighted_equivalent_sound_level").mean is Mean.ENERGY
    assert shipped.of("traffic_mean_speed").mean is Mean.HARMONIC
    assert shipped.of("wind_direction").mean is Mean.VECTOR
    assert shipped.of("anything else") == shipped.default
    assert Tier.HOUR not in shipped.default.kept


def test_what_a_table_leaves_out_is_as_in_the_default() -> None:
    found = parse('[default]\nhold_s = 90\nraw_days = 30\n1m_days = 32\n[x]\nmean = "vector"\nraw_days = 7\n')
    assert (found.of("x").mean, found.of("x").hold_s) == (Mean.VECTOR, 90)
    assert found.of("x").kept == {RAW: timedelta(days=7), Tier.MINUTE: timedelta(days=32)}
    assert found.of("x").raw_kept_ms == 7 * 86_400_000
    assert Quantities().default.raw_kept_ms == math.inf


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[default]\nraw_days = 30\n1m_days = 31\n", "1m_days: at least two days more than raw_days"),
        ("[default]\nraw_days = 0\n1m_days = 31\n", "1m_days: at least two days more than raw_days"),
        ("[default]\nraw_days = 9\n[x]\nraw_days = 10\n", r"\[x\] raw_days: longer than \[default\]"),
        ("[default]\nraw_days = 9\n[x]\nraw_days = 0\n", r"\[x\] raw_days: longer than \[default\]"),
        ("[default]\nhold_s = 59\n", "hold_s"),
        ("[default]\nraw_days = -1\n", "raw_days"),
        ('[x]\nmean = "median"\n', "mean: one of arithmetic, energy"),
        ("[x]\nrow_days = 3\n", "row_days"),
        ("[x\n", "Expected"),
    ],
)
def test_a_mistake_is_named(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse(text)
