"""Refused lines of the inputs of figures, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.runtime.db import Connection

# Lines are summed by dataset, window and subject once, whatever the number of figures in these.
_REFUSED = """
WITH refused AS MATERIALIZED (
    SELECT b.dataset, w.start, w.finish, s.kind, s.subject, count(*) AS lines
    FROM (SELECT DISTINCT start, finish FROM pg_temp.due WHERE turn = %(turn)s) w
    JOIN records.rejected r ON r.day >= w.start AND r.day < w.finish AND r.mended_as IS NULL
    JOIN records.batches b ON b.batch = r.batch AND b.counts_from IS NOT NULL AND b.counts_until IS NULL
    CROSS JOIN LATERAL (
        VALUES ('area', r.area), ('organisation', r.organisation), ('province', '')) AS s (kind, subject)
    GROUP BY 1, 2, 3, 4, 5
)
SELECT d.figure, sum(r.lines)::bigint FROM pg_temp.due d
JOIN unnest(%(indicators)s::text[], %(datasets)s::text[]) AS i (indicator, dataset)
    ON i.indicator = d.indicator
JOIN refused r ON r.dataset = i.dataset AND r.start = d.start AND r.finish = d.finish
    AND r.kind = d.subject_kind AND r.subject = d.subject
WHERE d.turn = %(turn)s GROUP BY 1
"""


def refused_lines(connection: Connection, turn: int, datasets: Mapping[str, Sequence[str]]) -> dict[int, int]:
    """Of the figures of a turn, how many lines about the same are refused and not mended; absent: none.

    `datasets`: of each indicator. Lines tell no breakdown, so figures of one have those of all.
    """
    pairs = [(indicator, key) for indicator, some in datasets.items() for key in some]
    asked = {
        "turn": turn,
        "indicators": [indicator for indicator, _ in pairs],
        "datasets": [key for _, key in pairs],
    }
    return dict(connection.execute(_REFUSED, asked).fetchall())
