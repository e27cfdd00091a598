"""Keeping roll-ups: dirty minutes are folded from readings, and what contains them from the tier below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.runtime.db import Connection
from services.telemetry import rollup_sql, store_dirty
from services.telemetry.rollups import MINUTE_MS, Tier
from services.telemetry.store_dirty import CellKey
from services.telemetry.store_layout import Divided, Layout

MOST_CELLS = 120_000  # marks taken in one transaction: a minute of 1,000 series that speak every second
_IN_A_STATEMENT = 5_000
# A division that was never analysed may look small enough to be read whole for every cell.
_ALONE_AND_BY_KEY = """
SELECT pg_advisory_xact_lock(hashtext('telemetry.rollups')),
       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
"""
_WEEK = 7 * 1440  # minutes

TABLES = {
    Tier.MINUTE: Divided("rollup_1m", "start", 4),
    Tier.QUARTER: Divided("rollup_15m", "start", 26),
    Tier.HOUR: Divided("rollup_1h", "start", 104),
    Tier.DAY: Divided("rollup_1d", "start", 520),
}


@dataclass(slots=True)
class Folded:
    """What one step did: cells folded by tier; `taken`: how many marks it found."""

    taken: int = 0
    cells: dict[Tier, int] = field(default_factory=dict)


def latest_closed(now: datetime, settle: timedelta, tier: Tier) -> int:
    """Minutes since 1970 up to which a cell of this tier has ended, and a little time has passed since.

    Open cells wait, so that each is folded once and not with every batch; a reader folds them itself.
    """
    return (now - settle - rollup_sql.EPOCH) // timedelta(minutes=1) - tier.value


def fold_step(conn: Connection, layout: Layout, now: datetime, settle: timedelta) -> Folded:
    """One transaction: take marks, fold, mark what is still open. Nothing is lost if it fails anywhere.

    One at a time, since each replaces cells by what it has read; another one waits for it.
    """
    done = Folded()
    with conn.transaction():
        conn.execute(_ALONE_AND_BY_KEY)
        touched: set[CellKey] = set()
        for tier in Tier:
            latest = latest_closed(now, settle, tier)
            taken = store_dirty.take(conn, tier, latest, MOST_CELLS)
            cells = taken | touched
            closed = {cell for cell in cells if cell[1] <= latest}
            store_dirty.mark(conn, tier, cells - closed)
            _fold(conn, layout, tier, closed)
            done.taken += len(taken)
            done.cells[tier] = len(closed)
            touched = _above(tier, closed)
    return done


def _above(tier: Tier, cells: Collection[CellKey]) -> set[CellKey]:
    above = rollup_sql.ABOVE.get(tier)
    if above is None:
        return set()
    starts = {start: above.start_of(start * MINUTE_MS) // MINUTE_MS for start in {cell[1] for cell in cells}}
    return {(series_id, starts[start]) for series_id, start in cells}


def _fold(conn: Connection, layout: Layout, tier: Tier, cells: Collection[CellKey]) -> None:
    for part in _parts(cells):
        layout.ensure(conn, {TABLES[tier].start_of(start * MINUTE_MS) for _, start in part}, TABLES[tier])
        conn.execute(rollup_sql.upsert(tier), rollup_sql.cell_parameters(part, tier), prepare=False)


def _parts(cells: Collection[CellKey]) -> Iterator[list[CellKey]]:
    """By week and in key order: a statement then reads and writes few divisions, and is short."""
    weeks: dict[int, list[CellKey]] = defaultdict(list)
    for cell in cells:
        weeks[cell[1] // _WEEK].append(cell)
    for _, week in sorted(weeks.items()):
        week.sort()
        for first in range(0, len(week), _IN_A_STATEMENT):
            yield week[first : first + _IN_A_STATEMENT]
