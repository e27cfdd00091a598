"""Records of a dataset, folded into entities as they stand, and compared with those that are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from services.indicators.entities import ENTITY, ZONE, Source, chain_of, midnight
from services.indicators.working_clock import WorkingClock
from services.records.lifecycle import Event
from services.runtime.db import Connection

_ENTITY = ", ".join(ENTITY)
_TYPED = (
    "key bytea, base text, area text, organisation text, at timestamptz, late boolean, fields jsonb,"
    " moments jsonb, worked_s numeric, due timestamptz, due_soon timestamptz"
)
# Work in progress of one transaction. `happened`: standing events of touched subjects; `moved`: entities as
# they were kept (sign -1) and as they are folded now (+1), where the two differ.
_WORK = (
    "touched (key bytea PRIMARY KEY)",
    "happened (key bytea, at timestamptz, event text, rank integer, late boolean, batch bigint, line integer,"
    " fields jsonb)",
    f"folded ({_TYPED})",
    f"moved (sign smallint, {_TYPED})",
)
# A key is a step into an index; a table that was never analysed looks small enough to be read whole.
_WAYS = ("hashjoin", "mergejoin", "seqscan", "bitmapscan")
_DIFFERS = f"({', '.join(f'o.{name}' for name in ENTITY[1:])})"

# A standing row as an entity; doubled braces stay.
_ROW = (
    "s.identity, {base}, s.area, s.organisation, s.at, s.late, s.fields, '{{}}'::jsonb, NULL::numeric,"
    " NULL::timestamptz, NULL::timestamptz"
)


class Lines(NamedTuple):
    """Lines of a batch."""

    batch: int
    first: int
    last: int


def prepare(connection: Connection) -> None:
    """Makes the work tables of this connection; what is in them lives as long as a transaction."""
    for table in _WORK:
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DELETE ROWS")


def dataset_number(connection: Connection, key: str) -> int | None:
    """The number of a dataset in records; None where nothing of it was ever handed in."""
    row = connection.execute("SELECT dataset_id FROM records.datasets WHERE key = %s", (key,)).fetchone()
    return int(row[0]) if row else None


def last_lines(connection: Connection, batches: Sequence[int]) -> dict[int, int]:
    """The last line of each batch."""
    rows = connection.execute(
        "SELECT batch, last_line FROM records.batches WHERE batch = ANY(%s)", (list(batches),)
    )
    return dict(rows.fetchall())


def touch(connection: Connection, source: Source, lines: Sequence[Lines]) -> None:
    """Begins with the entities that these lines say something of."""
    connection.execute("TRUNCATE pg_temp.touched, pg_temp.happened, pg_temp.folded, pg_temp.moved")
    said = (
        "(SELECT s.* FROM unnest(%s::bigint[], %s::integer[], %s::integer[]) AS l (batch, first, last)"
        " CROSS JOIN LATERAL records.said(l.batch, l.first, l.last) s) s"
    )
    if source.life_cycle is None:
        keys = f"SELECT DISTINCT identity FROM {said}"
    elif source.life_cycle.subject in source.dataset.identity:
        keys = f"SELECT DISTINCT convert_to(subject, 'UTF8') FROM {said}"
    else:  # a correction may have taken an event from one subject to another
        keys = (
            f"SELECT DISTINCT convert_to(r.subject, 'UTF8') FROM {said}"
            " JOIN records.records r ON r.identity = s.identity"
        )
    by_index(connection, True)
    connection.execute(
        f"INSERT INTO pg_temp.touched {keys}",
        ([one.batch for one in lines], [one.first for one in lines], [one.last for one in lines]),
    )


def fold_everything(
    connection: Connection, source: Source, number: int, clock: WorkingClock, size: int
) -> Iterator[None]:
    """Leaves in `moved` all entities of a dataset of which nothing is kept, as they stand, about `size` at a
    time in the order of time: so each cell is met in one turn or two, not in all of them.
    """
    if source.life_cycle is None:
        turns = _every_row(connection, source, number, size)
    else:
        turns = _every_subject(connection, source, number, clock, size)
    for _ in turns:
        connection.execute("ANALYZE pg_temp.moved")
        yield


def _every_row(connection: Connection, source: Source, number: int, size: int) -> Iterator[None]:
    """By days. Whatever versions a row has, the one that stands is of one day."""
    days = connection.execute(
        f"SELECT (at AT TIME ZONE '{ZONE}')::date, count(*) FROM records.records WHERE dataset_id = %s"
        " GROUP BY 1 ORDER BY 1",
        (number,),
    ).fetchall()
    for since, before in _spans(days, size):
        connection.execute("TRUNCATE pg_temp.moved")
        connection.execute(
            f"INSERT INTO pg_temp.moved SELECT 1, {_ROW.format(base=_base(source))}"
            " FROM (SELECT identity, area, organisation, at, late, payload::jsonb AS fields"
            "  FROM records.standing('infinity') WHERE dataset_id = %s"
            f" AND at >= {midnight('%s::date')} AND at < {midnight('%s::date')} OFFSET 0) s",
            (number, since, before),
        )
        yield


def _spans(days: Sequence[tuple[date, int]], size: int) -> Iterator[tuple[date, date]]:
    """Spans [since, before) of days with about `size` rows each."""
    since, rows = None, 0
    for day, count in days:
        since, rows = since or day, rows + count
        if rows >= size:
            yield since, day + timedelta(1)
            since, rows = None, 0
    if since is not None:
        yield since, days[-1][0] + timedelta(1)


def _every_subject(
    connection: Connection, source: Source, number: int, clock: WorkingClock, size: int
) -> Iterator[None]:
    """By when each was first heard of."""
    connection.execute("DROP TABLE IF EXISTS pg_temp.every_key")
    connection.execute(
        "CREATE TEMP TABLE every_key ON COMMIT DROP AS"
        " SELECT convert_to(subject, 'UTF8') AS key, row_number() OVER (ORDER BY min(at), subject) AS place"
        " FROM records.records WHERE dataset_id = %s AND subject IS NOT NULL GROUP BY subject",
        (number,),
    )
    row = connection.execute("SELECT count(*) FROM pg_temp.every_key").fetchone()
    assert row is not None
    for first in range(0, row[0], size):
        connection.execute("TRUNCATE pg_temp.touched, pg_temp.happened, pg_temp.folded, pg_temp.moved")
        connection.execute(
            "INSERT INTO pg_temp.touched SELECT key FROM pg_temp.every_key WHERE place > %s AND place <= %s",
            (first, first + size),
        )
        fold(connection, source, number, clock)
        connection.execute(f"INSERT INTO pg_temp.moved SELECT 1, {_ENTITY} FROM pg_temp.folded")
        yield


def fold(
    connection: Connection, source: Source, number: int, clock: WorkingClock, known: datetime | None = None
) -> None:
    """Folds what stands of the touched entities, as known at a moment (None: now)."""
    by_index(connection, True)
    if source.life_cycle is None:
        connection.execute(_fold_rows(source), (known or "infinity",))
    else:
        _fold_subjects(connection, source, number, known)
        if source.is_counted_by_clock and source.life_cycle.clock is not None:
            _read_clocks(connection, source, clock)
    by_index(connection, False)


def compare(connection: Connection, source: Source) -> int:
    """Leaves in `moved` what is folded otherwise than it is kept; how many entities that are."""
    connection.execute(
        f"INSERT INTO pg_temp.moved SELECT s.* FROM ("
        f" SELECT {_ENTITY} FROM indicators.entities WHERE dataset = %s"
        f" AND key IN (SELECT key FROM pg_temp.touched)) o FULL JOIN pg_temp.folded f ON f.key = o.key"
        f" CROSS JOIN LATERAL (VALUES (-1, {_of('o')}), (1, {_of('f')})) AS s (sign, {_ENTITY})"
        f" WHERE s.key IS NOT NULL AND (o.key IS NULL OR f.key IS NULL"
        f" OR {_DIFFERS} IS DISTINCT FROM {_DIFFERS.replace('o.', 'f.')})",
        (source.key,),
    )
    connection.execute("ANALYZE pg_temp.moved")
    row = connection.execute("SELECT count(DISTINCT key) FROM pg_temp.moved").fetchone()
    assert row is not None
    return int(row[0])


def keep(connection: Connection, source: Source) -> None:
    """Keeps what moved as it is now."""
    connection.execute(
        "DELETE FROM indicators.entities e USING pg_temp.moved m WHERE e.dataset = %s AND e.key = m.key"
        " AND m.sign = -1 AND NOT EXISTS (SELECT FROM pg_temp.moved n WHERE n.key = m.key AND n.sign = 1)",
        (source.key,),
    )
    changed = ", ".join(f"{name} = excluded.{name}" for name in ENTITY[1:])
    connection.execute(
        f"INSERT INTO indicators.entities (dataset, {_ENTITY}) SELECT %s, {_ENTITY} FROM pg_temp.moved"
        f" WHERE sign = 1 ON CONFLICT (dataset, key) DO UPDATE SET {changed}",
        (source.key,),
    )


def keep_new(connection: Connection, source: Source) -> None:
    """Keeps what stands in `moved` of a dataset of which it is not kept yet."""
    connection.execute(
        f"INSERT INTO indicators.entities (dataset, {_ENTITY}) SELECT %s, {_ENTITY} FROM pg_temp.moved",
        (source.key,),
    )


def forget(connection: Connection, dataset: str) -> None:
    """Drops all that is kept of a dataset."""
    connection.execute("DELETE FROM indicators.entities WHERE dataset = %s", (dataset,))


def _fold_rows(source: Source) -> str:
    return (
        f"INSERT INTO pg_temp.folded SELECT {_ROW.format(base=_base(source))}"
        " FROM pg_temp.touched t CROSS JOIN LATERAL (SELECT identity, area, organisation, at, late,"
        "  payload::jsonb AS fields FROM records.standing(%s) WHERE identity = t.key OFFSET 0) s"
    )


def _fold_subjects(connection: Connection, source: Source, number: int, known: datetime | None) -> None:
    life = source.life_cycle
    assert life is not None
    connection.execute(
        "INSERT INTO pg_temp.happened SELECT t.key, s.at, s.fields->>%s,"
        " array_position(%s::text[], s.fields->>%s), s.late, s.batch, s.line, s.fields"
        " FROM pg_temp.touched t CROSS JOIN LATERAL (SELECT at, late, batch, line, payload::jsonb AS fields"
        "  FROM records.standing(%s) WHERE dataset_id = %s AND subject = convert_from(t.key, 'UTF8')"
        "  OFFSET 0) s",
        (life.event, list(life.then), life.event, known or "infinity", number),
    )
    by_index(connection, False)
    area, organisation = source.dataset.area, source.dataset.organisation
    connection.execute(
        f"INSERT INTO pg_temp.folded SELECT l.key, NULL, {_field(area)}, {_field(organisation)}, l.at,"
        " l.late, l.fields, m.moments, NULL, NULL, NULL"
        " FROM (SELECT key, max(at) AS at, bool_or(late) AS late,"
        "  indicators.merged(fields ORDER BY at, rank, batch, line) AS fields"
        "  FROM pg_temp.happened GROUP BY key OFFSET 0) l"
        " JOIN (SELECT key, jsonb_object_agg(event, told) AS moments FROM ("
        "  SELECT key, event, jsonb_build_array(min(at), max(at), count(DISTINCT at)) AS told"
        "  FROM pg_temp.happened GROUP BY key, event) e GROUP BY key) m ON m.key = l.key"
    )


def _read_clocks(connection: Connection, source: Source, clock: WorkingClock) -> None:
    """Sets what the clocks of the folded subjects say. A field says what the last event says of it."""
    life = source.life_cycle
    assert life is not None
    assert life.clock is not None
    rows = connection.execute(
        "SELECT h.key, h.moments, h.events, (f.fields->>%b)::integer, (f.fields->>%b)::timestamptz"
        " FROM (SELECT key, array_agg(at) AS moments, array_agg(event) AS events FROM pg_temp.happened"
        "  GROUP BY key OFFSET 0) h JOIN pg_temp.folded f ON f.key = h.key",
        (life.clock.allowance, life.clock.due),
        binary=True,
    ).fetchall()
    told = []
    for key, moments, events, allowed, stated in rows:
        happened = [Event(*one) for one in zip(moments, events, strict=True)]
        worked, due, soon = clock.read(life, happened, allowed, stated)
        told.append((key, None if worked is None else Decimal(str(worked.total_seconds())), due, soon))
    connection.execute(
        "UPDATE pg_temp.folded f SET (worked_s, due, due_soon) = (w.worked_s, w.due, w.due_soon)"
        " FROM unnest(%b::bytea[], %b::numeric[], %b::timestamptz[], %b::timestamptz[])"
        " AS w (key, worked_s, due, due_soon) WHERE f.key = w.key",
        [[row[at] for row in told] for at in range(4)],
    )


def by_index(connection: Connection, only: bool) -> None:
    """Whether statements of this transaction step into indexes, whatever the planner thinks of the tables."""
    state = "off" if only else "on"
    calls = ", ".join(f"set_config('enable_{way}', '{state}', true)" for way in _WAYS)
    connection.execute(f"SELECT {calls}")


def _base(source: Source) -> str:
    return chain_of(source.base, "s.fields") if source.base else "NULL"


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in ENTITY)


def _field(name: str | None) -> str:
    return f"l.fields->>'{name}'" if name else "NULL"
