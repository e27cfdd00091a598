"""What stood under a figure at a moment of knowledge: entities, what each gives to a measure, and its
records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from services.indicators import store_cells, store_entities, store_map
from services.indicators.entities import ENTITY, Family, Measure, Source
from services.indicators.explain import Member, Place, Scope
from services.indicators.family_sql import DELTAS, each_of, sum_of
from services.indicators.figures import MOST
from services.indicators.records_fact import APPENDED, to_change
from services.indicators.store_entities import Lines
from services.indicators.working_clock import WorkingClock
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import OutOfRange

INPUTS_A_PAGE = 1_000
_UNREAD_FACTS = 10_000
_MARGIN = timedelta(minutes=1)  # by which a transaction may be later than the moment that its rows carry
_KEPT = ", ".join(ENTITY)
_WORK = (
    "inputs (slot smallint, month smallint, dataset text, key bytea, day date, area text, organisation text,"
    " member text, n bigint, amount numeric, late boolean, blank bigint, fields jsonb, moments jsonb,"
    " clock jsonb)"
)
_CHANGED = """
SELECT b.batch, 1, b.last_line FROM records.batches b
WHERE b.dataset = %(dataset)s AND b.last_line > 0 AND (
    b.batch = ANY(%(unread)s) OR b.completed_at IS NULL OR b.completed_at > %(since)s OR b.counts_from >
    %(since)s
    OR b.counts_until > %(since)s
    OR EXISTS (SELECT FROM records.rejected r WHERE r.batch = b.batch AND r.mended_at > %(since)s))
"""
_SCOPE = (
    "(%(kind)s = 'province' OR (CASE %(kind)s WHEN 'area' THEN e.area ELSE e.organisation END) = %(subject)s)"
    " AND (%(breakdown)s = '' OR split_part(e.breakdown, ';', greatest(%(part)s, 1)) = %(breakdown)s)"
)
# What the clock of an entity `m` says, as far as it is known.
CLOCK = "jsonb_strip_nulls(jsonb_build_object('worked_s', m.worked_s, 'due', m.due, 'due_soon', m.due_soon))"
PAGE = (
    "slot, month, dataset, key, day, area, organisation, member, n, amount, late, blank, fields, moments,"
    " clock"
)


class Sums(NamedTuple):
    """Entities, their amounts, how many of them are late, and how many more lack the number."""

    n: int
    amount: Decimal
    late: int
    blank: int


class Input(NamedTuple):
    """What an entity gives to a measure. `clock`: worked_s, due and due_soon, as far as they are known."""

    place: Place
    dataset: str
    key: bytes
    day: date
    area: str
    organisation: str
    member: str
    n: int
    amount: Decimal
    late: bool
    blank: int
    fields: Mapping[str, Any]
    moments: Mapping[str, Sequence[Any]]
    clock: Mapping[str, Any]
    most: Decimal | None = None  # where it is known within limits only: `amount` is the least


def prepare(connection: Connection) -> None:
    """Makes the work tables of this connection; what is in them lives as long as a transaction."""
    store_entities.prepare(connection)
    store_cells.prepare(connection)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_WORK} ON COMMIT DELETE ROWS")


def unread_batches(connection: Connection, log: str) -> list[int]:
    """Batches that facts behind the checkpoint tell of: what is kept does not know them yet."""
    row = connection.execute("SELECT position FROM indicators.checkpoints WHERE log = %s", (log,)).fetchone()
    try:
        facts = outbox.facts_after(connection, log, int(row[0]) if row else 0, _UNREAD_FACTS)
    except OutOfRange:
        return []  # the follower will make all anew; until then it is as good as it gets
    return sorted({to_change(fact.body).batch for fact in facts if fact.name == APPENDED})


def stand(
    connection: Connection, source: Source, working: WorkingClock, known: datetime, unread: Sequence[int]
) -> None:
    """Leaves in `moved` all entities of a dataset as known at a moment, with sign 1. What is kept otherwise
    now is
    folded again from its records, and is there with sign 0 as it is kept."""
    if source.is_map:
        store_map.fold(connection)
        connection.execute(f"INSERT INTO pg_temp.moved SELECT 1, {_KEPT} FROM pg_temp.folded")
        return
    number = store_entities.dataset_number(connection, source.key)
    told = {"dataset": source.key, "since": known - _MARGIN, "unread": list(unread)}
    lines = [Lines(*row) for row in connection.execute(_CHANGED, told)]
    store_entities.touch(connection, source, lines)
    if number is None:
        return
    store_entities.fold(connection, source, number, working, known)
    connection.execute(
        f"INSERT INTO pg_temp.moved SELECT 0, {_KEPT} FROM indicators.entities WHERE dataset = %(key)s"
        " AND key IN (SELECT key FROM pg_temp.touched)"
        f" UNION ALL SELECT 1, {_KEPT} FROM indicators.entities WHERE dataset = %(key)s"
        " AND key NOT IN (SELECT key FROM pg_temp.touched)"
        f" UNION ALL SELECT 1, {_KEPT} FROM pg_temp.folded",
        {"key": source.key},
    )


def collect(
    connection: Connection, source: Source, measure: Measure, place: Place, scope: Scope, until: datetime
) -> None:
    """Adds what entities give to a measure to the inputs."""
    connection.execute(
        "INSERT INTO pg_temp.inputs SELECT %(slot)s, %(month)s, %(dataset)s, e.key, e.day, e.area,"
        " e.organisation, e.member, e.n, e.amount, e.late, e.blank, m.fields, m.moments,"
        f" {CLOCK}"
        f" FROM ({each_of(measure, source)}) e JOIN pg_temp.moved m ON m.key = e.key AND m.sign = 1"
        f" WHERE {_SCOPE}",
        {
            **source.values,
            **scope._asdict(),
            **place._asdict(),
            "since": scope.since or "-infinity",
            "dataset": source.key,
            "until": until,
        },
    )


def has_reported(
    connection: Connection, source: Source, presence: Measure, scope: Scope, until: datetime
) -> bool:
    """Whether the source said anything in the scope."""
    connection.execute("TRUNCATE pg_temp.deltas")
    told = {**source.values, "until": until, "numbers": [presence.number], "dataset": source.key}
    connection.execute(sum_of(Family(presence, (presence,)), source), told)
    row = connection.execute(
        f"SELECT coalesce(sum(e.n), 0) > 0 FROM (SELECT {DELTAS} FROM pg_temp.deltas) e"
        f" WHERE e.day >= %(since)s AND e.day < %(before)s AND {_SCOPE}",
        {**scope._asdict(), "since": scope.since or "-infinity", "breakdown": ""},
    ).fetchone()
    assert row is not None
    return bool(row[0])


def sums(connection: Connection) -> dict[Place, Sums]:
    """What the inputs of each place come to; without inputs: absent."""
    rows = connection.execute(
        "SELECT slot, month, sum(n), sum(amount), coalesce(sum(n) FILTER (WHERE late), 0), sum(blank)"
        " FROM pg_temp.inputs GROUP BY slot, month"
    )
    return {Place(*row[:2]): Sums(int(row[2]), row[3], int(row[4]), int(row[5])) for row in rows}


def members(connection: Connection, place: Place) -> list[Member]:
    """The members of the inputs of a place, each with how many entities have it and their amounts."""
    rows = connection.execute(
        "SELECT member, sum(n), sum(amount) FROM pg_temp.inputs WHERE slot = %s AND month = %s"
        " GROUP BY member HAVING sum(n) > 0 ORDER BY member",
        place,
    )
    return [Member(member, int(n), amount) for member, n, amount in rows]


def inputs(connection: Connection) -> Iterator[list[Input]]:
    """All inputs by their places, in pages of one dataset."""
    with connection.cursor(name="inputs") as cursor:
        cursor.execute(listed("inputs", PAGE))
        while rows := cursor.fetchmany(INPUTS_A_PAGE):
            page = [Input(Place(*row[:2]), row[2], bytes(row[3]), *row[4:]) for row in rows]
            for dataset in dict.fromkeys(one.dataset for one in page):
                yield [one for one in page if one.dataset == dataset]


def listed(table: str, columns: str) -> str:
    """SELECT of the inputs of a work table by their places, each once, then the most of those that are known
    within limits only.
    """
    told = ", ".join(f"i.{name}" for name in columns.split(", "))
    return (
        f"SELECT {told}, m.most FROM pg_temp.{table} i LEFT JOIN ("
        f"SELECT slot - {MOST} AS slot, month, key, day, max(amount) AS most FROM pg_temp.{table}"
        f" WHERE slot >= {MOST} GROUP BY 1, 2, 3, 4) m USING (slot, month, key, day)"
        f" WHERE slot < {MOST} ORDER BY slot, month, day, key, i.member"
    )


def records(
    connection: Connection, source: Source, number: int, keys: Sequence[bytes], known: datetime
) -> dict[bytes, list[tuple[int, int]]]:
    """Batch and line of the records under these entities, as they stood."""
    which = "s.identity = k.key"
    if source.life_cycle is not None:
        which = f"s.dataset_id = {number:d} AND s.subject = convert_from(k.key, 'UTF8')"
    rows = connection.execute(
        "SELECT k.key, s.batch, s.line FROM unnest(%s::bytea[]) AS k (key) CROSS JOIN LATERAL ("
        f"SELECT s.batch, s.line FROM records.standing(%s) s WHERE {which} OFFSET 0) s"
        " ORDER BY s.batch, s.line",
        (list(keys), known),
    )
    found: dict[bytes, list[tuple[int, int]]] = {}
    for key, batch, line in rows:
        found.setdefault(bytes(key), []).append((batch, line))
    return found
