"""Areas and organisations through time, as the areas context has them."""

from __future__ import annotations

from services.areas.store_names import names_of_organisations, names_of_units
from services.records.names import Names, Span
from services.runtime.db import Connection


def names(connection: Connection) -> Names:
    """All of both, some ten thousand."""
    return Names(
        [Span(*row) for row in names_of_units(connection)],
        [Span(*row) for row in names_of_organisations(connection)],
    )
