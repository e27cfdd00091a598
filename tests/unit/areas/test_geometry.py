"""Which GeoJSON geometries can be a boundary."""

from typing import Any

import pytest

from services.areas.geometry import contains, geometry_fault

RING = [[109.0, 12.0], [110.0, 12.0], [110.0, 13.0], [109.0, 12.0]]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "Polygon", "coordinates": [RING, [[*p, 5.0] for p in RING]]},
        {"type": "MultiPolygon", "coordinates": [[RING], [RING, RING]]},
    ],
)
def test_polygons_are_taken(geometry: dict[str, Any]) -> None:
    assert geometry_fault(geometry) is None


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({}, "type must be"),
        ({"type": "GeometryCollection"}, "type must be"),
        ({"type": "Polygon"}, "list of rings"),
        ({"type": "Polygon", "coordinates": []}, "list of rings"),
        ({"type": "MultiPolygon", "coordinates": {}}, "not empty"),
        ({"type": "MultiPolygon", "coordinates": [RING]}, "at least 4 positions"),
        ({"type": "Polygon", "coordinates": [RING[:3]]}, "at least 4 positions"),
        ({"type": "Polygon", "coordinates": [[*RING[:3], [1, 2]]]}, "must repeat the first"),
        ({"type": "Polygon", "coordinates": [[*RING[:2], [181, 0], RING[0]]]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[*RING[:2], [12, 109], RING[0]]]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[*RING[:2], ["1", "2"], RING[0]]]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[*RING[:2], [True, 1], RING[0]]]}, "longitude, latitude"),
    ],
)
def test_others_are_refused_with_what_is_wrong(geometry: dict[str, Any], words: str) -> None:
    problem = geometry_fault(geometry)

    assert problem is not None
    assert words in problem


def test_a_place_is_in_a_polygon_and_not_in_its_hole() -> None:
    square = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
    hole = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
    far = [[20, 0], [30, 0], [20, 10], [20, 0]]
    both = {"type": "MultiPolygon", "coordinates": [[square, hole], [far]]}

    inside = [(x, y) for x, y in ((5, 1), (5, 5), (15, 5), (21, 1), (29, 9)) if contains(both, x, y)]

    assert inside == [(5, 1), (21, 1)]
    assert contains({"type": "Polygon", "coordinates": [square]}, 5, 5)
