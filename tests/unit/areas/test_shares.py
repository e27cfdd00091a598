"""Shares by area: of boundaries that fit, and no answer for others."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.areas.shares import shares_by_area


def box(west: float, east: float, south: float = 12.0, north: float = 12.1) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_halves_and_quarters() -> None:
    parts = {"x": box(109.0, 109.5), "y": box(109.5, 109.75), "z": box(109.75, 110.0)}

    assert shares_by_area(box(109.0, 110.0), parts) == {
        "x": Decimal("0.5"),
        "y": Decimal("0.25"),
        "z": Decimal("0.25"),
    }


def test_only_what_lies_in_the_old_unit_counts() -> None:
    assert shares_by_area(box(109.0, 110.0), {"x": box(108.0, 109.5), "y": box(109.5, 115.0)}) == {
        "x": Decimal("0.5"),
        "y": Decimal("0.5"),
    }


def test_a_square_degree_in_the_north_is_smaller() -> None:
    shares = shares_by_area(box(109, 110, 10, 30), {"s": box(109, 110, 10, 20), "n": box(109, 110, 20, 30)})

    assert shares is not None
    assert shares["s"] == Decimal("0.515922")  # (sin 20° - sin 10°) / (sin 30° - sin 10°)


def test_no_answer_where_boundaries_do_not_cover_it_or_one_is_elsewhere() -> None:
    whole = box(109.0, 110.0)

    assert shares_by_area(whole, {"x": box(109.0, 109.5), "y": box(109.6, 110.0)}) is None
    assert shares_by_area(whole, {"x": box(109.0, 109.6), "y": box(109.5, 110.0)}) is None
    assert shares_by_area(whole, {"x": box(109.0, 110.0), "y": box(111.0, 112.0)}) is None
    assert shares_by_area(box(109.0, 109.0), {"x": whole}) is None


@given(st.lists(st.floats(109.001, 109.999), min_size=1, max_size=6, unique=True))
def test_shares_add_up_to_one_exactly(cuts: list[float]) -> None:
    edges = [109.0, *sorted(cuts), 110.0]
    parts = {str(n): box(low, high) for n, (low, high) in enumerate(pairwise(edges))}

    shares = shares_by_area(box(109.0, 110.0), parts)

    assert shares is None or sum(shares.values()) == 1
