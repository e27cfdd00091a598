"""Every shipped board has a number in every place also of a real province, whose map begins in 2025."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.fixtures.real_maps import FOLDER, units_of
from tests.fixtures.servers import Database
from tests.integration.office_world import OfficeWorld, without_data

pytestmark = [
    pytest.mark.one_store("boards and figures; telemetry's layout is hidden from both"),
    pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is not there"),
]

NOW = datetime(2026, 11, 20, 8, 10, tzinfo=UTC)  # a Friday afternoon in Viet Nam
# Khánh Hòa with two wards of its town, one with islets, a commune of the country, and islands far out.
UNITS = ("56", "22366", "22333", "22561", "22609", "22736")
WITHOUT_DATA = {
    r"(r|i/vn_aqi_hour)/demo-001": "nobody has sent a message by hand",
    r"i/(pm25_mean_day|devices_on_time_5min)/22736": "of these few devices none stands on the islands",
    r"f/PS-09/month/organisation/H99\.35": "few people live on the islands",
    r"f/EO-02/month/organisation/H99\.(1[3-9]|20)": "neither agencies nor companies are given tasks",
    r"f/EO-05\.district": "the map has no districts",
}


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[OfficeWorld]:
    known = {one.code: one for one in units_of("56")}
    made = OfficeWorld(module_database, NOW, [known[code] for code in UNITS])
    made.provision()
    made.publish()
    made.hand_in()
    yield made
    made.engine.close()


def test_every_key_of_every_board_has_a_value_on_real_communes(world: OfficeWorld) -> None:
    shown = world.shown()
    assert len(shown) == 8
    missing = without_data(shown, WITHOUT_DATA)
    assert not missing, "\n".join(missing)
    late = shown["chat-luong-du-lieu"].lists["late"].rows[0]
    assert late["organisation"]["vi"].startswith("UBND ")
