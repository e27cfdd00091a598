"""Connections to PostgreSQL: pools that come back by themselves, and one table of what "not now" is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import psycopg_pool
from psycopg import errors, pq, sql
from psycopg.types.numeric import Int8BinaryLoader

from services.runtime.outcome import Unavailable

Connection = psycopg.Connection[Any]
Cursor = psycopg.Cursor[Any]
Pool = psycopg_pool.ConnectionPool[Connection]
SQL = sql.SQL
sql_identifier = sql.Identifier
DatabaseError = psycopg.Error

STATEMENT_TIMEOUT_S = 30
BORROW_TIMEOUT_S = 5.0
# TimescaleDB refuses a statement that meets more than 100,000 compressed rows, as a few late readings of a
# busy week do: such a batch could never be stored. Without the extension it is a name like any other.
_COMPRESSED_ROWS_WITHOUT_LIMIT = "timescaledb.max_tuples_decompressed_per_dml_transaction=0"

# Compiling pays off in long statements bound by the CPU; in short ones it takes more than it saves. Ours are
# short, or long for what they read and write, and an estimated cost that is high has many compiled.
# https://www.postgresql.org/docs/current/jit-decision.html
_UNCOMPILED = "jit=off"

# What a restart, a cut line, a full disk or a rival transaction causes: the same call may succeed later.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, psycopg_pool.PoolTimeout)


def open_pool(dsn: str, name: str, size: int = 4) -> Pool:
    """A pool of at most `size` connections; it opens also while the database is away.

    `name` is shown as application_name in pg_stat_activity.
    """
    return psycopg_pool.ConnectionPool(
        dsn,
        min_size=1,
        max_size=size,
        open=True,
        name=name,
        timeout=BORROW_TIMEOUT_S,
        reconnect_timeout=0,  # give up at once and try anew at the next borrow: a pool never ends up broken
        check=psycopg_pool.ConnectionPool.check_connection,
        kwargs=_arguments(name),
    )


def connect(dsn: str, name: str, *, autocommit: bool = False) -> Connection:
    """One connection of its own, for what must keep a session: locks, LISTEN, migrations."""
    try:
        return psycopg.connect(dsn, autocommit=autocommit, **_arguments(name))
    except _PASSING as error:
        raise Unavailable(str(error)) from error


@contextmanager
def transaction(pool: Pool) -> Iterator[Connection]:
    """A connection whose work is committed at the end.

    Raises:
        Unavailable: the database is away, or refused for a reason that passes.
    """
    try:
        with pool.connection() as connection:
            yield connection
    except _PASSING as error:
        raise Unavailable(str(error)) from error


@contextmanager
def statements(pool: Pool) -> Iterator[Connection]:
    """A connection each of whose statements is a transaction of its own.

    Raises:
        Unavailable: the database is away, or refused for a reason that passes.
    """
    with transaction(pool) as connection:
        connection.autocommit = True
        try:
            yield connection
        finally:
            if not connection.closed:
                connection.autocommit = False


def number_cursor(connection: Connection) -> Cursor:
    """A cursor that reads a timestamptz as it is kept: microseconds since 2000-01-01T00:00:00Z."""
    cursor = connection.cursor(binary=True)
    cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
    return cursor


@contextmanager
def passing_errors() -> Iterator[None]:
    """Turns what may succeed later into Unavailable, for work on a connection of one's own."""
    try:
        yield
    except _PASSING as error:
        raise Unavailable(str(error)) from error


def probe(pool: Pool) -> str | None:
    """Readiness: None where a statement goes through, else the reason."""
    try:
        with pool.connection(timeout=2.0) as connection:
            connection.execute("SELECT 1")
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        return str(error) or type(error).__name__
    return None


def require_cooperative_wait() -> None:
    """Fails where psycopg's compiled wait would block every greenlet (it knows gevent, not eventlet).

    Raises:
        RuntimeError: PSYCOPG_WAIT_FUNC was not set before psycopg was imported.
    """
    from psycopg import waiting

    if waiting.wait not in (waiting.wait_selector, waiting.wait_select):
        raise RuntimeError("set PSYCOPG_WAIT_FUNC=wait_selector before psycopg is imported")


def _arguments(name: str) -> dict[str, Any]:
    return {
        "application_name": name,
        "connect_timeout": 3,
        "options": f"-c statement_timeout={STATEMENT_TIMEOUT_S}s -c TimeZone=UTC"
        f" -c {_COMPRESSED_ROWS_WITHOUT_LIMIT} -c {_UNCOMPILED}",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,  # ms; a stalled line is noticed although nothing closes it
    }


__all__ = [
    "SQL",
    "Connection",
    "Cursor",
    "DatabaseError",
    "Pool",
    "connect",
    "errors",
    "number_cursor",
    "open_pool",
    "passing_errors",
    "pq",
    "probe",
    "require_cooperative_wait",
    "sql_identifier",
    "statements",
    "transaction",
]
