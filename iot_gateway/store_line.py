"""The connection to the store, and how often what fails is tried again."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings
from services.runtime.db import Connection, connect, errors, passing_errors
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)

Attempt = Callable[[Connection], None]

# A value is to blame, and will be at every try. (Classes 22 and 23; and what our own code raises.)
BLAMES_A_MESSAGE = (
    errors.DataError,
    errors.IntegrityError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
)
# The database says that something of its own is missing, forbidden or broken.
_BLAMES_THE_STORE = (errors.ProgrammingError, errors.NotSupportedError, errors.InternalError)
TRIES = 3  # of what fails in a way that nobody expected, before a message is blamed

# A writer that is stopped in the midst of a statement (SIGSTOP, a paused machine, a dead router) keeps its
# locks: no timeout of the server, and no cancelling, ends a statement that waits for its client. One that
# lives all the same has its batch rolled back, and stores it once more.
_END_THE_FROZEN = """
SELECT pid, application_name, pg_terminate_backend(pid) FROM pg_stat_activity
WHERE usename = current_user AND datname = current_database() AND backend_xid IS NOT NULL
    AND state = 'active' AND wait_event_type = 'Client' AND state_change < now() - make_interval(secs => %s)
"""


class Poison(Exception):
    """These messages will never be stored together."""


class TooSlow(Exception):
    """The database had no time for these messages in one statement; fewer of them may do."""


class NobodysFault(Exception):
    """Nothing that a message could say would help."""


class StoreLine:
    """`wait(seconds)` is called between tries."""

    def __init__(self, settings: GatewaySettings, metrics: Metrics, wait: Callable[[float], None]) -> None:
        self._settings = settings
        self._metrics = metrics
        self._wait = wait
        self._conn: Connection | None = None
        self.problem: str | None = None  # why the last try failed, None after a good one

    def once(self, attempt: Attempt) -> None:
        """One try; never raises."""
        try:
            with passing_errors():
                attempt(self._connection())
        except Exception as error:
            self._failed(error)
        else:
            self._recovered()

    def until_done(self, attempt: Attempt, trace_id: str = "") -> None:
        """Try until it works, ever less often, whatever fails."""
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            self._repeat(attempt, (), None)

    def until_stored(self, attempt: Attempt, trace_id: str, tries: int) -> None:
        """The same where messages may be to blame: at once, or after so many tries of the unexpected.

        Raises:
            Poison: they are, by its cause.
            TooSlow: the statement ran into its time limit.
        """
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            self._repeat(attempt, BLAMES_A_MESSAGE, tries)

    def close(self) -> None:
        """Give the connection back."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _repeat(self, attempt: Attempt, blames: tuple[type[Exception], ...], tries: int | None) -> None:
        delay_s = self._settings.retry_first_s
        while True:
            try:
                with passing_errors():
                    attempt(self._connection())
            except Exception as error:
                if isinstance(error, blames) and not is_nobodys_fault(error):
                    raise Poison from error
                self._failed(error)
                if tries is not None and isinstance(error.__cause__, errors.QueryCanceled):
                    raise TooSlow from error
                if tries is not None and not is_nobodys_fault(error):
                    tries -= 1
                    if tries <= 0:
                        raise Poison from error
            else:
                self._recovered()
                return
            self._wait(delay_s)
            delay_s = min(delay_s * 2, self._settings.retry_longest_s)

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            self._conn = connect(
                self._settings.telemetry_dsn, f"haidang-{self._settings.gateway_name}", autocommit=True
            )
            self._make_way(self._conn)
        return self._conn

    def _make_way(self, conn: Connection) -> None:
        """A gateway that is frozen within a transaction holds up the one that takes its place.

        Between two statements the server ends it. Within one it is ended by who waited for its locks until
        the wait was given up, and connects anew.
        """
        frozen_s = self._settings.frozen_s
        conn.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %(ms)s, false),"
            " set_config('lock_timeout', %(ms)s, false)",
            {"ms": str(round(frozen_s * 1_000))},
        )
        for pid, name, _ in conn.execute(_END_THE_FROZEN, (frozen_s,)):
            log.warning("gateway.frozen_writer_ended", pid=pid, name=name, waited_s=frozen_s)

    def _failed(self, error: Exception) -> None:
        self._metrics.store_failures.labels(type(error).__name__).inc()
        self.close()
        passing = isinstance(error, Unavailable)
        log.log(30 if passing else 40, "gateway.store_away", error=str(error), exc_info=not passing)
        self.problem = str(error) or type(error).__name__

    def _recovered(self) -> None:
        if self.problem is not None:
            log.info("gateway.store_back")
            self.problem = None


def is_nobodys_fault(error: Exception) -> bool:
    """True for what passes by itself or is for operators to mend, whatever the messages say."""
    if isinstance(error, Unavailable | NobodysFault):
        return True
    if isinstance(error, errors.CheckViolation):  # without a name it is a division that is missing
        return not error.diag.constraint_name
    # Without a state the database has not seen the statement: it was the client that could not write it.
    return isinstance(error, _BLAMES_THE_STORE) and bool(error.sqlstate)
