"""Reading roll-ups: what is kept, and where it is out of date, what it will be once upkeep came by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from services.runtime.db import Connection
from services.telemetry import rollup_sql
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import MINUTE_MS, Cell, Mean, SeriesCells, Tier, fold

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 8  # series, up to which looking for each is cheaper than unpacking all
# Cells out of date that one question folds itself: where there are more, upkeep is far behind.
MOST_DIRTY = 20_000
_OPEN = 10  # of each series, beside: the cells that time has not closed yet are always out of date

_Starts = Mapping[int, set[int]]  # series id → starts of cells, ms


class BeingFolded(Exception):
    """More is out of date than a reader folds; upkeep is at it."""


def rollups(
    conn: Connection,
    series: Iterable[SeriesName],
    tier: Tier,
    start: datetime,
    end: datetime,
    fields: Iterable[str] = Cell._fields,
) -> dict[SeriesName, SeriesCells]:
    """Cells of each series whose start lies in [start, end), oldest first.

    Right at every moment: cells that a late or corrected reading has changed since upkeep came by are folded
    here. A cell without any reading is absent; so is a series that is unknown. At most
    (end - start) / width cells each: the caller bounds the range. What retention has dropped is absent.

    `fields`: what the caller will look at, beside start_ms, count and suspect, which are always there; any
    other field of a cell may be None. A year of hours takes half as long with two or three.

    Raises:
        BeingFolded: more than MOST_DIRTY cells in the range are out of date.
    """
    start_ms, end_ms = _ms(start), _ms(end)
    rules = _rules(conn, series)
    folded = {rule[1]: SeriesCells.of(Mean(rule[2]), rule[3], []) for rule in rules}
    # What is dirty first: a cell that upkeep takes in between is folded once too often, never too seldom.
    dirty = _dirty(conn, sorted(folded), tier, start_ms, end_ms)
    stale = _within(dirty[tier], lambda _, at: start_ms <= at < end_ms)
    live = _live(conn, folded, tier, stale, dirty)
    wanted = [name for name in Cell._fields if name in (*rollup_sql.ALWAYS, *fields)]
    kept = _kept(conn, sorted(folded), tier, (start_ms, end_ms), wanted)
    for series_id, columns in kept.items():
        folded[series_id] = folded[series_id]._replace(columns=columns)
    changed = {series_id: folded[series_id].cells for series_id in stale}
    for series_id, cells in _overlaid(changed, stale, live).items():
        folded[series_id] = SeriesCells.of(folded[series_id].mean, folded[series_id].hold_ms, cells)
    return {rule[0]: folded[rule[1]] for rule in rules}


def _rules(conn: Connection, series: Iterable[SeriesName]) -> list[tuple[SeriesName, int, int, int]]:
    """Name, id, mean and hold in ms of those that are known."""
    names = sorted(set(series))
    rows = conn.execute(
        "SELECT device, channel, series_id, mean, hold_s FROM telemetry.series"
        " JOIN unnest(%s::text[], %s::text[]) AS n (device, channel) USING (device, channel)",
        ([name.device for name in names], [name.channel for name in names]),
    ).fetchall()
    return [(SeriesName(row[0], row[1]), row[2], row[3], row[4] * 1000) for row in rows]


_DIRTY = (
    "SELECT DISTINCT d.tier, {series}, {start} FROM telemetry.dirty_cells d CROSS JOIN LATERAL {cells}"
    " WHERE d.tier <= %(tier)s AND d.newest >= %(oldest)s AND d.oldest < %(newest)s"
    " AND {start} >= %(oldest)s AND {start} < %(newest)s{which} LIMIT %(most)s"
)
_DIRTY_FEW = _DIRTY.format(
    series="i.id",
    start="d.starts[p.at]",
    cells="unnest(%(ids)s::integer[]) AS i (id)"
    " CROSS JOIN LATERAL unnest(array_positions(d.series, i.id)) AS p (at)",
    which="",
)
_DIRTY_MANY = _DIRTY.format(
    series="c.id",
    start="c.minute",
    cells="unnest(d.series, d.starts) AS c (id, minute)",
    which=" AND c.id = ANY(%(ids)s)",
)


def _dirty(
    conn: Connection, ids: Sequence[int], tier: Tier, start_ms: int, end_ms: int
) -> dict[Tier, dict[int, set[int]]]:
    """By tier up to this one, cells that are out of date within the tier's cells of [start, end).

    Raises:
        BeingFolded: too many.
    """
    found: dict[Tier, dict[int, set[int]]] = {each: defaultdict(set) for each in Tier if each <= tier}
    low = tier.start_of(start_ms) // MINUTE_MS
    high = (tier.start_of(end_ms - 1) + tier.width_ms) // MINUTE_MS
    most = MOST_DIRTY + _OPEN * len(ids)
    parameters = {"ids": list(ids), "tier": tier.value, "oldest": low, "newest": high, "most": most + 1}
    rows = conn.execute(_DIRTY_FEW if len(ids) <= _FEW else _DIRTY_MANY, parameters).fetchall()
    if len(rows) > most:
        raise BeingFolded
    for level, series_id, minute in rows:
        found[Tier(level)][series_id].add(minute * MINUTE_MS)
    for below, above in rollup_sql.ABOVE.items():
        if above <= tier:
            for series_id, starts in found[below].items():
                found[above][series_id].update(map(above.start_of, starts))
    return found


def _kept(
    conn: Connection, ids: Sequence[int], tier: Tier, interval: tuple[int, int], fields: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """Columns of the kept cells that start in the interval [start, end) in ms, by series id."""
    parameters = {"ids": ids, "start": _at(interval[0]), "end": _at(interval[1])}
    rows = conn.execute(rollup_sql.kept(tier, fields), parameters, binary=True).fetchall()
    return {series_id: dict(zip(fields, arrays, strict=True)) for series_id, *arrays in rows}


def _live(
    conn: Connection,
    rules: Mapping[int, SeriesCells],
    tier: Tier,
    starts: _Starts,
    dirty: Mapping[Tier, _Starts],
) -> dict[int, list[Cell]]:
    """These cells, folded from what lies below them."""
    if not starts:
        return {}
    pairs = [(series_id, at // MINUTE_MS) for series_id, those in starts.items() for at in those]
    parameters = rollup_sql.cell_parameters(pairs, tier)
    if tier is Tier.MINUTE:
        rows = conn.execute(rollup_sql.live_minutes(), parameters, binary=True, prepare=False)
        return _by_series(rows.fetchall())
    below = rollup_sql.BELOW[tier]
    parts = _by_series(
        conn.execute(rollup_sql.kept_within(tier), parameters, binary=True, prepare=False).fetchall()
    )
    stale = _within(dirty[below], lambda series_id, at: tier.start_of(at) in starts.get(series_id, ()))
    parts = _overlaid(parts, stale, _live(conn, rules, below, stale, dirty))
    return {
        series_id: [
            fold(within, at, rules[series_id].hold_ms)
            for at, within in groupby(cells, key=lambda cell: tier.start_of(cell.start_ms))
        ]
        for series_id, cells in parts.items()
    }


def _within(starts: _Starts, chosen: Callable[[int, int], bool]) -> dict[int, set[int]]:
    """Those of these cells that are chosen by series id and start."""
    own = {series_id: {at for at in those if chosen(series_id, at)} for series_id, those in starts.items()}
    return {series_id: those for series_id, those in own.items() if those}


def _overlaid(
    kept: Mapping[int, list[Cell]], stale: _Starts, live: Mapping[int, list[Cell]]
) -> dict[int, list[Cell]]:
    """Kept cells with the stale ones replaced, in time order."""
    whole = dict(kept)
    for series_id, starts in stale.items():
        still = [cell for cell in kept.get(series_id, ()) if cell.start_ms not in starts]
        whole[series_id] = sorted([*still, *live.get(series_id, ())], key=lambda cell: cell.start_ms)
    return whole


def _by_series(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Cell]]:
    return {series_id: [Cell(*row[1:]) for row in own] for series_id, own in groupby(rows, key=itemgetter(0))}


def _ms(at: datetime) -> int:
    """Ms since 1970, rounded up: nothing starts between two of them."""
    return -((_EPOCH - at) // timedelta(milliseconds=1))


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
