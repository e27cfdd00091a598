"""Reading versions, verdicts and refused lines, as they stand or as of a moment of knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from services.runtime.db import Connection

# `known`: a moment, or 'infinity' for now.
_COUNTS: LiteralString = (
    "{0}.recorded_at <= %(known)s AND b{0}.counts_from <= %(known)s"
    " AND (b{0}.counts_until IS NULL OR b{0}.counts_until > %(known)s)"
)
_STANDS: LiteralString = (
    _COUNTS.format("r")
    + " AND NOT EXISTS (SELECT FROM records.records n JOIN records.batches bn ON bn.batch = n.batch"
    " WHERE n.identity = r.identity"
    " AND (n.batch, n.line) > (r.batch, r.line) AND " + _COUNTS.format("n") + ")"
)
_VERSION: LiteralString = (
    "SELECT r.batch, r.line, r.at, r.recorded_at, coalesce(r.area, ''), coalesce(r.organisation, ''), r.late,"
    " r.payload FROM records.records r JOIN records.batches br ON br.batch = r.batch"
    " JOIN records.datasets d ON d.dataset_id = r.dataset_id WHERE d.key = %(dataset)s AND " + _STANDS
)


class Version(NamedTuple):
    """One version of a record; '' where it has no area or organisation."""

    batch: int
    line: int
    at: datetime
    recorded_at: datetime
    area: str
    organisation: str
    late: bool
    payload: str


class Wanted(NamedTuple):
    """Which records: '' and None mean all, `known_at` None: as of now."""

    dataset: str
    start: datetime | None = None
    end: datetime | None = None
    area: str = ""
    organisation: str = ""
    known_at: datetime | None = None


class Refusal(NamedTuple):
    """A line that is refused, as it was stored."""

    line: int
    field: str
    reason: str
    detail_vi: str
    detail_en: str
    cells: str | None


def records(
    connection: Connection, wanted: Wanted, after: tuple[datetime, int, int] | None, limit: int
) -> list[Version]:
    """Those that stand, by (event time, batch, line), behind a key."""
    conditions = {
        "r.at >= %(start)s": wanted.start,
        "r.at < %(end)s": wanted.end,
        "r.area = %(area)s": wanted.area,
        "r.organisation = %(organisation)s": wanted.organisation,
        "(r.at, r.batch, r.line) > (%(after_at)s, %(after_batch)s, %(after_line)s)": after,
    }
    told = "".join(f" AND {condition}" for condition, value in conditions.items() if value)
    at, batch, line = after or (None, None, None)
    rows = connection.execute(
        f"{_VERSION}{told} ORDER BY r.at, r.batch, r.line LIMIT %(limit)s",
        {
            "dataset": wanted.dataset,
            "start": wanted.start,
            "end": wanted.end,
            "area": wanted.area,
            "organisation": wanted.organisation,
            "known": wanted.known_at or "infinity",
            "after_at": at,
            "after_batch": batch,
            "after_line": line,
            "limit": limit,
        },
    )
    return [Version(*row) for row in rows]


def subject_payloads(
    connection: Connection, dataset: str, subject: str, known_at: datetime | None, limit: int
) -> list[tuple[datetime, str]]:
    """Event time and payload of the events of a subject that stand."""
    rows = connection.execute(
        f"{_VERSION} AND r.subject = %(subject)s ORDER BY r.at, r.batch, r.line LIMIT %(limit)s",
        {"dataset": dataset, "subject": subject, "known": known_at or "infinity", "limit": limit},
    )
    return [(row[2], row[7]) for row in rows]


def verdicts_after(connection: Connection, batch: int, line: int) -> tuple[list[int], bytes] | None:
    """Lines of the first chunk that begins behind a line, and a byte for each; None where there is none."""
    row = connection.execute(
        "SELECT lines, verdicts FROM records.verdicts WHERE batch = %s AND first_line > %s"
        " ORDER BY first_line LIMIT 1",
        (batch, line),
        binary=True,
    ).fetchone()
    return (row[0], bytes(row[1])) if row else None


def mended_verdicts(connection: Connection, batch: int, first: int, last: int) -> dict[int, int]:
    """Of lines in [first, last] that were refused and are mended, their bytes of verdict."""
    rows = connection.execute(
        "SELECT line, mended_as FROM records.rejected WHERE batch = %s AND line BETWEEN %s AND %s"
        " AND mended_as IS NOT NULL",
        (batch, first, last),
    )
    return dict(rows.fetchall())


def refused_after(connection: Connection, batch: int, line: int, limit: int) -> list[Refusal]:
    """Lines that are refused and not mended, behind a line."""
    rows = connection.execute(
        "SELECT line, field, reason, detail_vi, detail_en, cells FROM records.rejected"
        " WHERE batch = %s AND line > %s AND mended_as IS NULL ORDER BY line LIMIT %s",
        (batch, line, limit),
    )
    return [Refusal(*row) for row in rows]


def refused_lines(connection: Connection, batch: int, lines: Sequence[int]) -> dict[int, Refusal]:
    """Those of these lines that are refused and not mended."""
    rows = connection.execute(
        "SELECT line, field, reason, detail_vi, detail_en, cells FROM records.rejected"
        " WHERE batch = %s AND line = ANY(%s) AND mended_as IS NULL",
        (batch, list(lines)),
    )
    return {row[0]: Refusal(*row) for row in rows}
