"""How a unit's area is shared among those that it went to, by the boundaries of both maps. Pure.

Boundaries are simplified and drawn by different hands, so their overlaps never fit to the last metre; but
where they do not nearly cover the old unit, one of them is of something else, and there is no answer.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import shape

SLACK = 0.02  # of the old unit's area that the new ones may leave out or have twice
_FINEST = Decimal("1e-6")  # of a share: a square metre of a square kilometre


def shares_by_area(old: dict[str, Any], new: Mapping[str, dict[str, Any]]) -> dict[str, Decimal] | None:
    """Shares of a unit by the code of those it went to, adding up to exactly 1; None where nothing fits.

    Geometries are GeoJSON without faults, WGS 84. Areas are those of the Lambert cylindrical equal-area
    projection (x = longitude, y = sine of latitude), of which only ratios are used.
    """
    whole = _flat(old)
    overlaps = {code: whole.intersection(_flat(geometry)).area for code, geometry in new.items()}
    covered = sum(overlaps.values())
    if not whole.area or not all(overlaps.values()) or abs(covered / whole.area - 1) > SLACK:
        return None
    shares = {code: Decimal(area / covered).quantize(_FINEST) for code, area in overlaps.items()}
    largest = max(sorted(shares), key=shares.__getitem__)
    shares[largest] += 1 - sum(shares.values())
    return shares if all(shares.values()) else None


def _flat(geometry: dict[str, Any]) -> Any:
    flat = shapely.transform(
        shape(geometry), lambda x, y: (x, [math.sin(math.radians(one)) for one in y]), interleaved=False
    )
    return shapely.make_valid(flat)
