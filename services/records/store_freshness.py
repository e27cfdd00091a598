"""What has come of each dataset and organisation, of what counts now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import LiteralString

from services.areas.store_names import answering_on, organisations_on
from services.records.dates import VIETNAM
from services.records.freshness import Expected, Heard
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
