"""What units and organisations are called through time; public to other contexts."""

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
