"""Every shipped board has a number in every place once the simulated province has run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from services.simulator.office.governance import slow_authority
from tests.fixtures.servers import Database
from tests.integration.office_world import OfficeWorld, Shown, without_data

pytestmark = pytest.mark.one_store("boards and figures; telemetry's layout is hidden from both")

NOW = datetime(2026, 11, 20, 8, 10, tzinfo=UTC)  # a Friday afternoon in Viet Nam

WITHOUT_DATA = {
    r"(r|i/vn_aqi_hour)/demo-001": "nobody has sent a message by hand",
    r"i/pm25_mean_day/990(10|14)": "no station of air stands there",
    r"f/IS-02/month/organisation/H99\.3\d": "authorities have no system of level 3",
    r"f/EO-02/month/organisation/H99\.(1[3-9]|20)": "neither agencies nor companies are given tasks",
}
EMPTY_LISTS = {
    "quarantine": "its devices send nothing that nobody understands",
    "restated": "nothing is final yet that could be",
    "walls": "there is none",
}


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[OfficeWorld]:
    made = OfficeWorld(module_database, NOW)
    made.provision()
    made.publish()
    made.hand_in()
    yield made
    made.engine.close()


@pytest.fixture(scope="module")
def shown(world: OfficeWorld) -> Mapping[str, Shown]:
    return world.shown()


def test_every_key_of_every_board_has_a_value(shown: Mapping[str, Shown]) -> None:
    assert len(shown) == 8
    missing = without_data(shown, WITHOUT_DATA)
    assert not missing, "\n".join(missing)


def test_every_list_is_read_and_names_the_one_who_is_always_late(
    world: OfficeWorld, shown: Mapping[str, Shown]
) -> None:
    lists = {name: listed for one in shown.values() for name, listed in one.lists.items()}
    assert {name for name, listed in lists.items() if not listed.rows} <= set(EMPTY_LISTS)
    late = lists["late"].rows[0]
    assert late["dataset"]["vi"] == "Hồ sơ công việc trên phần mềm"
    assert late["organisation"]["vi"] == slow_authority(world.office).name_vi


def test_a_restarted_office_goes_on_and_hands_nothing_in_twice(world: OfficeWorld) -> None:
    before = world.lines_by_verdict()
    assert world.hand_in() == 0
    assert world.lines_by_verdict() == before
    assert min(before[one] for one in ("rejected", "corrected", "late", "duplicate")) > 0
    world.now += timedelta(hours=1)
    assert 0 < world.hand_in() < 1000
    after = world.lines_by_verdict()
    assert after["stored"] > before["stored"]
    assert after["duplicate"] - before["duplicate"] < 10
