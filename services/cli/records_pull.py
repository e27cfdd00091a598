"""`haidang records pull`: asks HTTP sources for what is new and hands it in, as the collector does."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from ioc.records.v1 import records_pb2 as pb

from services.cli import record_files, words
from services.cli.client import EXIT_FAILED, EXIT_USAGE, CommandError, Session
from services.cli.options import session_of
from services.cli.output import note
from services.cli.stubs import records_stub
from services.records.fetching import Fetcher, PullFailed
from services.records.pulling import OPENS_AFTER, BadSources, Breaker, Source, parse_sources
from services.records.sources import read_mapping
from services.runtime.tables.domain import TableError

REST_S = 0.5


def pull(
    context: typer.Context,
    sources: Annotated[Path, typer.Argument(help="TOML file of sources.", exists=True, dir_okay=False)],
    state: Annotated[Path, typer.Option("--state", help="Folder that remembers the cursors.")] = Path("."),
    secrets: Annotated[Path | None, typer.Option("--secrets", help="Folder of secrets, a file each.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Until nothing is new, then end.")] = False,
) -> None:
    """Asks each source for what lies behind its cursor. Stopped, nothing is lost or stored twice."""
    session = session_of(context)
    try:
        declared = parse_sources(sources.read_text(encoding="utf-8"))
        pulled = [Pulled(source, sources.parent, secrets, state) for source in declared]
        state.mkdir(parents=True, exist_ok=True)
    except (BadSources, OSError, ValueError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    with session.channel() as channel:
        stub = records_stub(channel)
        if once:
            _once(session, stub, pulled)
            return
        while True:
            for one in pulled:
                if one.breaker.until <= time.monotonic():
                    _step(session, stub, one)
            time.sleep(REST_S)


class Pulled:
    """A source, where it is, and how it does."""

    def __init__(self, source: Source, folder: Path, secrets: Path | None, state: Path) -> None:
        self.source = source
        self.mapping = read_mapping(source, folder)
        self.breaker = Breaker()
        self._fetcher = Fetcher(source, secrets)
        self._place = state / f"{source.name}.cursor"

    def step(self, stub: Any) -> bool:
        """One page; whether there may be more at once.

        Raises:
            PullFailed: the source did not answer, or not so that it can be read.
            grpc.RpcError: it could not be handed in.
        """
        cursor = self._cursor()
        page = self._fetcher.page(cursor)
        try:
            file = record_files.looked_through(BytesIO(page.body), self.mapping)
        except TableError as error:
            raise PullFailed(str(error)) from error
        with file:
            if file.lines:
                record_files.submit(stub, self._header(file.sha256), file)
        if page.following and page.following != cursor:
            self._keep(page.following)
            return bool(file.lines)
        return False

    def _header(self, sha256: str) -> pb.Header:
        return pb.Header(
            dataset=self.mapping.dataset,
            idempotency_key=f"pull:{self.source.name}:{sha256}",
            content_sha256=sha256,
            author=self.source.author,
            document=self.source.document,
        )

    def _cursor(self) -> str:
        try:
            return self._place.read_text(encoding="utf-8")
        except FileNotFoundError:
            return self.source.first_cursor

    def _keep(self, cursor: str) -> None:
        """Only once the page is handed in: a page that was handed in twice is the same batch."""
        fresh = self._place.with_suffix(".new")
        fresh.write_text(cursor, encoding="utf-8")
        fresh.replace(self._place)


def _step(session: Session, stub: Any, one: Pulled) -> bool:
    """Asks once and says what went wrong; whether there may be more at once."""
    try:
        more = one.step(stub)
    except PullFailed as failed:
        problem = str(failed)
    except grpc.RpcError as error:
        problem = str(session.explain(error))
    else:
        one.breaker = Breaker(until=time.monotonic() + (0.0 if more else one.source.every_s))
        return more
    one.breaker = one.breaker.failed(one.source, time.monotonic())
    wait_s = round(one.breaker.until - time.monotonic())
    key = "source_rests" if one.breaker.failures >= OPENS_AFTER else "source_failed"
    note(words.message(key, session.language, source=one.source.name, detail=problem, wait_s=wait_s))
    return False


def _once(session: Session, stub: Any, pulled: list[Pulled]) -> None:
    given_up = False
    for one in pulled:
        while one.breaker.failures < OPENS_AFTER:
            more = _step(session, stub, one)
            if not more and not one.breaker.failures:
                break
            if 0 < one.breaker.failures < OPENS_AFTER:
                time.sleep(max(0.0, one.breaker.until - time.monotonic()))
        else:
            given_up = True
    if given_up:
        raise CommandError(words.message("some_sources_failed", session.language), EXIT_FAILED)
