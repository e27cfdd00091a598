"""The indicators worker: which facts and which clock move the values."""

from typing import Any

import structlog
from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.indicators.follower import Follower
from services.indicators.settings import IndicatorsSettings
from services.runtime.db import Pool, open_pool, probe
from services.runtime.health import Health
from services.runtime.outbox import Position
from services.runtime.outcome import Unavailable
from services.runtime.worker_host import fact_handler

log = structlog.get_logger(__name__)

TICK_S = 5


class _Database:
    """The pool of this context in this process, opened when first asked for."""

    def __init__(self) -> None:
        self._pool: Pool | None = None

    @property
    def pool(self) -> Pool:
        if self._pool is None:
            self._pool = open_pool(IndicatorsSettings().dsn, "worker-indicators")
        return self._pool

    def problem(self) -> str | None:
        return probe(self._pool) if self._pool else "not open"

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None


_database = _Database()


class FollowerProvider(DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Gives each call the process's one follower."""

    def setup(self) -> None:
        self._follower = Follower(_database.pool, IndicatorsSettings())

    def stop(self) -> None:
        _database.close()

    def get_dependency(self, worker_ctx: Any) -> Follower:
        return self._follower


class Service:
    """Follows telemetry's log; a fact only says that it grew."""

    name = "indicators"
    follower = FollowerProvider()

    @fact_handler("telemetry", "stored")  # type: ignore[untyped-decorator]
    def on_stored(self, fact: dict[str, Any]) -> None:
        """Applies what is in the log, this fact included unless an earlier call did."""
        with structlog.contextvars.bound_contextvars(trace_id=fact["trace_id"]):
            self.follower.catch_up(Position(fact["epoch"], fact["position"]))

    @timer(interval=TICK_S)  # type: ignore[untyped-decorator]
    def on_tick(self) -> None:
        """Closes periods, also of silent devices, and makes settled values final."""
        try:
            self.follower.tick()
        except Unavailable as error:
            log.warning("indicators.tick_put_off", error=str(error))


def watch(health: Health) -> None:
    """Registers what this service needs to work."""
    health.check("indicators database", _database.problem)
