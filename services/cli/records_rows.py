"""Datasets as declared, and batches, refused lines, records and changes as people read them."""

from __future__ import annotations

from typing import Any

from ioc.records.v1 import records_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_FAILED, CommandError, Session
from services.cli.output import Row, note
from services.cli.times import from_timestamp
from services.records.datasets import Dataset, parse_dataset

MOST_TOLD = 20  # refused lines that are shown


def declared(session: Session, stub: Any, key: str) -> Dataset:
    """A dataset as the server has it."""
    answer = session.call(stub.ListDatasets, pb.ListDatasetsRequest(key=key))
    return parse_dataset(answer.datasets[0].declaration)


def batch_row(batch: Any) -> Row:
    """A batch with its counts."""
    return {
        "batch": batch.batch,
        "dataset": batch.dataset,
        "lines": batch.lines,
        "stored": batch.stored,
        "duplicate": batch.duplicate,
        "corrected": batch.corrected,
        "rejected": batch.rejected,
        "late": batch.late,
        "state": _state(batch),
        "issued_by": batch.submitted_by,
        "at": from_timestamp(batch.opened_at),
    }


def _state(batch: Any) -> str:
    if batch.HasField("withdrawn_at"):
        return "withdrawn"
    if not batch.HasField("completed_at"):
        return "unfinished"
    if batch.approval in (pb.APPROVAL_PENDING, pb.APPROVAL_REFUSED):
        return pb.Approval.Name(batch.approval).removeprefix("APPROVAL_").lower()
    return "taken" if batch.batch else "validated"


def record_row(record: Any) -> Row:
    """A version that stands, or stood."""
    return {
        "batch": record.batch,
        "line": record.line,
        "at": from_timestamp(record.at),
        "revision": record.revision,
        "area_code": record.area_code or None,
        "organisation": record.organisation or None,
        "late": "late" if record.late else None,
        "values": record.values_json,
    }


def change_row(response: Any) -> Row:
    """A change as it is watched."""
    change = response.change
    return {
        "position": response.position,
        "dataset": change.dataset,
        "batch": change.batch,
        "cause": change.cause,
        "rows": change.rows,
        "areas": list(change.areas),
        "organisations": list(change.organisations),
        "days": list(change.days),
        "resume_token": response.resume_token,
    }


def tell_refused(rows: list[Any], session: Session, all_of_them: int | None = None) -> None:
    """Names the first refused lines.

    Raises:
        CommandError: some are refused; `all_of_them`: how many, where `rows` are only the first.
    """
    for row in rows[:MOST_TOLD]:
        note(sentence(row, session))
    if rows[MOST_TOLD:]:
        note(words.message("more", session.language))
    if rows or all_of_them:
        raise CommandError(words.message("some_refused", session.language), EXIT_FAILED)


def sentence(row: Any, session: Session) -> str:
    """A refused line, in the language of the session."""
    detail = row.detail_vi if session.language == "vi" else row.detail_en
    return f"{row.line}: {row.field}: {row.reason}: {detail}"
