"""Reading versions, verdicts and refused lines, as they stand or as of a moment of knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from services.records.rows import member
from services.runtime.db import Connection

# The first line that counts of those that hold version {0}. `known`: a moment, or 'infinity' for now.
_HOLDER: LiteralString = (
    "(SELECT h.batch, h.line, h.recorded_at, h.late FROM ("
    "SELECT {0}.batch, {0}.line, {0}.recorded_at, {0}.late UNION ALL"
    " SELECT batch, line, recorded_at, late FROM records.repeats"
    " WHERE of_batch = {0}.batch AND of_line = {0}.line) h"
    " JOIN records.batches b ON b.batch = h.batch"
    " WHERE h.recorded_at <= %(known)s AND b.counts_from <= %(known)s"
    " AND (b.counts_until IS NULL OR b.counts_until > %(known)s)"
    " ORDER BY h.batch, h.line LIMIT 1)"
)
_VERSION: LiteralString = (
    "SELECT h.batch, h.line, r.at, h.recorded_at, coalesce(r.area, ''), coalesce(r.organisation, ''), h.late,"
    " r.revision, r.payload, r.batch, r.line FROM records.records r"
    " JOIN records.datasets d ON d.dataset_id = r.dataset_id"
    f" CROSS JOIN LATERAL {_HOLDER.format('r')} h"
    " WHERE d.key = %(dataset)s AND NOT EXISTS ("
    f"SELECT FROM records.records n CROSS JOIN LATERAL {_HOLDER.format('n')} hn"
    " WHERE n.identity = r.identity AND (n.batch, n.line) <> (r.batch, r.line)"
    " AND (n.revision, hn.batch, hn.line) > (r.revision, h.batch, h.line))"
)


class Version(NamedTuple):
    """A version that stands; '' where it has no area or organisation.

    `batch`, `line`: the first that says it and counts, with when that was recorded and whether it was late.
    `kept`: batch and line under which the version is kept.
    """

    batch: int
    line: int
    at: datetime
    recorded_at: datetime
    area: str
    organisation: str
    late: bool
    revision: int
    payload: str
    kept: tuple[int, int]


class Wanted(NamedTuple):
    """Which records: '' and None mean all, `known_at` None: as of now.

    `breakdowns`: fields, each with the only value that is wanted; '': those without one.
    """

    dataset: str
    start: datetime | None = None
    end: datetime | None = None
    area: str = ""
    organisation: str = ""
    known_at: datetime | None = None
    breakdowns: tuple[tuple[str, str], ...] = ()


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
    """Those that stand, by event time and where they are kept, behind such a key."""
    conditions = {
        "r.at >= %(start)s": wanted.start,
        "r.at < %(end)s": wanted.end,
        "r.area = %(area)s": wanted.area,
        "r.organisation = %(organisation)s": wanted.organisation,
        "(SELECT bool_and((strpos(r.payload, w.member) > 0) = w.there)"
        " FROM unnest(%(members)s::text[], %(there)s::boolean[]) AS w (member, there))": wanted.breakdowns,
        "(r.at, r.batch, r.line) > (%(after_at)s, %(after_batch)s, %(after_line)s)": after,
    }
    told = "".join(f" AND {condition}" for condition, value in conditions.items() if value)
    rows = connection.execute(
        f"{_VERSION}{told} ORDER BY r.at, r.batch, r.line LIMIT %(limit)s",
        {**_parameters(wanted, after), "limit": limit},
    )
    return [_to_version(row) for row in rows]


def _parameters(wanted: Wanted, after: tuple[datetime, int, int] | None) -> dict[str, Any]:
    at, batch, line = after or (None, None, None)
    return {
        **wanted._asdict(),
        "known": wanted.known_at or "infinity",
        "members": [member(name, value) for name, value in wanted.breakdowns],
        "there": [value != "" for _, value in wanted.breakdowns],
        "after_at": at,
        "after_batch": batch,
        "after_line": line,
    }


def versions_of_subject(
    connection: Connection, dataset: str, subject: str, known_at: datetime | None, limit: int
) -> list[Version]:
    """Those of a subject's events that stand, by event time and where they are kept."""
    rows = connection.execute(
        f"{_VERSION} AND r.subject = %(subject)s ORDER BY r.at, r.batch, r.line LIMIT %(limit)s",
        {"dataset": dataset, "subject": subject, "known": known_at or "infinity", "limit": limit},
    )
    return [_to_version(row) for row in rows]


def _to_version(row: Sequence[Any]) -> Version:
    return Version._make((*row[:9], (row[9], row[10])))


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
