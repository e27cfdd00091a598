"""`haidang records pull`: asks HTTP sources for what is new, and hands it in."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
import urllib3
from ioc.records.v1 import records_pb2 as pb

from services.cli import record_files, words
from services.cli.client import EXIT_FAILED, EXIT_USAGE, CommandError, Session
from services.cli.options import session_of
from services.cli.output import note
from services.cli.stubs import records_stub
from services.records.pulling import BadSources, Breaker, Source, next_cursor, parse_sources
from services.runtime.tables.domain import TableError
from services.runtime.tables.mapping import BadMapping, Mapping, parse_mapping

REST_S = 0.5


class PullFailed(Exception):
    """A source did not give what it should; it is asked again."""


def pull(
    context: typer.Context,
    sources: Annotated[Path, typer.Argument(help="TOML file of sources.", exists=True, dir_okay=False)],
    state: Annotated[Path, typer.Option("--state", help="Folder that remembers the cursors.")] = Path("."),
    once: Annotated[bool, typer.Option("--once", help="Until nothing is new, then end.")] = False,
) -> None:
    """Asks each source for what lies behind its cursor. Stopped, nothing is lost or stored twice."""
    session = session_of(context)
    try:
        declared = parse_sources(sources.read_text(encoding="utf-8"))
        pulled = [Pulled(source, sources.parent, state) for source in declared]
    except (BadSources, BadMapping, OSError, ValueError) as error:
        raise CommandError(str(error), EXIT_USAGE) from error
    state.mkdir(parents=True, exist_ok=True)
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

    def __init__(self, source: Source, folder: Path, state: Path) -> None:
        self.source = source
        self.mapping: Mapping = parse_mapping((folder / source.mapping).read_text(encoding="utf-8"))
        self.breaker = Breaker()
        self._place = state / f"{source.name}.cursor"
        self._page = state / f"{source.name}.page"
        self._headers = _headers(folder / source.headers_file) if source.headers_file else {}
        self._http = urllib3.PoolManager(retries=False, timeout=source.timeout_s)

    def step(self, stub: Any) -> bool:
        """One page; whether there may be more at once.

        Raises:
            PullFailed: the source did not answer, or not so that it can be read.
            grpc.RpcError: it could not be handed in.
        """
        cursor = self._cursor()
        following = self._fetch(cursor)
        try:
            file = record_files.looked_through(self._page, self.mapping)
        except TableError as error:
            raise PullFailed(str(error)) from error
        if file.lines:
            header = pb.Header(
                dataset=self.mapping.dataset,
                idempotency_key=f"pull:{self.source.name}:{file.sha256}",
                content_sha256=file.sha256,
                author=self.source.author,
                document=self.source.document,
            )
            record_files.submit(stub, header, file)
        if following and following != cursor:
            self._keep(following)
            return bool(file.lines)
        return False

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

    def _fetch(self, cursor: str) -> str:
        """Writes the page beside the cursor; the next cursor."""
        most = self.source.most_bytes
        try:
            with self._http.request(
                "GET", self.source.address(cursor), headers=self._headers, preload_content=False
            ) as answer:
                if answer.status != 200:
                    raise PullFailed(f"HTTP {answer.status}")
                body = answer.read(most + 1)
        except urllib3.exceptions.HTTPError as error:
            raise PullFailed(str(error)) from error
        if len(body) > most:
            raise PullFailed(f"more than {most} bytes")
        self._page.write_bytes(body)
        try:
            return next_cursor(json.loads(body), self.source.next_cursor)
        except (ValueError, RecursionError) as error:
            raise PullFailed(f"no JSON: {error}") from error


def _step(session: Session, stub: Any, one: Pulled) -> bool:
    """Asks once and says what went wrong; whether there may be more at once."""
    try:
        more = one.step(stub)
    except PullFailed as failed:
        problem = str(failed)
    except grpc.RpcError as error:
        problem = str(session.explain(error))
    else:
        one.breaker = one.breaker.worked(time.monotonic(), 0.0 if more else one.source.every_s)
        return more
    one.breaker = one.breaker.failed(time.monotonic())
    wait_s = round(one.breaker.until - time.monotonic())
    key = "source_rests" if one.breaker.is_open else "source_failed"
    note(words.message(key, session.language, source=one.source.name, detail=problem, wait_s=wait_s))
    return False


def _once(session: Session, stub: Any, pulled: list[Pulled]) -> None:
    failed = False
    for one in pulled:
        while not one.breaker.is_open:
            more = _step(session, stub, one)
            if one.breaker.failures:
                time.sleep(max(0.0, one.breaker.until - time.monotonic()) if not one.breaker.is_open else 0.0)
            elif not more:
                break
        failed = failed or one.breaker.is_open
    if failed:
        raise CommandError(words.message("some_sources_failed", session.language), EXIT_FAILED)


def _headers(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}
