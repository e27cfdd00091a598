"""What handing in means: batches, their lines, what a change touches, and who may decide. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from services.records.faults import Fault
from services.records.rows import Row, Told


class Verdict(IntEnum):
    """What became of a line, as it is stored and sent."""

    STORED = 1
    DUPLICATE = 2
    CORRECTED = 3
    REJECTED = 4


LATE = 128  # added to a verdict in its byte


class Approval(StrEnum):
    """Whether somebody has to look at a batch before it counts, and whether they have."""

    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


class Cause(StrEnum):
    """Why records that count are others than before."""

    APPENDED = "appended"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Header(NamedTuple):
    """What a submission says of itself."""

    dataset: str
    idempotency_key: str
    validate_only: bool = False
    author: str = ""
    document: str = ""
    content_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was handed in together. It counts in [counts_from, counts_until); `batch` 0: only validated."""

    batch: int
    dataset: str
    submitted_by: str
    idempotency_key: str
    content_sha256: str
    author: str
    document: str
    opened_at: datetime
    completed_at: datetime | None
    last_line: int
    stored: int
    duplicate: int
    corrected: int
    rejected: int
    late: int
    approval: Approval
    decided_by: str
    decided_at: datetime | None
    reason_given: str
    counts_from: datetime | None
    counts_until: datetime | None
    withdrawn_by: str

    @property
    def lines(self) -> int:
        """All that were judged."""
        return self.stored + self.duplicate + self.corrected + self.rejected

    @property
    def counts(self) -> bool:
        """Whether its rows count now."""
        return self.counts_from is not None and self.counts_until is None

    @property
    def may_grow(self) -> bool:
        """Whether rows may still be added to it: not once it was decided on or withdrawn."""
        return self.counts_until is None and self.approval in (Approval.NOT_NEEDED, Approval.PENDING)


class RefusedLine(NamedTuple):
    """A line that is refused. `cells`: JSON object of what may be kept of it; None: it is no row."""

    line: int
    fault: Fault
    cells: str | None
    told: Told = Told()


class Chunk(NamedTuple):
    """Lines of one request, judged by themselves; both lists ascending, no line in both."""

    rows: Sequence[Row]
    refused: Sequence[RefusedLine]

    @property
    def last_line(self) -> int:
        """The last of all its lines; 0 of none."""
        return max([row.line for row in self.rows[-1:]] + [one.line for one in self.refused[-1:]], default=0)

    def after(self, line: int) -> Chunk:
        """What lies behind a line that was judged before."""
        if not line or ((not self.rows or self.rows[0].line > line) and not self.refused):
            return self
        return Chunk(
            [row for row in self.rows if row.line > line], [one for one in self.refused if one.line > line]
        )


class Touched(NamedTuple):
    """What a change touches: codes, and days of event time in Asia/Ho_Chi_Minh as ISO 8601, all in order.

    `first_line`, `last_line`: those of its batch between which it lies; 0: all of them.
    """

    rows: int
    areas: Sequence[str]
    organisations: Sequence[str]
    days: Sequence[str]
    first_line: int = 0
    last_line: int = 0


def late_among(rows: Sequence[Row], found: Sequence[Verdict]) -> int:
    """How many of the rows that are a new version came later than promised."""
    new = (Verdict.STORED, Verdict.CORRECTED)
    return sum(row.late for row, verdict in zip(rows, found, strict=True) if verdict in new)


def touched(rows: Sequence[Row]) -> Touched:
    """What rows touch; their event times are of UTC+7."""
    return Touched(
        len(rows),
        sorted({row.area for row in rows if row.area is not None}),
        sorted({row.organisation for row in rows if row.organisation is not None}),
        sorted(day.isoformat() for day in {row.at.date() for row in rows}),
        min((row.line for row in rows), default=0),
        max((row.line for row in rows), default=0),
    )


def why_not_decide(batch: Batch, by: str) -> str | None:
    """The reason code for which somebody may not approve or refuse a batch; None where they may."""
    if batch.submitted_by == by:
        return "approver_is_author"
    if batch.approval is not Approval.PENDING:
        return "not_pending"
    if batch.counts_until is not None:
        return "batch_closed"
    if batch.completed_at is None:
        return "batch_incomplete"
    return None
