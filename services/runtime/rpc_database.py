"""The database from asyncio: synchronous work in threads, as many as the pool has connections.

A cancelled call cancels its query on the server.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

import structlog

from services.runtime.db import Connection, DatabaseError, Pool, probe, statements, transaction
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)

CANCEL_TIMEOUT_S = 3.0

P = ParamSpec("P")
T = TypeVar("T")
Borrow: TypeAlias = Callable[[Pool], AbstractContextManager[Connection]]


class Database:
    """Runs functions `(connection, …) -> result`, each in a transaction of its own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._work = ThreadPoolExecutor(pool.max_size, f"db-{pool.name}")
        self._cancels = ThreadPoolExecutor(1, f"db-cancel-{pool.name}")

    async def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work`, committed.

        Raises:
            Unavailable: the database is away.
        """
        return await self._run(transaction, lambda connection: work(connection, *args, **kwargs))

    async def statements(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same without a transaction around: reads save two trips to the server, writers open their own.

        Raises:
            Unavailable: the database is away.
        """
        return await self._run(statements, lambda connection: work(connection, *args, **kwargs))

    async def _run(self, borrow: Borrow, work: Callable[[Connection], T]) -> T:
        call = _Call()
        loop = asyncio.get_running_loop()

        def task() -> T:
            with borrow(self._pool) as connection, call.on(connection):
                return work(connection)

        future = loop.run_in_executor(self._work, task)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.cancel()  # where it has not begun
            future.add_done_callback(_retrieve_outcome)
            self._cancels.submit(call.cancel)
            raise

    def probe(self) -> str | None:
        """Readiness: None when well, else the reason. Blocks up to 2 s."""
        return probe(self._pool)

    def close(self) -> None:
        """Waits for work under way, then closes the pool."""
        self._work.shutdown(wait=True, cancel_futures=True)
        self._cancels.shutdown(wait=True)
        self._pool.close()


class _Call:
    """One piece of work. The lock keeps a late cancel from hitting the next user of the connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._cancelled = False

    def on(self, connection: Connection) -> "_Call":
        with self._lock:
            if self._cancelled:
                raise Unavailable("cancelled before it began")
            self._connection = connection
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._connection = None

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._connection is None:
                return
            try:
                self._connection.cancel_safe(timeout=CANCEL_TIMEOUT_S)
            except DatabaseError as error:
                log.warning("db.cancel_failed", error=str(error))


def _retrieve_outcome(future: "asyncio.Future[T]") -> None:
    """Takes the outcome of work whose caller has gone, so that asyncio does not report it as lost."""
    if not future.cancelled():
        future.exception()
