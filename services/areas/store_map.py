"""What became of what, in PostgreSQL, schema `areas`."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.areas.changes import Change, Declared, Derived, Statement, Unresolved
from services.areas.domain import Unit
from services.areas.plan import Known, Plan
from services.areas.restate import History, Went
from services.areas.store import put_units
from services.runtime.db import Connection

_UNIT = "code, name_vi, name_en, level, coalesce(parent_code, ''), valid_from, valid_to, population"
_CHANGE = "day, old_code, new_code, extent, weight, basis, declared"
_UNRESOLVED = "day, code, place, words, reason, candidates"

_PUT_STATEMENTS = """
INSERT INTO areas.statements (code, day, words) SELECT * FROM unnest(%s::text[], %s::date[], %s::text[])
ON CONFLICT (code, day) DO UPDATE SET words = excluded.words
"""
_PUT_DECLARED = """
INSERT INTO areas.declared (day, old_code, new_code, extent, weight, basis)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[])
ON CONFLICT (day, old_code, new_code) DO UPDATE SET
    extent = excluded.extent, weight = excluded.weight, basis = excluded.basis
"""
_INSERT_CHANGES = """
INSERT INTO areas.changes (day, old_code, new_code, extent, weight, basis, declared)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[], %s::boolean[])
"""
_INSERT_UNRESOLVED = """
INSERT INTO areas.unresolved (day, code, place, words, reason, candidates)
VALUES (%s, %s, %s, %s, %s, %s)
"""
# Names are those of the last day of the old unit and of the first day of the new one.
_CHANGES_AFTER = f"""
SELECT {_CHANGE}, coalesce(
    (SELECT name_vi FROM areas.units u WHERE u.code = c.old_code AND u.valid_from < c.day
     ORDER BY u.valid_from DESC LIMIT 1), ''), coalesce(
    (SELECT name_vi FROM areas.units u WHERE u.code = c.new_code AND u.valid_from = c.day), '')
FROM areas.changes c
WHERE (%(old)s = '' OR old_code = %(old)s) AND (%(new)s = '' OR new_code = %(new)s)
  AND (%(day)s::date IS NULL OR day = %(day)s)
  AND (day, old_code COLLATE "C", new_code COLLATE "C") > (%(after_day)s, %(after_old)s, %(after_new)s)
ORDER BY day, old_code COLLATE "C", new_code COLLATE "C" LIMIT %(limit)s
"""
_ABOVE = f"""
WITH RECURSIVE above (far, code) AS (
    SELECT 0, %(code)s::text
    UNION ALL
    SELECT far + 1, u.parent_code FROM areas.units u JOIN above a ON u.code = a.code
    WHERE u.parent_code IS NOT NULL AND far < 3
      AND u.valid_from <= %(on)s AND (u.valid_to IS NULL OR u.valid_to > %(on)s)
)
SELECT {_UNIT}, CASE WHEN far = 0 AND %(with_boundary)s THEN boundary END
FROM areas.units JOIN above USING (code)
WHERE valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s) ORDER BY far
"""


def known(connection: Connection, with_boundaries_of: Sequence[str]) -> Known:
    """Everything that is there; boundaries only of units with these codes, or whose parts go by area."""
    return Known(
        units=_states(connection, with_boundaries_of),
        statements=[
            Statement(*row) for row in connection.execute("SELECT code, day, words FROM areas.statements")
        ],
        declared=[
            Declared(*row)
            for row in connection.execute(
                "SELECT day, old_code, new_code, extent, weight, basis FROM areas.declared"
            )
        ],
        changes=[Change(*row) for row in connection.execute(f"SELECT {_CHANGE} FROM areas.changes")],
        unresolved=[
            _unresolved(row) for row in connection.execute(f"SELECT {_UNRESOLVED} FROM areas.unresolved")
        ],
    )


def anything_said(connection: Connection) -> bool:
    """Whether any change follows from anything."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM areas.statements) OR EXISTS (SELECT FROM areas.declared)"
    ).fetchone()
    return bool(row and row[0])


def write(connection: Connection, plan: Plan) -> None:
    """What a plan says, after `lock_units` in the same transaction."""
    if plan.units:
        put_units(connection, plan.units)
    if plan.statements:
        connection.execute(_PUT_STATEMENTS, _columns(plan.statements))
    if plan.declared:
        connection.execute(_PUT_DECLARED, _columns(plan.declared))
    if plan.derived is not None:
        write_derived(connection, plan.derived)


def write_derived(connection: Connection, derived: Derived) -> None:
    """The changes and what is unresolved, in place of those that were there."""
    connection.execute("DELETE FROM areas.changes")
    connection.execute("DELETE FROM areas.unresolved")
    if derived.changes:
        connection.execute(_INSERT_CHANGES, _columns(derived.changes))
    with connection.cursor() as cursor:
        cursor.executemany(
            _INSERT_UNRESOLVED, [(*one[:5], list(one.candidates)) for one in derived.unresolved]
        )


def history(connection: Connection) -> History:
    """All that is known of the map through time."""
    units = _states(connection, ())
    went = connection.execute(
        "SELECT day, old_code, new_code, weight, extent <> 'uncertain' FROM areas.changes"
    )
    open_words = connection.execute("SELECT DISTINCT day, code FROM areas.unresolved")
    return History(units, [Went(*row) for row in went], frozenset((day, code) for day, code in open_words))


def unit_with_above(connection: Connection, code: str, on: date, with_boundary: bool) -> list[Unit]:
    """The unit as it was on a day, then those above it, the nearest first; empty where there was none."""
    facts = {"code": code, "on": on, "with_boundary": with_boundary}
    return [Unit(*row) for row in connection.execute(_ABOVE, facts)]


def names(connection: Connection, codes: Sequence[str], on: date) -> dict[str, str]:
    """Vietnamese names of these units on a day."""
    rows = connection.execute(
        "SELECT code, name_vi FROM areas.units WHERE code = ANY(%s)"
        " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
        (list(codes), on, on),
    )
    return dict(rows.fetchall())


def changes_after(
    connection: Connection, old: str, new: str, day: date | None, after: tuple[str, str, str], limit: int
) -> list[tuple[Change, str, str]]:
    """Changes with the names of both units, in their order, behind a key (day, old code, new code)."""
    facts = {"old": old, "new": new, "day": day, "limit": limit}
    facts |= {"after_day": after[0], "after_old": after[1], "after_new": after[2]}
    return [(Change(*row[:7]), row[7], row[8]) for row in connection.execute(_CHANGES_AFTER, facts)]


def unresolved_after(
    connection: Connection, code: str, after: tuple[str, str, int], limit: int
) -> list[Unresolved]:
    """What words leave open, in its order, behind a key (day, code, place)."""
    rows = connection.execute(
        f"SELECT {_UNRESOLVED} FROM areas.unresolved WHERE (%(code)s = '' OR code = %(code)s)"
        ' AND (day, code COLLATE "C", place) > (%(day)s, %(after)s, %(place)s)'
        ' ORDER BY day, code COLLATE "C", place LIMIT %(limit)s',
        {"code": code, "day": after[0], "after": after[1], "place": after[2], "limit": limit},
    )
    return [_unresolved(row) for row in rows]


def _states(connection: Connection, with_boundaries_of: Sequence[str]) -> list[Unit]:
    rows = connection.execute(
        f"SELECT {_UNIT}, CASE WHEN code = ANY(%s) OR code IN (SELECT unnest(ARRAY[old_code, new_code])"
        " FROM areas.declared WHERE basis = 'area' AND weight IS NULL) THEN boundary END FROM areas.units",
        (list(with_boundaries_of),),
    )
    return [Unit(*row) for row in rows]


def _unresolved(row: Sequence[Any]) -> Unresolved:
    day, code, place, words, reason, candidates = row
    return Unresolved(day, code, place, words, reason, tuple(candidates))


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
