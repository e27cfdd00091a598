"""Reading roll-ups: what is kept, and where it is out of date, what it will be once upkeep came by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.runtime.db import Connection
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Cell, Mean, SeriesCells, Tier


def rollups(
    conn: Connection, series: Iterable[SeriesName], tier: Tier, start: datetime, end: datetime
) -> dict[SeriesName, SeriesCells]:
    """Cells of each series whose start lies in [start, end), oldest first.

    Right at every moment: cells that a late or corrected reading has changed since upkeep came by are folded
    here. A cell without any reading is absent; a series that is unknown is absent. At most
    (end - start) / width cells each: the caller bounds the range. What retention has dropped is absent.
    """
    raise NotImplementedError
