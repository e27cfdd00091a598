"""The sample months, handed in over gRPC, come out as the figures that were counted by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.record_samples import samples
from tests.fixtures.servers import Database
from tests.integration.api.sample_centre import sample_centre
from tests.integration.figures_world import Engine

STATED = Path(__file__).parents[2] / "samples" / "indicators"
NOW = datetime(2025, 11, 10, 2, tzinfo=UTC)
KEY = ("indicator", "subject_kind", "subject", "breakdown", "period", "period_start")


def _stated() -> list[dict[str, Any]]:
    files = sorted(STATED.glob("expected_*.toml"))
    return [one for file in files for one in tomllib.loads(file.read_text("utf-8"))["figures"]]


@pytest.fixture(scope="module")
def found(module_database: Database) -> Iterator[dict[tuple[object, ...], tuple[object, ...]]]:
    """The figures that stand once all samples are handed in and followed."""
    engine = Engine(module_database, NOW, daily_stock_days=41)
    with sample_centre(module_database) as centre:
        for sample in samples():
            centre.hand_in(sample)
        engine.catch_up()
        yield engine.figures("value")
    engine.close()


def is_stated(value: Decimal | None, stated: str) -> bool:
    """Whether a value is the stated one, up to the digits that a division keeps."""
    if value is None or stated == "missing":
        return value is None and stated == "missing"
    exact = Fraction(stated)
    return abs(Fraction(value) - exact) <= abs(exact) * Fraction(1, 10**12)


def test_the_figures_are_what_was_counted_by_hand(
    found: dict[tuple[object, ...], tuple[object, ...]],
) -> None:
    stated = _stated()
    wrong = []
    for one in stated:
        (value,) = found.get(tuple(one.get(name, "") for name in KEY), (None,))
        assert value is None or isinstance(value, Decimal)
        wrong += [] if is_stated(value, one["value"]) else [(one, value)]
    assert not wrong
    assert len(stated) > 290
