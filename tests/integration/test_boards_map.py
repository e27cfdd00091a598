"""The map under the boards: another version whenever it is another map, and only then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.areas import store as areas
from services.areas.domain import Unit
from services.display import sources
from services.display.board_file import parse
from services.display.domain import Catalogue, LogPosition
from services.display.tasks import map_of
from services.indicators.store_wall import grounds
from services.runtime.db import Pool, connect, open_pool
from tests.fixtures.servers import Database

pytestmark = pytest.mark.one_store("units and boards; nothing that telemetry keeps")

NOW = datetime(2026, 11, 26, 7, 5, tzinfo=UTC)
PROVINCE = "56"
SHADE = {"indicator": "pm25_mean_day", "steps": [15, 45]}


def unit(code: str, name: str, level: str, parent: str, east: float | None = None) -> Unit:
    """A square one tenth of a degree wide, or no boundary."""
    west = 109.0
    ring = [[west, 12.0], [east, 12.0], [east, 12.1], [west, 12.1], [west, 12.0]]
    boundary = None if east is None else {"type": "Polygon", "coordinates": [ring]}
    return Unit(code, name, "", level, parent, date(2025, 7, 1), None, None, boundary)  # type: ignore[arg-type]


COMMUNE = unit("22333", "Xã Ộ Ễ Ự", "commune", PROVINCE, 109.1)


class Hub:
    """What a hub reads of a board, look by look."""

    def __init__(self, database: Database, pool: Pool) -> None:
        self._database, self._pool = database, pool
        self._known = Catalogue()

    def put(self, *units: Unit) -> None:
        with connect(self._database.dsn("areas"), "test") as connection:
            areas.put_units(connection, units)

    def look(self, **panel: Any) -> tuple[str, list[Any]]:
        """The version that a board with this map tells, and the features at its address."""
        common = {"id": "map", "panel": "map", "title": {"vi": "B", "en": "B"}}
        whole = {**common, "at": {"x": 0, "y": 0, "w": 12, "h": 8}, **panel}
        board = {"board": "b", "title": {"vi": "B", "en": "B"}, "panels": [whole]}
        loaded = sources.load(
            *(self._pool, [parse(json.dumps(board))], PROVINCE, self._known, LogPosition("", 0)),
            *(grounds(), NOW),
        )
        self._known = loaded.catalogue
        shown = json.loads(map_of(loaded.catalogue, PROVINCE).body)["features"]
        return str(loaded.boards["b"].resolved.description["map_version"]), shown


@pytest.fixture
def hub(database: Database) -> Iterator[Hub]:
    pool = open_pool(database.dsn("display"), "test-display", size=2)
    made = Hub(database, pool)
    made.put(unit(PROVINCE, "Tỉnh Hải Đăng", "province", ""), COMMUNE)
    yield made
    pool.close()


def test_another_boundary_alone_is_another_map(hub: Hub) -> None:
    version, features = hub.look(shade=SHADE)
    assert [one["properties"]["vi"] for one in features] == ["Xã Ộ Ễ Ự"]
    assert hub.look(shade=SHADE) == (version, features)
    hub.put(unit("22333", "Xã Ộ Ễ Ự", "commune", PROVINCE, 109.3))
    moved, drawn = hub.look(shade=SHADE)
    assert moved != version
    assert drawn[0]["geometry"]["coordinates"][0][1] == [109.3, 12.0]
    hub.put(replace(COMMUNE, boundary=None, name_en="O E U Commune"))
    named, drawn = hub.look(shade=SHADE)
    assert named != moved
    assert drawn[0]["properties"]["en"] == "O E U Commune"


def test_what_a_board_shades_changes_no_map(hub: Hub) -> None:
    """A map of stations alone lies on the same ground, whatever other boards shade."""
    bare = hub.look(stations={"kind": "air", "indicator": "vn_aqi_hour"})
    assert len(bare[1]) == 1
    assert hub.look(shade=SHADE) == bare
