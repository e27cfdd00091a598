"""`haidang records submit`, `validate`, `template`: files that are handed in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from haidang_client import problem_of
from ioc.records.v1 import records_pb2 as pb

from services.cli import record_files
from services.cli.client import EXIT_FAILED, EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, session_of
from services.cli.output import show
from services.cli.records_rows import batch_row, declared, tell_refused
from services.cli.stubs import records_stub
from services.cli.watching import FIRST_RETRY_S, LONGEST_RETRY_S
from services.records.templates import WORDS, template_columns, template_mapping
from services.runtime.tables.domain import TableError
from services.runtime.tables.mapping import BadMapping, Mapping, parse_mapping
from services.runtime.tables.template import write_template

MOST_TRIES = 10

File = Annotated[Path, typer.Argument(help="CSV, JSON, JSON lines or XLSX.", exists=True, dir_okay=False)]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", "-m", help="Mapping of its columns, TOML.", exists=True)
]
DatasetKey = Annotated[str, typer.Option("--dataset", "-d", help="Of a template that was filled in.")]


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


def validate(
    context: typer.Context,
    file: File,
    mapping: MappingFile = None,
    dataset: DatasetKey = "",
    as_json: AsJson = False,
) -> None:
    """What would become of a file; nothing is stored."""
    _hand_in(session_of(context), file, mapping, dataset, as_json, validate_only=True)


def template(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Key of the dataset.")],
    file: Annotated[Path, typer.Argument(help="XLSX to write.", dir_okay=False)],
) -> None:
    """A workbook to fill in; hand it in with `submit FILE --dataset KEY`."""
    session = session_of(context)
    with session.channel() as channel:
        columns = template_columns(declared(session, records_stub(channel), dataset))
    with file.open("wb") as stream:
        write_template(stream, columns, WORDS)


def _hand_in(
    session: Session, path: Path, mapping: Path | None, dataset: str, as_json: bool, **said: Any
) -> None:
    with session.channel() as channel:
        how = _mapping(session, channel, mapping, dataset)
        try:
            with path.open("rb") as stream:
                file = record_files.looked_through(stream, how)
        except TableError as error:
            raise CommandError(_of_file(error, session), EXIT_USAGE) from error
        except OSError as error:
            raise CommandError(str(error), EXIT_FAILED) from error
        with file:
            header = pb.Header(dataset=how.dataset, content_sha256=file.sha256, **said)
            header.idempotency_key = header.idempotency_key or file.key
            answer = _sent(session, records_stub(channel), header, file)
    show([batch_row(answer.batch)], as_json=as_json, language=session.language)
    tell_refused(list(answer.rejected), session, answer.batch.rejected)


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
        return template_mapping(declared(session, records_stub(channel), dataset))
    try:
        return parse_mapping(mapping.read_text(encoding="utf-8"))
    except (BadMapping, OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{mapping}: {error}", EXIT_USAGE) from error


def _of_file(error: TableError, session: Session) -> str:
    where = "" if error.line is None else f"{error.line}: "
    return f"{where}{error.reason}: {error.detail_vi if session.language == 'vi' else error.detail_en}"
