"""What became of lines, counted by what they are about. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.records.domain import Verdict
from services.records.judging import Judged
from services.records.rows import Row


class Tally(NamedTuple):
    """Lines of one local day, area and organisation ("" where they name none).

    `conflicting`: of the corrected, those under a revision that was there. `late`: of stored and corrected.
    """

    day: date
    area: str
    organisation: str
    stored: int
    duplicate: int
    corrected: int
    conflicting: int
    late: int


def tallied(rows: Sequence[Row], found: Judged) -> list[Tally]:
    """All rows, which were judged so; in order."""
    abouts = [(row.at.date(), row.area or "", row.organisation or "") for row in rows]
    became = Counter(zip(abouts, found.verdicts, strict=True))
    conflicting = Counter(abouts[index] for index in found.conflicting)
    late = Counter(
        about
        for about, row, verdict in zip(abouts, rows, found.verdicts, strict=True)
        if row.late and verdict is not Verdict.DUPLICATE
    )
    return [
        Tally(
            *about,
            stored=became[about, Verdict.STORED],
            duplicate=became[about, Verdict.DUPLICATE],
            corrected=became[about, Verdict.CORRECTED],
            conflicting=conflicting[about],
            late=late[about],
        )
        for about in sorted(set(abouts))
    ]
