"""Organisations through time in PostgreSQL, schema `areas`."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.areas.organisations_domain import Answering, Organisation, OrganisationChange, Register
from services.runtime.db import Connection

_ORGANISATION = "code, name_vi, name_en, kind, parent_code, serves, valid_from, valid_to"
_CHANGE = "day, old_code, new_code, extent, weight, basis"
_ANSWERING = "source, organisation, account, valid_from, valid_to, position_vi, contact"

_PUT_ORGANISATIONS = f"""
INSERT INTO areas.organisations ({_ORGANISATION})
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[],
                     %s::date[])
ON CONFLICT (code, valid_from) DO UPDATE SET
    name_vi = excluded.name_vi, name_en = excluded.name_en, kind = excluded.kind,
    parent_code = excluded.parent_code, serves = excluded.serves, valid_to = excluded.valid_to
"""
_PUT_CHANGES = f"""
INSERT INTO areas.organisation_changes ({_CHANGE})
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[])
ON CONFLICT (day, old_code, new_code) DO UPDATE SET
    extent = excluded.extent, weight = excluded.weight, basis = excluded.basis
"""
_PUT_ANSWERING = f"""
INSERT INTO areas.answering ({_ANSWERING})
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::text[], %s::text[])
ON CONFLICT (source, organisation, account, valid_from) DO UPDATE SET
    valid_to = excluded.valid_to, position_vi = excluded.position_vi, contact = excluded.contact
"""


def lock_organisations(connection: Connection) -> None:
    """Lets one writer at a time compare and write until its transaction ends; readers go on."""
    connection.execute("LOCK TABLE areas.organisations IN SHARE ROW EXCLUSIVE MODE")


def register(connection: Connection) -> Register:
    """Everything that is there."""
    return Register(
        [
            Organisation(*row)
            for row in connection.execute(f"SELECT {_ORGANISATION} FROM areas.organisations")
        ],
        [
            OrganisationChange(*r)
            for r in connection.execute(f"SELECT {_CHANGE} FROM areas.organisation_changes")
        ],
        [Answering(*row) for row in connection.execute(f"SELECT {_ANSWERING} FROM areas.answering")],
    )


def spans_of_units(connection: Connection, codes: Sequence[str]) -> dict[str, list[tuple[date, date | None]]]:
    """When each of these units was there, by code."""
    spans: dict[str, list[tuple[date, date | None]]] = {}
    rows = connection.execute(
        "SELECT code, valid_from, valid_to FROM areas.units WHERE code = ANY(%s)", (list(codes),)
    )
    for code, first, end in rows:
        spans.setdefault(code, []).append((first, end))
    return spans


def put(connection: Connection, wanted: Register) -> None:
    """Adds or replaces, each by its key, after `lock_organisations` in the same transaction."""
    rows = [
        (o.code, o.name_vi, o.name_en, o.kind, o.parent_code, o.serves, o.valid_from, o.valid_to)
        for o in wanted.organisations
    ]
    for statement, some in (
        (_PUT_ORGANISATIONS, rows),
        (_PUT_CHANGES, wanted.changes),
        (_PUT_ANSWERING, wanted.answering),
    ):
        if some:
            connection.execute(statement, _columns(some))


def organisations_after(connection: Connection, on: date, after: str, limit: int) -> list[Organisation]:
    """Those valid on a day, by code, behind one."""
    rows = connection.execute(
        f"SELECT {_ORGANISATION} FROM areas.organisations"
        " WHERE valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)"
        ' AND code COLLATE "C" > %(after)s ORDER BY code COLLATE "C" LIMIT %(limit)s',
        {"on": on, "after": after, "limit": limit},
    )
    return [Organisation(*row) for row in rows]


def changes_after(
    connection: Connection, old: str, new: str, after: tuple[str, str, str], limit: int
) -> list[OrganisationChange]:
    """Changes in their order, behind a key (day, old code, new code)."""
    rows = connection.execute(
        f"SELECT {_CHANGE} FROM areas.organisation_changes"
        " WHERE (%(old)s = '' OR old_code = %(old)s) AND (%(new)s = '' OR new_code = %(new)s)"
        ' AND (day, old_code COLLATE "C", new_code COLLATE "C") > (%(day)s, %(after_old)s, %(after_new)s)'
        ' ORDER BY day, old_code COLLATE "C", new_code COLLATE "C" LIMIT %(limit)s',
        {
            "old": old,
            "new": new,
            "day": after[0],
            "after_old": after[1],
            "after_new": after[2],
            "limit": limit,
        },
    )
    return [OrganisationChange(*row) for row in rows]


def answering_after(
    connection: Connection, source: str, on: date, after: tuple[str, str, str], limit: int
) -> list[Answering]:
    """Who answers on a day, in its order, behind a key (source, organisation, account)."""
    rows = connection.execute(
        f"SELECT {_ANSWERING} FROM areas.answering WHERE (%(source)s = '' OR source = %(source)s)"
        " AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to > %(on)s)"
        ' AND (source COLLATE "C", organisation COLLATE "C", account COLLATE "C") > (%(s)s, %(o)s, %(a)s)'
        ' ORDER BY source COLLATE "C", organisation COLLATE "C", account COLLATE "C" LIMIT %(limit)s',
        {"source": source, "on": on, "s": after[0], "o": after[1], "a": after[2], "limit": limit},
    )
    return [Answering(*row) for row in rows]


def names(connection: Connection, codes: Sequence[str], on: date) -> dict[str, str]:
    """Vietnamese names of these organisations on a day."""
    rows = connection.execute(
        "SELECT code, name_vi FROM areas.organisations WHERE code = ANY(%s)"
        " AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)",
        (list(codes), on, on),
    )
    return dict(rows.fetchall())


def _columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
