"""The area map as entities, as it is now, in PostgreSQL."""

from __future__ import annotations

from services.indicators.entities import ZONE
from services.runtime.db import Connection

_FOLD = f"""
INSERT INTO pg_temp.folded
SELECT convert_to(code || ' ' || valid_from, 'UTF8'), NULL, code, NULL,
       valid_from::timestamp AT TIME ZONE '{ZONE}', false,
       jsonb_strip_nulls(jsonb_build_object(
           'code', code, 'level', level, 'valid_from', valid_from, 'valid_to', valid_to)),
       '{{}}', NULL, NULL, NULL
FROM areas.units
"""


def fold(connection: Connection) -> None:
    """Leaves every state of every unit in `folded`, and nothing in the other work tables."""
    connection.execute("TRUNCATE pg_temp.touched, pg_temp.happened, pg_temp.folded, pg_temp.moved")
    connection.execute(_FOLD)


def digest(connection: Connection) -> str:
    """Another digest, another map: of codes, levels and days."""
    row = connection.execute(
        "SELECT md5(coalesce(string_agg(concat_ws(' ', code, level, valid_from, valid_to), ';'"
        " ORDER BY code, valid_from), '')) FROM areas.units"
    ).fetchone()
    assert row is not None
    return str(row[0])
