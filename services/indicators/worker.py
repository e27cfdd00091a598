"""The indicators worker: which facts and which clock move the values."""

from collections.abc import Callable
from typing import Any

import structlog
from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.indicators import figures_worker
from services.indicators.figures_worker import FiguresService
from services.indicators.follower import Follower
from services.indicators.settings import IndicatorsSettings
from services.runtime.db import Pool, open_pool, probe
from services.runtime.health import Health
from services.runtime.outbox import Position
from services.runtime.outcome import Unavailable
from services.runtime.worker_host import fact_handler

log = structlog.get_logger(__name__)

TICK_S = 5
LONGEST_TICK_S = 300.0  # a recovery may take minutes; a clock silent for longer has died


class _Process:
    """What this context holds in this process: its pool, and the sign of life of its clock."""

    def __init__(self) -> None:
        self.pool: Pool | None = None
        self.beat: Callable[[], None] = lambda: None

    def problem(self) -> str | None:
        return probe(self.pool) if self.pool else "not started"


_process = _Process()


class FollowerProvider(DependencyProvider):  # nameko has no types
    """Gives each call the process's one follower."""

    def setup(self) -> None:
        settings = IndicatorsSettings()
        _process.pool = open_pool(settings.dsn, "worker-indicators")
        self._follower = Follower(_process.pool, settings)

    def stop(self) -> None:
        if _process.pool is not None:
            _process.pool.close()

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
            self.follower.hear(Position(fact["epoch"], fact["position"]))

    @timer(interval=TICK_S)  # type: ignore[untyped-decorator]
    def on_tick(self) -> None:
        """Closes periods, also of silent devices, and makes settled values final."""
        try:
            self.follower.tick()
        except Unavailable as error:
            log.warning("indicators.tick_put_off", error=str(error))
        _process.beat()


SERVICES = (Service, FiguresService)


def watch(health: Health) -> None:
    """Registers what these services need to work; called before they start."""
    figures_worker.watch(health)
    health.check("indicators database", _process.problem)
    _process.beat = health.heartbeat("indicators clock", LONGEST_TICK_S)
