"""The fold of rollups.py as SQL, for sets of cells: minutes from readings, wider ones from narrower. Pure.

Each is a SELECT of `COLUMNS` over cells given as arrays (%(series)s, %(starts)s in minutes since 1970), all
of them between %(oldest)s and %(newest)s, so that the planner leaves out the divisions that hold none.
Rows of a cell come in the order of an index scan or a sort, which is the order in which they are summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.telemetry.rollups import Cell, Tier

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TABLES = {Tier.MINUTE: "rollup_1m", Tier.QUARTER: "rollup_15m", Tier.HOUR: "rollup_1h", Tier.DAY: "rollup_1d"}
BELOW = {Tier.QUARTER: Tier.MINUTE, Tier.HOUR: Tier.QUARTER, Tier.DAY: Tier.HOUR}
ABOVE = {below: tier for tier, below in BELOW.items()}

COLUMNS = (
    "series_id", "start", "count", "total", "minimum", "maximum", "first_value", "last_value", "integral",
    "first_ms", "last_ms", "covered_ms", "mean_x", "mean_y", "suspect",
)  # fmt: skip

# Milliseconds from an earlier time to a later one. date_part is float8, extract would be numeric: slower.
_MS = "(date_part('epoch', {later} - {earlier}) * 1000)"

_CELLS = """
    SELECT u.series_id, to_timestamp(u.minute * 60.0) AS start,
           to_timestamp((u.minute + {minutes}) * 60.0) AS until, s.mean, s.hold_s * 1000.0::float8 AS hold_ms
    FROM unnest(%(series)s::integer[], %(starts)s::integer[]) AS u (series_id, minute)
    JOIN telemetry.series s USING (series_id)
"""

# Gaps within a minute are never longer than the hold, which is a minute at least.
_OF_READINGS = f"""
SELECT c.series_id, c.start, v.*, w.suspect
FROM ({_CELLS.format(minutes=1)}) c
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS count, sum(telemetry.bounded(value)) AS total, min(value) AS minimum,
           max(value) AS maximum, min(value) FILTER (WHERE earlier IS NULL) AS first_value,
           min(value) FILTER (WHERE later IS NULL) AS last_value,
           CASE WHEN count(*) > 0 THEN coalesce(sum(telemetry.bounded(value)
               * {_MS.format(later="later", earlier="observed_at")}), 0) END AS integral,
           round({_MS.format(later="min(observed_at)", earlier="c.start")})::integer AS first_ms,
           round({_MS.format(later="max(observed_at)", earlier="c.start")})::integer AS last_ms,
           round({_MS.format(later="max(observed_at)", earlier="min(observed_at)")})::integer AS covered_ms,
           sum(telemetry.mean_x(c.mean, value)) AS mean_x, sum(telemetry.mean_y(c.mean, value)) AS mean_y
    FROM (
        SELECT observed_at, value, lag(observed_at) OVER w AS earlier, lead(observed_at) OVER w AS later
        FROM telemetry.readings r
        WHERE r.series_id = c.series_id AND r.observed_at >= c.start AND r.observed_at < c.until
          AND r.observed_at >= %(oldest)s AND r.observed_at < %(newest)s AND r.quality = 0
        WINDOW w AS (ORDER BY observed_at)
    ) good
) v
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS suspect FROM telemetry.readings r
    WHERE r.series_id = c.series_id AND r.observed_at >= c.start AND r.observed_at < c.until
      AND r.observed_at >= %(oldest)s AND r.observed_at < %(newest)s AND r.quality <> 0
) w
WHERE v.count > 0 OR w.suspect > 0
"""

_OF_CELLS = """
SELECT c.series_id, c.start, v.*, w.suspect
FROM ({cells}) c
CROSS JOIN LATERAL (
    SELECT coalesce(sum(count), 0)::integer AS count, sum(total) AS total, min(minimum) AS minimum,
           max(maximum) AS maximum, min(first_value) FILTER (WHERE earlier IS NULL) AS first_value,
           min(last_value) FILTER (WHERE gap_ms IS NULL) AS last_value,
           sum(CASE WHEN gap_ms IS NULL THEN integral
               ELSE integral + telemetry.bounded(last_value) * least(gap_ms, c.hold_ms) END) AS integral,
           min(first_at)::integer AS first_ms, max(last_at)::integer AS last_ms,
           sum(covered_ms + least(coalesce(gap_ms, 0), c.hold_ms))::integer AS covered_ms,
           sum(mean_x) AS mean_x, sum(mean_y) AS mean_y
    FROM (
        SELECT inner_cells.*, lag(first_at) OVER w AS earlier, lead(first_at) OVER w - last_at AS gap_ms
        FROM (
            SELECT r.*, {ms} + first_ms AS first_at, {ms} + last_ms AS last_at
            FROM telemetry.{table} r
            WHERE r.series_id = c.series_id AND r.start >= c.start AND r.start < c.until
              AND r.start >= %(oldest)s AND r.start < %(newest)s AND r.count > 0
        ) inner_cells
        WINDOW w AS (ORDER BY start)
    ) good
) v
CROSS JOIN LATERAL (
    SELECT coalesce(sum(suspect), 0)::integer AS suspect FROM telemetry.{table} r
    WHERE r.series_id = c.series_id AND r.start >= c.start AND r.start < c.until
      AND r.start >= %(oldest)s AND r.start < %(newest)s
) w
WHERE v.count > 0 OR w.suspect > 0
"""


def folded(tier: Tier) -> str:
    """The SELECT that folds cells of this tier from what lies below it."""
    if tier is Tier.MINUTE:
        return _OF_READINGS
    cells = _CELLS.format(minutes=tier.value)
    return _OF_CELLS.format(
        cells=cells, table=TABLES[BELOW[tier]], ms=_MS.format(later="r.start", earlier="c.start")
    )


def upsert(tier: Tier) -> str:
    """Fold these cells and keep them, replacing what was there."""
    assignments = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])
    return (
        f"INSERT INTO telemetry.{TABLES[tier]} AS t ({', '.join(COLUMNS)}) {folded(tier)}"
        f" ORDER BY c.series_id, c.start ON CONFLICT (series_id, start) DO UPDATE SET {assignments}"
    )


# How a field of rollups.Cell is made of a row.
_FIELDS = {
    "start_ms": "ms",
    **{name: name for name in Cell._fields if not name.endswith("_ms")},
    "first_ms": "ms + first_ms",
    "last_ms": "ms + last_ms",
    "covered_ms": "covered_ms",
}
ALWAYS = ("start_ms", "count", "suspect")
_MS_OF_START = "(SELECT (date_part('epoch', r.start) * 1000)::bigint AS ms) m"
_AS_CELL = f"SELECT r.series_id, {', '.join(_FIELDS[name] for name in Cell._fields)}"


def kept(tier: Tier, fields: Sequence[str]) -> str:
    """Kept cells of %(ids)s that start in [%(start)s, %(end)s): series id, then an array of each field.

    Arrays, since a year of hours by rows costs three times as much.
    """
    return (
        f"SELECT series_id, {', '.join(f'array_agg({_FIELDS[name]})' for name in fields)} FROM ("
        f"SELECT * FROM telemetry.{TABLES[tier]} r CROSS JOIN LATERAL {_MS_OF_START}"
        " WHERE r.series_id = ANY(%(ids)s) AND r.start >= %(start)s AND r.start < %(end)s"
        " ORDER BY r.series_id, r.start) AS cells GROUP BY series_id"
    )


def kept_within(tier: Tier) -> str:
    """Kept cells of the tier below in these cells of this tier: series id, then the fields of a Cell."""
    return (
        f"{_AS_CELL} FROM ({_CELLS.format(minutes=tier.value)}) c"
        f" JOIN telemetry.{TABLES[BELOW[tier]]} r ON r.series_id = c.series_id"
        " AND r.start >= c.start AND r.start < c.until AND r.start >= %(oldest)s AND r.start < %(newest)s"
        f" CROSS JOIN LATERAL {_MS_OF_START} ORDER BY r.series_id, r.start"
    )


def live_minutes() -> str:
    """These minutes, folded from readings, likewise."""
    return (
        f"{_AS_CELL} FROM ({_OF_READINGS}) r CROSS JOIN LATERAL {_MS_OF_START} ORDER BY r.series_id, r.start"
    )


def cell_parameters(cells: Sequence[tuple[int, int]], tier: Tier) -> dict[str, object]:
    """What the statements about cells (series id, start in minutes since 1970) of one tier need."""
    starts = [minute for _, minute in cells]
    return {
        "series": [series_id for series_id, _ in cells],
        "starts": starts,
        "oldest": EPOCH + timedelta(minutes=min(starts)),
        "newest": EPOCH + timedelta(minutes=max(starts) + tier.value),
    }
