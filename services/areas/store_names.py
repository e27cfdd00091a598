"""What units and organisations are called through time; public to other contexts."""

from collections.abc import Sequence
from datetime import date

from services.runtime.db import Connection

Named = tuple[str, str, date, date | None]


def names_of_units(connection: Connection) -> list[Named]:
    """(code, Vietnamese name, valid from, valid to exclusive) of every state of every unit."""
    return connection.execute("SELECT code, name_vi, valid_from, valid_to FROM areas.units").fetchall()


def names_of_organisations(connection: Connection) -> list[Named]:
    """The same of every organisation."""
    return connection.execute(
        "SELECT code, name_vi, valid_from, valid_to FROM areas.organisations"
    ).fetchall()


def organisations_on(connection: Connection, day: date, kinds: Sequence[str]) -> list[tuple[str, str, date]]:
    """(code, Vietnamese name, first day ever) of the organisations of these kinds on a day, by code.

    `kinds`: those of organisations, or "commune": the authority of a unit of that level.
    """
    return connection.execute(
        "SELECT o.code, o.name_vi,"
        " (SELECT min(first.valid_from) FROM areas.organisations first WHERE first.code = o.code)"
        " FROM areas.organisations o WHERE o.valid_from <= %(day)s"
        " AND (o.valid_to IS NULL OR o.valid_to > %(day)s)"
        " AND (o.kind = ANY(%(kinds)s) OR ('commune' = ANY(%(kinds)s) AND o.kind = 'authority' AND EXISTS ("
        "  SELECT FROM areas.units u WHERE u.code = o.serves AND u.level = 'commune'"
        "  AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s))))"
        ' ORDER BY o.code COLLATE "C"',
        {"day": day, "kinds": list(kinds)},
    ).fetchall()


def answering_on(connection: Connection, day: date) -> list[tuple[str, str, str, str, str]]:
    """(source, organisation, account, position, contact) of who answers on a day, in order: personal data."""
    return connection.execute(
        "SELECT source, organisation, account, position_vi, contact FROM areas.answering"
        " WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s) ORDER BY 1, 2, 3",
        {"day": day},
    ).fetchall()
