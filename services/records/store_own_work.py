"""What the centre did itself, from the views of the schema `alarms` that say it in fields of datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from services.runtime.db import Connection

VIEWS: Final[Mapping[str, LiteralString]] = {
    "centre.alarms": "alarms.centre_alarms",
    "centre.handovers": "alarms.centre_handovers",
}


def rows_after(
    connection: Connection, dataset: str, number: int, most: int
) -> list[tuple[int, dict[str, Any]]]:
    """Rows behind a number, each with its own; in their order, which is that of becoming visible."""
    return connection.execute(
        f"SELECT number, to_jsonb(w) - 'number' FROM {VIEWS[dataset]} w"
        " WHERE number > %s ORDER BY number LIMIT %s",
        (number, most),
    ).fetchall()
