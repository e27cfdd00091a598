"""Roll-ups on a real server: as an independent oracle says and as the fold from empty, whatever comes how.

`ROLLUP_EXAMPLES` says how many histories are tried; `make test-rollups` tries 2,000 on each store.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from services.runtime.db import Connection, connect
from services.telemetry import rollup_sql, rollups, store, store_folding
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.rollups import Cell, Mean, Tier
from services.telemetry.store_layout import layout_of
from tests.fixtures.servers import Database
from tests.integration.rollup_oracle import Arrival, fault, start_of

pytestmark = pytest.mark.both_stores

EXAMPLES = int(os.environ.get("ROLLUP_EXAMPLES", "30"))
SETTLE = timedelta(seconds=5)
MIDNIGHT = datetime(2026, 11, 15, 17, tzinfo=UTC)  # in Hồ Chí Minh; seven hours later a week begins in UTC
MIDNIGHT_MS = int(MIDNIGHT.timestamp() * 1000)
MUCH_LATER = datetime(2027, 6, 1, tzinfo=UTC)
HOLD_MS = 600_000
_numbers = itertools.count(1)

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
# Where cells of all widths begin, and what lies further apart than a value holds.
ANCHORS = (0, MINUTE, 7 * MINUTE, 15 * MINUTE, HOUR, 7 * HOUR, 23 * HOUR, DAY, -DAY, 8 * DAY)
BESIDE = (-60_001, -60_000, -1_000, -1, 0, 1, 250, 999, 1_000, 30_000, 59_999)

times = st.builds(lambda a, b: MIDNIGHT_MS + a + b, st.sampled_from(ANCHORS), st.sampled_from(BESIDE))
values = st.one_of(st.sampled_from((1.0, 59.9, 359.0)), st.floats(0.5, 400, allow_subnormal=False))
arrivals = st.builds(Arrival, times, values, st.sampled_from((0, 0, 0, 1, 4)), st.integers(0, 2))
folds = st.one_of(
    st.builds(lambda ms: MIDNIGHT + timedelta(milliseconds=ms), st.integers(-2 * DAY, 9 * DAY)),
    st.sampled_from([MIDNIGHT + timedelta(minutes=m) for m in (1, 2, 8, 16, 61, 1441)]),
)
Step = tuple[tuple[int, Arrival], ...] | datetime  # readings of series 0 or 1 in one batch, or upkeep


@dataclass(frozen=True)
class History:
    """What happens to two series, in this order."""

    mean: Mean
    steps: list[Step] = field(default_factory=list)

    def of(self, number: int) -> list[Arrival]:
        batches = (step for step in self.steps if isinstance(step, tuple))
        return [arrival for batch in batches for which, arrival in batch if which == number]


batches = st.lists(st.tuples(st.integers(0, 1), arrivals), min_size=1, max_size=12).map(tuple)
histories = st.builds(
    History, st.sampled_from(Mean), st.lists(st.one_of(batches, batches, folds), max_size=8)
)


@pytest.fixture(scope="module")
def conn(module_database: Database) -> Iterator[Connection]:
    with connect(module_database.dsn("telemetry"), "test", autocommit=True) as connection:
        yield connection


@pytest.mark.timeout(900)
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_roll_ups_say_what_the_readings_say(conn: Connection, history: History) -> None:
    check(conn, history)


def check(conn: Connection, history: History) -> None:
    """Live through it; at the end, and after upkeep, every cell of every tier is as the oracle says."""
    names = new_series(conn, history.mean)
    for step in history.steps:
        if isinstance(step, datetime):
            upkeep(conn, step)
        else:
            append(conn, names, step)
    for tier in Tier:
        compare(conn, names, history, tier)  # some kept, some dirty, some both
    upkeep(conn, MUCH_LATER)
    assert conn.execute("SELECT count(*) FROM telemetry.dirty_cells").fetchone() == (0,)
    kept = {tier: rows(conn, names, tier) for tier in Tier}
    for tier in Tier:
        compare(conn, names, history, tier)
    from_empty(conn, names)
    assert {tier: rows(conn, names, tier) for tier in Tier} == kept  # to the last bit


def new_series(conn: Connection, mean: Mean) -> list[SeriesName]:
    names = [SeriesName(f"air-{next(_numbers)}", "x") for _ in range(2)]
    for name in names:
        conn.execute(
            "INSERT INTO telemetry.series (device, channel, mean, hold_s) VALUES (%s, %s, %s, %s)",
            (*name, mean.value, HOLD_MS // 1000),
        )
    return names


def append(conn: Connection, names: list[SeriesName], step: tuple[tuple[int, Arrival], ...]) -> None:
    receipt = next(_numbers)
    batch = Batch(f"trace-{receipt}", "s0", MIDNIGHT_MS + receipt)
    for number, arrival in step:
        reading = Reading(arrival.ms, arrival.value, arrival.quality, arrival.revision, batch.received_at_ms)
        batch.add(names[number], reading)
    store.append(conn, batch)


def upkeep(conn: Connection, now: datetime) -> None:
    while store_folding.fold_step(conn, layout_of(conn), now, SETTLE).taken:
        pass


def compare(conn: Connection, names: list[SeriesName], history: History, tier: Tier) -> None:
    span = (MIDNIGHT - timedelta(days=20), MIDNIGHT + timedelta(days=20))
    folded = store.rollups(conn, names, tier, *span)
    for number, name in enumerate(names):
        came = history.of(number)
        cells = folded[name].cells
        assert [cell.start_ms for cell in cells] == sorted({start_of(each.ms, tier) for each in came})
        for cell in cells:
            assert fault(cell, came, tier, history.mean, HOLD_MS) is None


def rows(conn: Connection, names: list[SeriesName], tier: Tier) -> list[tuple[object, ...]]:
    return conn.execute(
        f"SELECT r.* FROM telemetry.{rollup_sql.TABLES[tier]} r JOIN telemetry.series USING (series_id)"
        " WHERE device = ANY(%s) ORDER BY series_id, start",
        ([name.device for name in names],),
    ).fetchall()


def from_empty(conn: Connection, names: list[SeriesName]) -> None:
    devices = [name.device for name in names]
    own = "series_id IN (SELECT series_id FROM telemetry.series WHERE device = ANY(%s))"
    for table in rollup_sql.TABLES.values():
        conn.execute(f"DELETE FROM telemetry.{table} WHERE {own}", (devices,))
    conn.execute(
        "INSERT INTO telemetry.dirty_cells (tier, cells, oldest, newest, series, starts)"
        " SELECT 1, count(*), min(minute), max(minute), array_agg(series_id), array_agg(minute) FROM ("
        "   SELECT series_id, floor(extract(epoch FROM observed_at) / 60)::integer AS minute"
        f"  FROM telemetry.readings WHERE {own}) AS cells HAVING count(*) > 0",
        (devices,),
    )
    upkeep(conn, MUCH_LATER)


# What somebody might get wrong: (text of the statements, what it becomes instead), or a merge in Python.
BROKEN_SQL = {
    "the last value is not held into a gap": ("least(gap_ms, c.hold_ms)", "0"),
    "a gap is held for ever": ("least(gap_ms, c.hold_ms)", "gap_ms"),
    "the last value is the largest": ("min(last_value) FILTER (WHERE gap_ms IS NULL)", "max(last_value)"),
    "the first value is the smallest": (
        "min(first_value) FILTER (WHERE earlier IS NULL)",
        "min(first_value)",
    ),
    "suspect readings count": ("AND r.quality = 0", ""),
    "a mean of means": ("sum(mean_x) AS mean_x", "avg(mean_x) AS mean_x"),
    "a cell is a little too long": ("r.observed_at < c.until", "r.observed_at <= c.until"),
}


# Each takes a second or two: the quick form tries the merges that are easiest to get wrong.
@pytest.mark.parametrize("broken", list(BROKEN_SQL)[: None if EXAMPLES >= 1000 else 3])
def test_a_broken_fold_is_caught(conn: Connection, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    right, wrong = BROKEN_SQL[broken]
    folded = rollup_sql.folded
    assert any(right in folded(tier) for tier in Tier)
    monkeypatch.setattr(rollup_sql, "folded", lambda tier: folded(tier).replace(right, wrong))
    find_fault(conn)


def test_a_broken_live_merge_is_caught(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    merged = rollups._merged

    def broken(a: Cell, b: Cell, hold_ms: int) -> Cell:
        return merged(a, b, hold_ms)._replace(first_value=b.first_value)

    monkeypatch.setattr(rollups, "_merged", broken)
    find_fault(conn)


def find_fault(conn: Connection) -> None:
    """Fails if none of a few hundred histories shows that something is broken."""

    def is_wrong(history: History) -> bool:
        try:
            check(conn, history)
        except AssertionError:
            return True
        return False

    find(histories, is_wrong, settings=settings(max_examples=400, phases=[Phase.generate]))
