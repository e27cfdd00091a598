"""The worker of figures: which facts of records and which clock move them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.indicators.grounds import grounds_of
from services.indicators.records_follower import RecordsFollower
from services.indicators.settings import IndicatorsSettings
from services.records.settings import RecordsSettings
from services.runtime.db import Pool, open_pool
from services.runtime.health import Health
from services.runtime.outbox import Position
from services.runtime.outcome import Unavailable
from services.runtime.worker_host import fact_handler

log = structlog.get_logger(__name__)

TICK_S = 5
LONGEST_TICK_S = 1_800.0  # all datasets may be made anew; a clock silent for longer has died


class _Process:
    """What figures hold in this process: their pool, and the sign of life of their clock."""

    def __init__(self) -> None:
        self.pool: Pool | None = None
        self.beat: Callable[[], None] = lambda: None


_process = _Process()


class RecordsFollowerProvider(DependencyProvider):  # nameko has no types
    """Gives each call the process's one follower of records."""

    def setup(self) -> None:
        settings = IndicatorsSettings()
        _process.pool = open_pool(settings.dsn, "worker-figures", size=2)
        self._follower = RecordsFollower(_process.pool, grounds_of(settings, RecordsSettings()))

    def stop(self) -> None:
        if _process.pool is not None:
            _process.pool.close()

    def get_dependency(self, worker_ctx: Any) -> RecordsFollower:
        return self._follower


class FiguresService:
    """Follows records' log; a fact only says that it grew."""

    name = "figures"
    follower = RecordsFollowerProvider()

    @fact_handler("records", "appended")  # type: ignore[untyped-decorator]
    def on_appended(self, fact: dict[str, Any]) -> None:
        """Applies what is in the log, this fact included unless an earlier call did."""
        with structlog.contextvars.bound_contextvars(trace_id=fact["trace_id"]):
            self.follower.hear(Position(fact["epoch"], fact["position"]))

    @timer(interval=TICK_S)  # type: ignore[untyped-decorator]
    def on_tick(self) -> None:
        """Moves what its time has come for, and makes settled figures final."""
        try:
            self.follower.tick()
        except Unavailable as error:
            log.warning("figures.tick_put_off", error=str(error))
        _process.beat()


def watch(health: Health) -> None:
    """Registers the sign of life; called before the service starts. Its database is that of the values."""
    _process.beat = health.heartbeat("figures clock", LONGEST_TICK_S)
