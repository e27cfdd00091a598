"""The generated province: communes that tile it, and devices inside them."""

import unicodedata
from datetime import UTC, datetime
from itertools import combinations

import pytest

from services.simulator import geometry
from services.simulator.devices import DEMO_DEVICE
from services.simulator.domain import Point, Province, Ring
from services.simulator.noise import share
from services.simulator.province import PROVINCE_CODE, build_province
from services.simulator.settings import SEED

COMMISSIONED = datetime(2026, 11, 22, tzinfo=UTC)
LARGEST_REAL_COMMUNE_CODE = 32_248  # of both official lists, until 2025-06-30 and from 2025-07-01


@pytest.fixture(scope="module", params=[SEED, 1, 7])
def province(request: pytest.FixtureRequest) -> Province:
    return build_province(request.param, COMMISSIONED)


def segments(ring: Ring) -> list[tuple[Point, Point]]:
    return list(zip(ring, ring[1:] + ring[:1], strict=True))


def crosses(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def side(line: tuple[Point, Point], point: Point) -> float:
        (x1, y1), (x2, y2) = line
        return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)

    return side(one, other[0]) * side(one, other[1]) < 0 and side(other, one[0]) * side(other, one[1]) < 0


def test_the_areas_of_the_communes_add_up_to_the_province(province: Province) -> None:
    whole = geometry.area_of(province.areas[0].ring)
    parts = [geometry.area_of(commune.ring) for commune in province.communes]

    assert min(parts) > 0, "counter-clockwise, as GeoJSON wants its outer rings"
    assert sum(parts) == pytest.approx(whole, rel=1e-12)


def test_no_boundary_crosses_itself_or_another(province: Province) -> None:
    lines = [segment for commune in province.communes for segment in segments(commune.ring)]
    reach = {line: (min(line[0][0], line[1][0]), max(line[0][0], line[1][0])) for line in lines}
    lines.sort(key=lambda line: reach[line][0])

    crossing = []
    for index, line in enumerate(lines):
        for other in lines[index + 1 :]:
            if reach[other][0] > reach[line][1]:
                break
            if crosses(line, other):
                crossing.append((line, other))

    assert not crossing


def test_each_inner_edge_has_two_neighbours_and_each_coast_one(province: Province) -> None:
    edges = [edge for commune in province.communes for edge in segments(commune.ring)]
    shore = set(segments(province.areas[0].ring))

    assert len(edges) == len(set(edges)), "no edge is walked twice in the same direction"
    for start, end in edges:
        assert ((end, start) in set(edges)) != ((start, end) in shore)


def test_every_place_lies_in_exactly_one_commune_or_outside(province: Province) -> None:
    ring = province.areas[0].ring
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    for number in range(400):
        place = (
            west + (east - west) * share("x", number),
            south + (north - south) * share("y", number),
        )
        homes = sum(geometry.contains(commune.ring, place) for commune in province.communes)
        assert homes == geometry.contains(ring, place)


def test_every_device_stands_in_its_commune(province: Province) -> None:
    rings = {commune.code: commune.ring for commune in province.communes}

    for device in province.devices:
        assert geometry.contains(rings[device.area_code], (device.longitude, device.latitude)), device

    places = [(device.longitude, device.latitude) for device in province.devices]
    assert min(geometry.distance(a, b) for a, b in combinations(places, 2)) > 0.003, "some 300 m apart"


def test_the_same_arguments_give_the_same_province() -> None:
    assert build_province(SEED, COMMISSIONED) == build_province(SEED, COMMISSIONED)
    assert build_province(SEED, COMMISSIONED) != build_province(SEED + 1, COMMISSIONED)


def test_names_are_nfc_and_codes_are_free(province: Province) -> None:
    named = [(area.code, area.name_vi) for area in province.areas]
    named += [(device.device, device.name_vi) for device in province.devices]

    assert all(unicodedata.is_normalized("NFC", name) and name for _, name in named)
    assert len({name for _, name in named}) == len(named)
    codes = [commune.code for commune in province.communes]
    assert all(len(code) == 5 and int(code) > LARGEST_REAL_COMMUNE_CODE for code in codes)
    assert {commune.parent_code for commune in province.communes} == {PROVINCE_CODE}
    assert province.areas[0].population == sum(commune.population for commune in province.communes)


def test_seventy_two_devices_of_eight_kinds_and_one_for_messages_by_hand(province: Province) -> None:
    kinds = [device.kind for device in province.devices if device.device != DEMO_DEVICE]

    assert len(kinds) == 72
    assert set(kinds) == {
        *("air", "noise", "water_level", "traffic", "power"),
        *("water_quality", "salinity", "rain"),
    }
    assert {d.shard for d in province.devices if d.kind == "water_level"} == {"prio"}
    assert {d.shard for d in province.devices if d.kind != "water_level"} == {"s0"}
    demo = next(device for device in province.devices if device.device == DEMO_DEVICE)
    assert [channel.channel for channel in demo.channels] == ["pm25", "temperature"]


def test_the_scale_shortens_intervals_to_no_less_than_a_second() -> None:
    plain = build_province(SEED, COMMISSIONED).devices[:-1]
    quick = build_province(SEED, COMMISSIONED, interval_scale=0.1).devices[:-1]

    assert {device.reporting_interval_s for device in plain} == {5, 10, 15, 60}
    assert {device.reporting_interval_s for device in quick} == {1, 2, 6}
    assert all(5 <= device.reporting_interval_s <= 60 for device in plain)
