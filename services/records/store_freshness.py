"""What has come of each dataset and organisation, of what counts now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, LiteralString

from services.areas.store_names import answering_on, organisations_on
from services.records.dates import VIETNAM
from services.records.freshness import Expected, HandedIn, Heard
from services.runtime.db import Connection

_COUNTS: LiteralString = (
    "b.counts_from IS NOT NULL AND b.counts_until IS NULL AND b.stored + b.duplicate + b.corrected > 0"
)
# A version counts with its own batch or with one that repeats it.
_SAID: LiteralString = f"""(
  EXISTS (SELECT FROM records.batches b WHERE b.batch = r.batch AND {_COUNTS})
  OR EXISTS (SELECT FROM records.repeats p JOIN records.batches b ON b.batch = p.batch
             WHERE p.of_batch = r.batch AND p.of_line = r.line AND {_COUNTS}))"""
# Of a batch whose stream goes on, the last row says when something came. A stream may be open for long while
# others come and go, so not only the newest batch is looked at. A source that answers "nothing new" is heard.
_DATASETS: LiteralString = f"""
SELECT k.key,
  (SELECT b.opened_at FROM records.batches b WHERE b.dataset = k.key AND {_COUNTS} ORDER BY b.batch LIMIT 1),
  greatest(
    (SELECT max(greatest(n.opened_at, n.completed_at, (
       SELECT r.recorded_at FROM records.records r WHERE r.batch = n.batch ORDER BY r.line DESC LIMIT 1)))
     FROM (SELECT b.* FROM records.batches b WHERE b.dataset = k.key AND {_COUNTS}
           ORDER BY b.batch DESC LIMIT 20) n),
    (SELECT max(s.succeeded_at) FROM records.sources s WHERE s.dataset = k.key AND s.retired_at IS NULL)),
  (SELECT r.at FROM records.records r WHERE r.dataset_id = d.dataset_id AND {_SAID}
   ORDER BY r.at DESC, r.batch DESC, r.line DESC LIMIT 1)
FROM unnest(%s::text[]) AS k (key) LEFT JOIN records.datasets d ON d.key = k.key
"""
_ORGANISATIONS: LiteralString = f"""
SELECT r.organisation, max(r.recorded_at), max(r.at) FROM records.records r
JOIN records.datasets d ON d.dataset_id = r.dataset_id
WHERE d.key = %s AND r.organisation IS NOT NULL AND {_SAID} GROUP BY r.organisation
"""
# What a batch says anew and what it repeats. A batch is known from when it counts and has come to its end.
_HANDED_IN: LiteralString = """
SELECT b.batch, b.opened_at, greatest(b.opened_at, b.completed_at), b.counts_from, b.counts_until,
       r.organisation, max(r.recorded_at), max(r.at)
FROM records.batches b LEFT JOIN LATERAL (
    SELECT o.organisation, o.recorded_at, o.at FROM records.records o WHERE o.batch = b.batch
    UNION ALL
    SELECT o.organisation, o.recorded_at, o.at FROM records.repeats p
    JOIN records.records o ON o.batch = p.of_batch AND o.line = p.of_line WHERE p.batch = b.batch
) r ON true
WHERE b.dataset = %s AND b.counts_from IS NOT NULL AND b.stored + b.duplicate + b.corrected > 0
GROUP BY b.batch, r.organisation ORDER BY b.batch
"""


def handed_in(connection: Connection, key: str) -> list[HandedIn]:
    """All that ever counted of a dataset. Of "nothing new" that sources answered, only the last is kept."""
    batches: dict[int, list[tuple[Any, ...]]] = {}
    for batch, *row in connection.execute(_HANDED_IN, (key,)):
        batches.setdefault(batch, []).append(tuple(row))
    found = []
    for rows in batches.values():
        opened, ended, counts_from, until = rows[0][:4]
        at = max([ended, *(row[5] for row in rows if row[5] is not None)])
        periods = [row[6] for row in rows if row[6] is not None]
        own = {row[4]: Heard(None, row[5], row[6]) for row in rows if row[4] is not None}
        period = max(periods, default=None)
        found.append(HandedIn(max(counts_from, at), until, opened, True, at, period, own))
    asked = connection.execute(
        "SELECT max(succeeded_at) FROM records.sources WHERE dataset = %s AND retired_at IS NULL", (key,)
    ).fetchone()
    if asked is not None and asked[0] is not None:
        found.append(HandedIn(asked[0], None, asked[0], False, asked[0], None, {}))
    return found


def heard_of(connection: Connection, keys: Sequence[str]) -> dict[str, Heard]:
    """Of each dataset as a whole."""
    rows = connection.execute(_DATASETS, (list(keys),))
    return {key: Heard(begun, at, period) for key, begun, at, period in rows}


def heard_of_organisations(connection: Connection, key: str) -> dict[str, Heard]:
    """Of each organisation in a dataset of figures, of which there are few; `begun` is not said."""
    return {code: Heard(None, at, period) for code, at, period in connection.execute(_ORGANISATIONS, (key,))}


def expected(connection: Connection, day: date, kinds: Sequence[str]) -> list[Expected]:
    """The organisations that are to hand in on a day, by code."""
    return [
        Expected(code, name_vi, datetime.combine(since, time(), VIETNAM))
        for code, name_vi, since in organisations_on(connection, day, kinds)
    ]


def contacts(connection: Connection, day: date) -> dict[str, list[tuple[str, str, str, str]]]:
    """By source: (organisation, account, position, contact) of those who answer for it on a day."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for source, *who in answering_on(connection, day):
        found.setdefault(source, []).append((who[0], who[1], who[2], who[3]))
    return found
