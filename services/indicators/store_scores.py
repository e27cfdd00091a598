"""What scores are counted from, in PostgreSQL: lines by what they are about, what came first, who owes it.

Each function is one statement, however much is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.indicators.entities import ZONE
from services.indicators.owing import Answering, Organisation, Owed
from services.indicators.scores import Counts
from services.indicators.store_entities import by_index
from services.runtime.db import Connection

_COUNTS = "b.counts_from <= %(known)s AND (b.counts_until IS NULL OR b.counts_until > %(known)s)"
_KINDS = (
    "CROSS JOIN LATERAL (SELECT k.kind, CASE k.kind WHEN 'area' THEN {0}.area WHEN 'organisation'"
    " THEN {0}.organisation ELSE '' END AS subject FROM unnest(%(kinds)s::text[]) AS k (kind)) s"
)
_SOME = "(%(subjects)s::text[] IS NULL OR s.subject = ANY(%(subjects)s))"
_WINDOWS = "unnest(%(starts)s::date[], %(finishes)s::date[]) AS w (start, finish)"
_LINES = f"""
SELECT told.dataset, told.kind, told.subject, told.start, told.finish, sum(received)::bigint,
       sum(refused)::bigint, sum(duplicate)::bigint, sum(conflicting)::bigint, sum(late)::bigint
FROM (
    SELECT d.key AS dataset, s.kind, s.subject, w.start, w.finish,
           t.stored + t.duplicate + t.corrected AS received, 0 AS refused, t.duplicate, t.conflicting, t.late
    FROM {_WINDOWS} CROSS JOIN records.datasets d
    JOIN records.tallies t ON t.dataset_id = d.dataset_id AND t.day >= w.start AND t.day < w.finish
    JOIN records.batches b ON b.batch = t.batch {_KINDS.format("t")}
    WHERE d.key = ANY(%(datasets)s) AND t.came_at <= %(known)s AND {_COUNTS} AND {_SOME}
    UNION ALL
    SELECT b.dataset, s.kind, s.subject, w.start, w.finish, 1, 1, 0, 0, 0
    FROM {_WINDOWS}
    JOIN records.rejected r ON r.day >= w.start AND r.day < w.finish
    JOIN records.batches b ON b.batch = r.batch {_KINDS.format("r")}
    WHERE b.dataset = ANY(%(datasets)s) AND r.refused_at <= %(known)s
      AND (r.mended_at IS NULL OR r.mended_at > %(known)s) AND {_COUNTS} AND {_SOME}) told
GROUP BY 1, 2, 3, 4, 5
"""
_HEARD = f"""
SELECT k.key, (
    SELECT b.opened_at FROM records.batches b WHERE b.dataset = k.key AND {_COUNTS}
      AND b.stored + b.duplicate + b.corrected > 0 ORDER BY b.batch LIMIT 1), (
    SELECT max(s.succeeded_at) FROM records.sources s WHERE s.dataset = k.key AND s.retired_at IS NULL
      AND s.succeeded_at <= %(known)s), (
    SELECT t.came_at FROM records.tallies t JOIN records.datasets d ON d.dataset_id = t.dataset_id
    JOIN records.batches b ON b.batch = t.batch
    WHERE d.key = k.key AND t.came_at <= %(known)s AND {_COUNTS} ORDER BY t.came_at DESC LIMIT 1)
FROM unnest(%(datasets)s::text[]) AS k (key)
"""
_OF_ONE = (
    f"WHERE t.dataset_id = d.dataset_id AND t.came_at <= %(known)s AND {_COUNTS}"
    " AND (o.organisation = '' OR t.organisation = o.organisation)"
)
_FIRST = f"""
SELECT o.place, f.came_at
FROM unnest(%(places)s::integer[], %(datasets)s::text[], %(organisations)s::text[], %(by_period)s::boolean[],
            %(starts)s::timestamptz[], %(finishes)s::timestamptz[])
     AS o (place, dataset, organisation, by_period, start, finish)
JOIN records.datasets d ON d.key = o.dataset
CROSS JOIN LATERAL (
    (SELECT min(t.came_at) AS came_at FROM records.tallies t JOIN records.batches b ON b.batch = t.batch
     {_OF_ONE} AND o.by_period AND t.day >= (o.start AT TIME ZONE '{ZONE}')::date
       AND t.day < (o.finish AT TIME ZONE '{ZONE}')::date)
    UNION ALL
    (SELECT t.came_at FROM records.tallies t JOIN records.batches b ON b.batch = t.batch
     {_OF_ONE} AND NOT o.by_period AND t.came_at >= o.start ORDER BY t.came_at LIMIT 1)) f
WHERE f.came_at IS NOT NULL
"""
_ORGANISATIONS = """
SELECT o.code, o.name_vi, CASE WHEN o.kind = 'authority' AND EXISTS (
           SELECT FROM areas.units u WHERE u.code = o.serves AND u.level = 'commune')
           THEN 'commune' ELSE o.kind END,
       o.serves, o.valid_from, o.valid_to
FROM areas.organisations o ORDER BY o.code, o.valid_from
"""
_ANSWERING = (
    "SELECT DISTINCT source, organisation, valid_from, valid_to FROM areas.answering ORDER BY 1, 2, 3, 4"
)
_AREAS = "SELECT code, name_vi FROM areas.units ORDER BY code, valid_from"


class Scope(NamedTuple):
    """What lines are about: a dataset, a subject ("" of the province) and the days [start, finish)."""

    dataset: str
    kind: str
    subject: str
    start: date
    finish: date


class Heard(NamedTuple):
    """Of a dataset: when its promise began, when a pulled source last answered, when anything last came."""

    begun: datetime | None
    answered_at: datetime | None
    newest_at: datetime | None


def lines(
    connection: Connection,
    datasets: Iterable[str],
    kinds: Iterable[str],
    subjects: Iterable[str] | None,
    windows: Iterable[tuple[date, date]],
    known: datetime,
) -> dict[Scope, Counts]:
    """Lines about each scope of these, of what counted at a moment; where there are none: absent.

    `kinds`: area, organisation, province. `subjects`: None for all. A refused line that tells no day is of
    the day on which it came, one that tells no place is of the province alone.
    """
    starts, finishes = zip(*windows, strict=True)
    asked = {
        "datasets": list(datasets),
        "kinds": list(kinds),
        "subjects": None if subjects is None else list(subjects),
        "starts": list(starts),
        "finishes": list(finishes),
        "known": known,
    }
    return {
        Scope(*row[:5]): Counts(
            received=row[5], refused=row[6], duplicate=row[7], conflicting=row[8], late=row[9]
        )
        for row in connection.execute(_LINES, asked)
    }


def heard(connection: Connection, datasets: Iterable[str], known: datetime) -> dict[str, Heard]:
    """Of each dataset, as known at a moment."""
    rows = connection.execute(_HEARD, {"datasets": list(datasets), "known": known})
    return {key: Heard(*told) for key, *told in rows}


def first_came(connection: Connection, owed: Sequence[Owed], known: datetime) -> Mapping[Owed, datetime]:
    """When the first thing came that counts for each; those for which nothing has are absent."""
    by_index(connection, True)
    rows = connection.execute(
        _FIRST,
        {
            "places": list(range(len(owed))),
            "datasets": [one.dataset for one in owed],
            "organisations": [one.organisation for one in owed],
            "by_period": [one.slot.by_period for one in owed],
            "starts": [one.slot.start for one in owed],
            "finishes": [one.slot.finish for one in owed],
            "known": known,
        },
    ).fetchall()
    by_index(connection, False)
    return {owed[place]: came_at for place, came_at in rows}


def organisations(connection: Connection) -> list[Organisation]:
    """All of them through time, the states of each in order."""
    return [Organisation(*row) for row in connection.execute(_ORGANISATIONS)]


def answering(connection: Connection) -> list[Answering]:
    """Which organisations answer for which datasets, through time."""
    return [Answering(*row) for row in connection.execute(_ANSWERING)]


def area_names(connection: Connection) -> dict[str, str]:
    """What areas are called, or were at last, by code."""
    return dict(connection.execute(_AREAS).fetchall())
