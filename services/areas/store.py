"""Administrative units in PostgreSQL, schema `areas`."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.areas.domain import Area, Unit
from services.runtime.db import Connection

_COLUMNS = "code, name_vi, name_en, level, coalesce(parent_code, ''), valid_from, valid_to, population"

_PUT = """
INSERT INTO areas.units
    (code, name_vi, name_en, level, parent_code, valid_from, valid_to, population, boundary)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[],
                     %s::bigint[], %s::jsonb[])
ON CONFLICT (code, valid_from) DO UPDATE SET
    name_vi = excluded.name_vi, name_en = excluded.name_en, level = excluded.level,
    parent_code = excluded.parent_code, valid_to = excluded.valid_to, population = excluded.population,
    boundary = coalesce(excluded.boundary, units.boundary)
"""


def units(
    connection: Connection, on: date, with_boundaries: bool, after: str = "", limit: int | None = None
) -> list[Unit]:
    """The units valid on a day, ordered by code, behind one. Boundaries are None where not asked for."""
    boundary = "boundary" if with_boundaries else "NULL::jsonb"
    rows = connection.execute(
        f"SELECT {_COLUMNS}, {boundary} FROM areas.units"
        " WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
        ' AND code COLLATE "C" > %s ORDER BY code COLLATE "C" LIMIT %s',
        (on, on, after, limit),
    ).fetchall()
    return [Unit(*row) for row in rows]


def units_version(connection: Connection, on: date) -> str:
    """A text that differs after every committed change of the units valid on a day, boundaries included."""
    row = connection.execute(
        # xmin is the transaction that wrote a row: boundaries are large, and are not read for this.
        "SELECT md5(string_agg(code || ' ' || valid_from || ' ' || xmin::text, ',' ORDER BY code))"
        " FROM areas.units WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
        (on, on),
    ).fetchone()
    assert row is not None
    return str(row[0])


def parents(connection: Connection, on: date) -> dict[str, str]:
    """Code of the unit above each unit that has one, as on a day.

    Of a unit that does not exist on that day: the last before, else the first after. Devices keep the code
    under which they were registered.
    """
    rows = connection.execute(
        "SELECT DISTINCT ON (code) code, parent_code FROM areas.units"
        " ORDER BY code, valid_from > %(on)s, abs(valid_from - %(on)s)",
        {"on": on},
    ).fetchall()
    return {code: parent for code, parent in rows if parent is not None}


def units_with_codes(connection: Connection, codes: Sequence[str]) -> list[Unit]:
    """Every state of the units with these codes through time, without boundaries."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, NULL::jsonb FROM areas.units WHERE code = ANY(%s)", (list(codes),)
    ).fetchall()
    return [Unit(*row) for row in rows]


_BELOW = """
WITH RECURSIVE below (code) AS (
    SELECT code FROM areas.units
    WHERE code = %(code)s AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)
    UNION
    SELECT u.code FROM areas.units u JOIN below b ON u.parent_code = b.code
    WHERE u.valid_from <= %(on)s AND (u.valid_to IS NULL OR u.valid_to > %(on)s)
)
SELECT array_agg(code), (
    SELECT boundary FROM areas.units
    WHERE code = %(code)s AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)
) FROM below
"""


def area(connection: Connection, code: str, on: date) -> Area | None:
    """The unit with this code on the map of a day, with everything below it; None where there was none."""
    row = connection.execute(_BELOW, {"code": code, "on": on}).fetchone()
    return Area(frozenset(row[0]), row[1]) if row and row[0] else None


def codes_on(connection: Connection, codes: Sequence[str], on: date) -> frozenset[str]:
    """Those of these codes that are on the map of a day."""
    rows = connection.execute(
        "SELECT code FROM areas.units WHERE code = ANY(%s)"
        " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
        (list(codes), on, on),
    )
    return frozenset(code for (code,) in rows)


def organisations_on(connection: Connection, codes: Sequence[str], on: date) -> frozenset[str]:
    """Those of these codes that are organisations on a day."""
    rows = connection.execute(
        "SELECT code FROM areas.organisations WHERE code = ANY(%s)"
        " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
        (list(codes), on, on),
    )
    return frozenset(code for (code,) in rows)


def lock_units(connection: Connection) -> None:
    """Lets one writer at a time compare and write until its transaction ends; readers go on."""
    connection.execute("LOCK TABLE areas.units IN SHARE ROW EXCLUSIVE MODE")


def put_units(connection: Connection, units: Sequence[Unit]) -> None:
    """Adds or replaces units by (code, valid_from). A unit without a boundary keeps the one it has."""
    rows = [
        (
            unit.code,
            unit.name_vi,
            unit.name_en,
            unit.level,
            unit.parent_code or None,
            unit.valid_from,
            unit.valid_to,
            unit.population,
            _json(unit.boundary),
        )
        for unit in units
    ]
    connection.execute(_PUT, [list(column) for column in zip(*rows, strict=True)])


def _json(boundary: dict[str, Any] | None) -> str | None:
    return None if boundary is None else json.dumps(boundary, allow_nan=False)
