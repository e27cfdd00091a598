"""What a connection has learnt about the database, so that a batch need not ask again: series, weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from services.runtime.db import Connection
from services.telemetry.domain import SeriesName
from services.telemetry.store_layout import Layout, layout_of, week_number, week_start


@dataclass(slots=True)
class Known:
    """Kept as long as its connection. `careful_batches`: how many more to look up before writing."""

    layout: Layout
    series: dict[SeriesName, int] = field(default_factory=dict)
    weeks: set[int] = field(default_factory=set)
    careful_batches: int = 0


_known: WeakKeyDictionary[Connection, Known] = WeakKeyDictionary()


def known_by(conn: Connection) -> Known:
    """What this connection knows; made at its first use."""
    known = _known.get(conn)
    if known is None:
        known = _known[conn] = Known(layout_of(conn))
    return known


def learn_series(conn: Connection, known: Known, names: Iterable[SeriesName]) -> None:
    """Find or make the id of each series, in a transaction of its own."""
    missing = sorted({name for name in names if name not in known.series})
    if not missing:
        return
    columns = ([name[0] for name in missing], [name[1] for name in missing])
    with conn.transaction():
        conn.execute(
            "INSERT INTO telemetry.series (device, channel, quantity, mean, hold_s)"
            " SELECT n.d, n.c, coalesce(c.quantity, ''), coalesce(q.mean, other.mean),"
            " coalesce(q.hold_s, other.hold_s) FROM unnest(%s::text[], %s::text[]) n (d, c)"
            " JOIN telemetry.quantities other ON other.quantity = ''"
            " LEFT JOIN registry.channels c ON c.device = n.d AND c.channel = n.c"
            " LEFT JOIN telemetry.quantities q ON q.quantity = c.quantity"
            " WHERE NOT EXISTS (SELECT 1 FROM telemetry.series s WHERE s.device = n.d AND s.channel = n.c)"
            " ON CONFLICT DO NOTHING",
            columns,
        )
        rows = conn.execute(
            "SELECT s.device, s.channel, s.series_id FROM telemetry.series s"
            " JOIN unnest(%s::text[], %s::text[]) n (d, c) ON s.device = n.d AND s.channel = n.c",
            columns,
        ).fetchall()
    known.series.update({SeriesName(device, channel): series_id for device, channel, series_id in rows})


def make_room(conn: Connection, known: Known, observed_at_ms: Sequence[int]) -> None:
    """See to it that the weeks of these readings, and the one after the newest, have a place."""
    first, last = week_number(min(observed_at_ms)), week_number(max(observed_at_ms))
    weeks = {first, last, last + 1}
    if last - first > 1:
        weeks.update(map(week_number, observed_at_ms))
    missing = weeks - known.weeks
    if missing:
        known.layout.ensure(conn, map(week_start, missing))
        known.weeks |= missing
