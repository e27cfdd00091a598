"""What is known of walls: one that has not been heard since it came is not behind."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.cli.walls import wall_row
from services.display import sources_lists, store, walls_wire
from services.display.domain import Catalogue
from services.display.managed import digest
from services.display.walls import Report
from services.runtime.db import Pool, open_pool, transaction
from tests.fixtures.servers import Database

pytestmark = pytest.mark.one_store("walls and what they say; nothing that telemetry keeps")

NOW = datetime(2026, 11, 26, 7, 5, tzinfo=UTC)
REPORT = Report(0, "tong-quan", 42_000, 0, None, 60, "index-8wl5NRw1.js", 1920, 1080)
MINUTES = timedelta(minutes=1)


class Centre:
    """One wall, and what hub, board and operators say of it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        with transaction(pool) as connection:
            self.wall = store.add_wall(connection, "Tường Ộ Ễ", ["tong-quan"], 30, "vi").wall

    def pair(self, at: datetime) -> None:
        code = secrets.token_hex(8).upper()
        with transaction(self._pool) as connection:
            store.put_code(connection, code, at, self.wall)
            assert store.redeem(connection, code, digest(code), at) == self.wall

    def write(self, at: datetime, since: datetime | None, report: Report | None = None) -> None:
        """As the hub does every five seconds."""
        told = report and report._replace(at_ms=round(at.timestamp() * 1_000))
        with transaction(self._pool) as connection:
            store.put_reports(connection, {self.wall: (since, told)}, at)

    def restart_hub(self) -> None:
        with transaction(self._pool) as connection:
            store.forget_connections(connection)

    def listed(self, now: datetime) -> list[Any]:
        """Of the walls that are behind: for how many seconds."""
        found = sources_lists.read(self._pool, ["walls"], Catalogue(), None, now)["walls"]
        return [row["behind_s"] for row in found.rows]

    def told(self, now: datetime) -> object:
        """What `haidang walls list` says."""
        with transaction(self._pool) as connection:
            (seen,) = store.seen(connection)
        return wall_row(walls_wire.to_pb_wall(seen), now, "vi")["how"]


@pytest.fixture
def centre(database: Database) -> Iterator[Centre]:
    pool = open_pool(database.dsn("display"), "test-display", size=2)
    yield Centre(pool)
    pool.close()


def test_a_wall_that_came_anew_and_has_not_reported_is_not_behind(centre: Centre) -> None:
    centre.pair(NOW)
    centre.write(NOW, NOW, REPORT)
    assert (centre.listed(NOW), centre.told(NOW)) == ([42], "chậm 42 giây")
    centre.restart_hub()
    later = NOW + 10 * MINUTES
    assert (centre.listed(later), centre.told(later)) == ([600], "mất kết nối")
    centre.write(later, later)
    assert (centre.listed(later), centre.told(later)) == ([], "đã nối, chưa báo gì")
    reported = later + timedelta(seconds=5)
    centre.write(reported, later, REPORT._replace(behind_ms=0))
    assert (centre.listed(reported), centre.told(reported)) == ([], "kịp thời")


def test_another_screen_is_not_behind_for_what_the_one_before_it_missed(centre: Centre) -> None:
    assert centre.told(NOW) == "chờ ghép màn hình"
    centre.pair(NOW)
    centre.write(NOW, NOW, REPORT)
    centre.write(NOW, None)
    later = NOW + 90 * MINUTES
    assert centre.listed(later) == [5_400]
    centre.pair(later)
    assert (centre.listed(later), centre.told(later)) == ([], "vừa ghép, chưa thấy màn hình")
