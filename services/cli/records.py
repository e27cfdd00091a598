"""`haidang records`: what the administrative systems hand in, what became of it, and what stands."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages, problem_of
from ioc.records.v1 import records_pb2 as pb

from services.cli import record_files, words
from services.cli.client import EXIT_FAILED, EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, Limit, moment, session_of
from services.cli.output import Row, note, show, write_json, write_line
from services.cli.records_pull import pull
from services.cli.stubs import records_stub
from services.cli.times import from_timestamp, to_timestamp
from services.cli.watching import FIRST_RETRY_S, LONGEST_RETRY_S, follow
from services.records.datasets import Dataset, parse_dataset
from services.records.templates import WORDS, template_columns, template_mapping
from services.runtime.tables.domain import TableError
from services.runtime.tables.mapping import BadMapping, Mapping, parse_mapping
from services.runtime.tables.template import write_template

app = typer.Typer(no_args_is_help=True, help="Records of the administrative systems.")

MOST_TOLD = 20  # refused lines that are shown
MOST_TRIES = 10
MOST_MENDED = 500  # lines in one request

File = Annotated[Path, typer.Argument(help="CSV, JSON, JSON lines or XLSX.", exists=True, dir_okay=False)]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", "-m", help="Mapping of its columns, TOML.", exists=True)
]
DatasetKey = Annotated[str, typer.Option("--dataset", "-d", help="Of a template that was filled in.")]
Number = Annotated[int, typer.Argument(help="Number of the batch.", min=1)]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]

app.command()(pull)


@app.command()
def submit(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    dataset: DatasetKey = "",
    key: Annotated[str, typer.Option("--key", help="Idempotency key; else of the file's content.")] = "",
    author: Annotated[str, typer.Option("--author", help="Who typed the figures in.")] = "",
    document: Annotated[str, typer.Option("--document", help="Number of their document.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hands in a file. Stopped, the same command goes on; repeated, it stores nothing new."""
    said = {"idempotency_key": key, "author": author, "document": document}
    _hand_in(session_of(context), file, mapping, dataset, as_json, **said)


@app.command()
def validate(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    dataset: DatasetKey = "",
    as_json: AsJson = False,
) -> None:
    """What would become of a file; nothing is stored."""
    _hand_in(session_of(context), file, mapping, dataset, as_json, validate_only=True)


@app.command()
def datasets(context: typer.Context, as_json: AsJson = False) -> None:
    """The datasets that are declared."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(records_stub(channel).ListDatasets, pb.ListDatasetsRequest()).datasets
    rows = (
        {
            "dataset": d.key,
            "name_vi": d.title_vi,
            "kind": d.kind,
            "promise": d.promise_every,
            "duty": d.duty_vi,
        }
        for d in found
    )
    show(rows, as_json=as_json, language=session.language)


@app.command()
def template(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Key of the dataset.")],
    file: Annotated[Path, typer.Argument(help="XLSX to write.", dir_okay=False)],
) -> None:
    """A workbook to fill in; hand it in with `submit FILE --dataset KEY`."""
    session = session_of(context)
    with session.channel() as channel:
        declared = _declared(session, channel, dataset)
    with file.open("wb") as stream:
        write_template(stream, template_columns(declared), WORDS)


@app.command()
def status(
    context: typer.Context,
    batch: Annotated[int | None, typer.Argument(help="Number of a batch; none: the newest.")] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Batches with their counts; of one batch also its refused lines."""
    session = session_of(context)
    with session.channel() as channel:
        stub = records_stub(channel)
        if batch is None:
            found = session.call(stub.ListBatches, pb.ListBatchesRequest(page_size=limit)).batches
            show(map(_batch_row, found), as_json=as_json, language=session.language)
            return
        one = session.call(stub.GetBatch, pb.GetBatchRequest(batch=batch)).batch
        show([_batch_row(one)], as_json=as_json, language=session.language)
        for told, row in enumerate(_refused(session, stub, batch)):
            if told >= limit:
                note(words.message("more", session.language))
                return
            note(_sentence(row, session))


@app.command()
def mend(
    context: typer.Context,
    batch: Number,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help='JSON lines: {"line": 7, "cells": {…}}.', exists=True)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judges refused lines anew: with other cells, or without a file all as they are."""
    session = session_of(context)
    with session.channel() as channel:
        stub = records_stub(channel)
        mends = (
            _mends(file)
            if file
            else [pb.Mend(line=one.line) for one in _refused(session, stub, batch) if one.cells_json]
        )
        still: list[Any] = []
        for first in range(0, len(mends), MOST_MENDED):
            request = pb.MendRowsRequest(batch=batch, rows=mends[first : first + MOST_MENDED])
            still += session.call(stub.MendRows, request).rejected
        one = session.call(stub.GetBatch, pb.GetBatchRequest(batch=batch)).batch
    show([_batch_row(one)], as_json=as_json, language=session.language)
    _tell_refused(still, session)


@app.command()
def withdraw(context: typer.Context, batch: Number, reason: Reason, as_json: AsJson = False) -> None:
    """From now on the batch counts nowhere."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.WithdrawBatchRequest(batch=batch, reason=reason)
        one = session.call(records_stub(channel).WithdrawBatch, request).batch
    show([_batch_row(one)], as_json=as_json, language=session.language)


@app.command()
def approve(
    context: typer.Context,
    batch: Number,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it instead; say why.")] = False,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Lets typed-in figures count; not by the token that handed them in."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ApproveBatchRequest(batch=batch, refuse=refuse, reason=reason)
        one = session.call(records_stub(channel).ApproveBatch, request).batch
    show([_batch_row(one)], as_json=as_json, language=session.language)


@app.command("list")
def list_(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Key of the dataset.")],
    start: Annotated[str, typer.Option("--start", "-s", help="Event time, inclusive.")] = "",
    end: Annotated[str, typer.Option("--end", "-e", help="Event time, exclusive.")] = "",
    area: Annotated[str, typer.Option("--area", help="Code of a unit.")] = "",
    organisation: Annotated[str, typer.Option("--organisation", help="Code of an organisation.")] = "",
    known: Annotated[str, typer.Option("--known", help="As it was known at this time.")] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The records that stand, or stood."""
    session = session_of(context)
    request = pb.ListRecordsRequest(dataset=dataset, area_code=area, organisation=organisation)
    for field, text in (("start", start), ("end", end), ("known_at", known)):
        if text:
            getattr(request, field).CopyFrom(to_timestamp(moment(text)))
    with session.channel() as channel:
        stub = records_stub(channel)

        def ask(token: str) -> Any:
            request.page_token, request.page_size = token, min(limit, 1000)
            return session.call(stub.ListRecords, request)

        found = []
        for page in pages(ask):
            found += page.records
            if len(found) >= limit:
                break
    show(map(_record_row, found[:limit]), as_json=as_json, language=session.language)


@app.command()
def watch(
    context: typer.Context,
    dataset: Annotated[list[str] | None, typer.Argument(help="Keys; none means all.")] = None,
    resume: Annotated[str, typer.Option("--resume", help="Resume token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is appended, approved or withdrawn, as it happens."""
    session = session_of(context)
    with session.channel() as channel:
        stub = records_stub(channel)

        def ask(token: str) -> Any:
            return stub.WatchRecords(pb.WatchRecordsRequest(datasets=dataset or [], resume_token=token))

        for response in follow(session, ask, resume):
            if response.HasField("change"):
                row = _change_row(response)
                write_json(row) if as_json else write_line(row, session.language)


def _hand_in(
    session: Session, path: Path, mapping: Path | None, dataset: str, as_json: bool, **said: Any
) -> None:
    with session.channel() as channel:
        how = _mapping(session, channel, mapping, dataset)
        try:
            file = record_files.looked_through(path, how)
        except TableError as error:
            raise CommandError(_of_file(error, session), EXIT_USAGE) from error
        header = pb.Header(dataset=how.dataset, content_sha256=file.sha256, **said)
        header.idempotency_key = header.idempotency_key or file.key
        answer = _sent(session, records_stub(channel), header, file)
    show([_batch_row(answer.batch)], as_json=as_json, language=session.language)
    _tell_refused(list(answer.rejected), session, answer.batch.rejected)


def _sent(session: Session, stub: Any, header: pb.Header, file: record_files.RecordFile) -> Any:
    """Taken up again where the connection is lost or the server says so."""
    retry_s = FIRST_RETRY_S
    for tries in range(1, MOST_TRIES + 1):
        try:
            return record_files.submit(stub, header, file)
        except grpc.RpcError as error:
            problem = problem_of(error)
            if problem.again != "yes" or tries == MOST_TRIES:
                raise session.explain(error) from error
            time.sleep(max(retry_s, problem.after_s or 0.0))
            retry_s = min(LONGEST_RETRY_S, retry_s * 2)
    raise AssertionError("the last try returns or raises")


def _mapping(session: Session, channel: grpc.Channel, mapping: Path | None, dataset: str) -> Mapping:
    if (mapping is None) == (not dataset):
        raise typer.BadParameter("--mapping FILE, or --dataset KEY of a template that was filled in")
    if mapping is None:
        return template_mapping(_declared(session, channel, dataset))
    try:
        return parse_mapping(mapping.read_text(encoding="utf-8"))
    except (BadMapping, OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{mapping}: {error}", EXIT_USAGE) from error


def _declared(session: Session, channel: grpc.Channel, key: str) -> Dataset:
    answer = session.call(records_stub(channel).ListDatasets, pb.ListDatasetsRequest(key=key))
    return parse_dataset(answer.datasets[0].declaration)


def _refused(session: Session, stub: Any, batch: int) -> Any:
    def ask(token: str) -> Any:
        request = pb.ListRejectedRequest(batch=batch, page_token=token)
        return session.call(stub.ListRejected, request)

    return (row for page in pages(ask) for row in page.rows)


def _mends(file: Path) -> list[pb.Mend]:
    try:
        told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [
            pb.Mend(line=one["line"], cells_json=json.dumps(one.get("cells", {}), ensure_ascii=False))
            for one in told
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file}: {error}", EXIT_USAGE) from error


def _tell_refused(rows: list[Any], session: Session, all_of_them: int | None = None) -> None:
    for row in rows[:MOST_TOLD]:
        note(_sentence(row, session))
    if rows[MOST_TOLD:]:
        note(words.message("more", session.language))
    if rows or all_of_them:
        raise CommandError(words.message("some_refused", session.language), EXIT_FAILED)


def _sentence(row: Any, session: Session) -> str:
    detail = row.detail_vi if session.language == "vi" else row.detail_en
    return f"{row.line}: {row.field}: {row.reason}: {detail}"


def _of_file(error: TableError, session: Session) -> str:
    where = "" if error.line is None else f"{error.line}: "
    return f"{where}{error.reason}: {error.detail_vi if session.language == 'vi' else error.detail_en}"


def _batch_row(batch: Any) -> Row:
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


def _record_row(record: Any) -> Row:
    return {
        "batch": record.batch,
        "line": record.line,
        "at": from_timestamp(record.at),
        "area_code": record.area_code or None,
        "organisation": record.organisation or None,
        "late": "late" if record.late else None,
        "values": record.values_json,
    }


def _change_row(response: Any) -> Row:
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
