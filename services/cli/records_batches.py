"""`haidang records status`, `mend`, `withdraw`, `approve`: what becomes of batches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.records.v1 import records_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, Limit, session_of
from services.cli.output import note, show
from services.cli.records_rows import batch_row, sentence, tell_refused
from services.cli.stubs import records_stub

MOST_MENDED = 500  # lines in one request

Number = Annotated[int, typer.Argument(help="Number of the batch.", min=1)]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]


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
            show(map(batch_row, found), as_json=as_json, language=session.language)
            return
        one = session.call(stub.GetBatch, pb.GetBatchRequest(batch=batch)).batch
        show([batch_row(one)], as_json=as_json, language=session.language)
        for told, row in enumerate(_refused(session, stub, batch)):
            if told >= limit:
                note(words.message("more", session.language))
                return
            note(sentence(row, session))


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
    show([batch_row(one)], as_json=as_json, language=session.language)
    tell_refused(still, session)


def withdraw(context: typer.Context, batch: Number, reason: Reason, as_json: AsJson = False) -> None:
    """From now on the batch counts nowhere."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.WithdrawBatchRequest(batch=batch, reason=reason)
        one = session.call(records_stub(channel).WithdrawBatch, request).batch
    show([batch_row(one)], as_json=as_json, language=session.language)


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
    show([batch_row(one)], as_json=as_json, language=session.language)


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
