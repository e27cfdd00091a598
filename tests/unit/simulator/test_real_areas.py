"""Devices and offices in the units of a map: inside their communes, few on islands, the same each time."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from services.simulator import geometry
from services.simulator.chosen import chosen_province
from services.simulator.devices import DEMO_DEVICE
from services.simulator.domain import TOWN, Province
from services.simulator.office.agencies import make_office
from services.simulator.office.book import SOURCES, Book, begun_on
from services.simulator.office.calendar import moment
from services.simulator.real_areas import NoSuchProvince, Unit, real_areas
from services.simulator.settings import ProvinceSettings

DAY = datetime(2026, 11, 22, tzinfo=UTC)
SETTINGS = ProvinceSettings(province="56")
STEP, SIZE = 0.2, 0.1  # degrees: communes are squares that stand apart
WARDS, RURAL = 10, 30
ISLANDS = "22736"


def square(x: float, y: float, size: float = SIZE) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def commune(number: int, name: str, *pieces: list[list[float]], code: str = "") -> Unit:
    at = 109 + number % 6 * STEP, 12 + number // 6 * STEP
    boundary = {"type": "MultiPolygon", "coordinates": [[one] for one in (square(*at), *pieces)]}
    return Unit(code or f"{22300 + number}", name, "", "commune", "56", date(2025, 7, 1), None, boundary)


def units() -> list[Unit]:
    """A ward has a lake that is another's, a commune an islet, and far out there are specks."""
    whole = Unit("56", "Tỉnh Khánh Hòa", "", "province", "", date(2025, 7, 1), None, None)
    towns = [commune(number, f"Phường Ỷ Lan {number}") for number in range(WARDS)]
    lake = square(109.01, 12.01, 0.08)[::-1]
    towns[0] = towns[0]._replace(boundary={"type": "Polygon", "coordinates": [square(109, 12), lake]})
    rural = [commune(WARDS + number, f"Xã Đỗ Ẵm {number}") for number in range(RURAL)]
    rural[7] = commune(WARDS + 7, "Xã Vạn Ẩn", square(111, 12, 0.01))
    specks = [square(114 + number / 9, 10, 0.003) for number in range(9)]
    far = Unit(
        *(ISLANDS, "Đặc khu Trường Sa", "", "commune", "56", date(2025, 7, 1), 120),
        {"type": "MultiPolygon", "coordinates": [[one] for one in specks]},
    )
    elsewhere = commune(99, "Xã Khác", code="00001")._replace(parent_code="01")
    return [far, *rural, whole, elsewhere, *towns]


class Centre:
    def __init__(self, known: list[Unit]) -> None:
        self._known = known

    def units(self) -> list[Unit]:
        return self._known


@pytest.fixture(scope="module")
def province() -> Province:
    return chosen_province(SETTINGS, DAY, Centre(units()))


def test_every_device_stands_in_its_commune_and_in_no_hole_of_it(province: Province) -> None:
    homes = {one.code: one for one in province.communes}
    assert len(homes) == WARDS + RURAL + 1
    for device in province.devices:
        home, place = homes[device.area_code], (device.longitude, device.latitude)
        assert geometry.contains(home.ring, place), device
        assert not any(geometry.contains(hole, place) for hole in home.holes), device


def test_on_far_islands_stands_no_more_than_a_gauge_of_the_sea(province: Province) -> None:
    there = [one for one in province.devices if one.area_code == ISLANDS]
    assert [one.kind for one in there] == ["water_level", "salinity"][: len(there)]
    assert there[0].name_vi.endswith(" Trường Sa")


def test_the_sea_is_looked_at_where_there_are_islets_first(province: Province) -> None:
    (first, *_) = [one for one in province.devices if one.kind == "salinity"]
    assert first.name_vi.endswith(" Vạn Ẩn")


def test_the_town_has_most_and_all_parts_have_some(province: Province) -> None:
    communes = province.communes
    assert all(one.name_vi.startswith("Phường") for one in communes[:TOWN])
    away = [round((one.latitude - 12) // (2 * STEP)) for one in province.devices]
    assert min(Counter(band for band in away if band >= 0).values()) > 1, away
    rows = [round((one.ring[0][1] - 12) / STEP) for one in communes[TOWN : TOWN + 6]]
    assert (min(rows), max(rows)) == (1, 6), "the first beyond the town are from near and far"
    in_town = {one.code for one in communes[:TOWN]}
    assert sum(one.area_code in in_town for one in province.devices) > len(province.devices) / 3


def test_the_same_map_gives_the_same_province_in_whatever_order(province: Province) -> None:
    assert chosen_province(SETTINGS, DAY, Centre(units()[::-1])) == province


def test_without_boundaries_of_communes_all_stand_in_the_province() -> None:
    whole = {"type": "Polygon", "coordinates": [square(109, 12)]}
    known = [one._replace(boundary=whole if one.level == "province" else None) for one in units()]
    province = chosen_province(SETTINGS, DAY, Centre(known))
    ring = province.areas[0].ring
    assert all(geometry.contains(ring, (one.longitude, one.latitude)) for one in province.devices)
    assert ISLANDS not in {one.area_code for one in province.devices}, "nobody knows where they are"


@pytest.mark.parametrize(
    ("without", "word"),
    [("56", "no province 56"), ("commune", "no communes"), ("boundary", "no boundary")],
)
def test_a_map_that_lacks_something_is_refused_with_what(without: str, word: str) -> None:
    known = [one for one in units() if without not in (one.code, one.level)]
    if without == "boundary":
        known = [one._replace(boundary=None) for one in known]
    with pytest.raises(NoSuchProvince, match=word):
        real_areas(known, "56", 2)


def test_the_office_says_nothing_of_days_before_the_map(province: Province) -> None:
    office = make_office(province, 2, volume=0.2)
    assert {one.since for one in office.agencies} == {date(2025, 7, 1)}
    assert not any(one.until for one in office.agencies), "there are no districts any more"
    assert {one.serves for one in office.authorities} == {one.code for one in province.communes}
    assert office.authorities[-1].name_vi == "UBND đặc khu Trường Sa"
    book = Book(office)
    for source in SOURCES:
        begun = begun_on(source, office, DAY)
        assert begun >= date(2025, 7, 1), source.dataset
    grdp = SOURCES[0]
    lines = book.lines(grdp, moment(begun_on(grdp, office, DAY), 0), DAY, begun_on(grdp, office, DAY))
    assert {line.cells["period_from"] for line in lines if "period_from" in line.cells} <= {
        *("01/07/2025", "01/10/2025", "01/01/2026", "01/04/2026", "01/07/2026"),
    }


def test_a_city_that_is_a_province_has_a_citys_departments() -> None:
    known = [one._replace(name_vi="Thành phố Huế") if one.level == "province" else one for one in units()]
    office = make_office(chosen_province(SETTINGS, DAY, Centre(known)), 2)
    assert office.named["chancellery"].name_vi == "Văn phòng UBND thành phố"
    assert office.named["home"].name_vi == "Sở Nội vụ"
    codes = [one.code for one in office.agencies]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("H99.") for code in codes), "no code of a real agency"


def test_devices_have_the_names_that_the_broker_knows(province: Province) -> None:
    assert len(province.devices) == 73
    assert province.devices[-1].device == DEMO_DEVICE
