"""Pulling sources by the clock: each claimed, asked, its page stored, its cursor moved."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Protocol

import structlog

from services.records import changing, store_sources
from services.records.domain import Batch, Header
from services.records.fetching import Fetcher, Page, PullFailed
from services.records.handing_in import hand_in
from services.records.metrics import ASKED, REJECTED
from services.records.own_work import OwnPages, own_sources
from services.records.pulling import Breaker, BreakerState
from services.records.rpc_known import Known
from services.records.sources import Pulled
from services.records.store_sources import Claim
from services.runtime.db import Pool, transaction
from services.runtime.outcome import Unavailable
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.tables.domain import TableError
from services.runtime.tables.reading import read_batches

log = structlog.get_logger(__name__)

AT_A_TIME = 4  # sources; each holds its page in memory
ROWS_A_CHUNK = 5_000
LEASES = 2  # of its timeout; a process that is killed over a source is given up behind that


class Pages(Protocol):
    """Where a source's pages come from."""

    def page(self, cursor: str) -> Page:
        """What lies behind a cursor. Raises PullFailed, or Unavailable."""


class Collector:
    """Asks declared sources and our own when they are due, several at a time, none twice at a time."""

    def __init__(self, pool: Pool, known: Known, declared: Sequence[Pulled], secrets: Path | None) -> None:
        self._pool, self._known = pool, known
        own = own_sources(known)
        self._sources = {one.source.name: one for one in (*declared, *own)}
        self._fetchers: dict[str, Pages] = {
            **{one.source.name: Fetcher(one.source, secrets) for one in declared},
            **{one.source.name: OwnPages(pool, one.mapping.dataset) for one in own},
        }
        self._work = ThreadPoolExecutor(AT_A_TIME, "pull")
        self._under_way: set[str] = set()
        self._lock = threading.Lock()
        self._declared = False

    @property
    def names(self) -> Collection[str]:
        """Of all sources."""
        return self._sources.keys()

    def turn(self) -> None:
        """Begins with what is due, as far as hands are free.

        Raises:
            Unavailable: the database is away.
        """
        self._declare()
        with self._lock:
            idle = self._sources.keys() - self._under_way
        free = AT_A_TIME - (len(self._sources) - len(idle))
        if not idle or free <= 0:
            return
        now = datetime.now(UTC)
        with transaction(self._pool) as connection:
            claims = store_sources.claim(
                connection, {name: self._until(name, now) for name in idle}, free, now
            )
        for claim in claims:
            with self._lock:
                self._under_way.add(claim.name)
            self._work.submit(self._ask, self._sources[claim.name], claim)

    def stop(self) -> None:
        """Waits for the pages that are under way."""
        self._work.shutdown(wait=True)

    def _until(self, name: str, now: datetime) -> datetime:
        return now + timedelta(seconds=LEASES * self._sources[name].source.timeout_s)

    def _declare(self) -> None:
        if self._declared:
            return
        with transaction(self._pool) as connection:
            told = [(one.source, one.mapping.dataset) for one in self._sources.values()]
            store_sources.declare(connection, told, datetime.now(UTC))
        self._declared = True

    def _ask(self, one: Pulled, claim: Claim) -> None:
        try:
            self._pull(one, claim)
        except Unavailable as error:  # ours, not the source's: it is asked again when the claim is over
            log.warning("collector.put_off", source=claim.name, error=str(error))
        except Exception as error:
            log.error("collector.unexpected", source=claim.name, exc_info=error)
        finally:
            with self._lock:
                self._under_way.discard(claim.name)

    def _pull(self, one: Pulled, claim: Claim) -> None:
        try:
            page = self._fetchers[claim.name].page(claim.cursor)
            batch = self._store(one, claim, page)
        except (PullFailed, TableError, InvalidRequest) as error:
            self._failed(one, claim, str(error))
            return
        except Unavailable:
            raise
        except Exception as error:
            self._failed(one, claim, repr(error))
            raise
        ASKED.labels(claim.name, "stored").inc()
        if batch is not None:
            REJECTED.labels(claim.name).inc(batch.rejected)
            told = {"batch": batch.batch, "lines": batch.lines, "rejected": batch.rejected}
            log.info("collector.pulled", source=claim.name, **told)

    def _store(self, one: Pulled, claim: Claim, page: Page) -> Batch | None:
        """The page as a batch, if it brings any; it ends, and the cursor moves, in one transaction."""
        header = _header(one, page)
        parts = read_batches(BytesIO(page.body), one.mapping, ROWS_A_CHUNK)
        batch = hand_in(self._pool, self._known, header, f"source:{claim.name}", parts)
        now = datetime.now(UTC)
        following = page.following or claim.cursor
        more = batch is not None and following != claim.cursor
        due_at = now if more else now + timedelta(seconds=one.source.every_s)
        if batch is not None and batch.completed_at is not None:
            batch = None  # it came before
        with transaction(self._pool) as connection:
            if batch is not None:
                batch = changing.complete(connection, batch.batch, now)
            lines = batch.lines if batch else 0
            store_sources.succeeded(connection, claim, following, lines, now, due_at)
        return batch

    def _failed(self, one: Pulled, claim: Claim, problem: str) -> None:
        now = datetime.now(UTC)
        breaker = Breaker(claim.failures).failed(one.source, now.timestamp())
        until = datetime.fromtimestamp(breaker.until, UTC)
        with transaction(self._pool) as connection:
            store_sources.failed(connection, claim.name, problem, breaker.failures, now, until)
        ASKED.labels(claim.name, "failed").inc()
        log.warning(
            "collector.source_failed",
            source=claim.name,
            error=problem,
            failures=breaker.failures,
            rests=breaker.state(now.timestamp()) is BreakerState.OPEN,
            again_s=round((until - now).total_seconds(), 1),
        )


def _header(one: Pulled, page: Page) -> Header:
    """An equal page is the same batch: an asking that was killed goes on, a repeated one stores nothing."""
    digest = hashlib.sha256(page.body)
    digest.update(repr(one.mapping).encode())
    sha256 = digest.hexdigest()
    return Header(
        dataset=one.mapping.dataset,
        idempotency_key=f"pull:{sha256}",
        author=one.source.author,
        document=one.source.document,
        content_sha256=sha256,
    )
