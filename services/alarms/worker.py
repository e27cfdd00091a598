"""The alarms worker: which facts and which clock move the board."""

from collections.abc import Callable
from typing import Any

import structlog
from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.alarms import duty_worker
from services.alarms.duty_worker import DutyService
from services.alarms.follow import INDICATORS, TELEMETRY
from services.alarms.follower import Follower
from services.alarms.grounds import grounds_of
from services.alarms.settings import AlarmsSettings
from services.records.settings import RecordsSettings
from services.runtime.db import Pool, open_pool, probe
from services.runtime.health import Health
from services.runtime.outbox import Position
from services.runtime.outcome import Unavailable
from services.runtime.worker_host import fact_handler

log = structlog.get_logger(__name__)

TICK_S = 1
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
        settings = AlarmsSettings()
        _process.pool = open_pool(settings.dsn, "worker-alarms", size=2)
        self._follower = Follower(_process.pool, grounds_of(settings, RecordsSettings()))

    def stop(self) -> None:
        if _process.pool is not None:
            _process.pool.close()

    def get_dependency(self, worker_ctx: Any) -> Follower:
        return self._follower


class AlarmsService:
    """Follows the logs of telemetry and indicators; a fact only says that one grew."""

    name = "alarms"
    follower = FollowerProvider()

    @fact_handler("telemetry", "stored")  # type: ignore[untyped-decorator]
    def on_stored(self, fact: dict[str, Any]) -> None:
        """Evaluates what is in the log, this fact included unless an earlier call did."""
        self._hear(TELEMETRY, fact)

    @fact_handler("indicators", "published")  # type: ignore[untyped-decorator]
    def on_published(self, fact: dict[str, Any]) -> None:
        """Likewise, of values."""
        self._hear(INDICATORS, fact)

    @fact_handler("indicators", "figures_published")  # type: ignore[untyped-decorator]
    def on_figures(self, fact: dict[str, Any]) -> None:
        """Likewise, of figures."""
        self._hear(INDICATORS, fact)

    @timer(interval=TICK_S)  # type: ignore[untyped-decorator]
    def on_tick(self) -> None:
        """Notices silence, and does what is due of open alarms."""
        try:
            self.follower.tick()
        except Unavailable as error:
            log.warning("alarms.tick_put_off", error=str(error))
        _process.beat()

    def _hear(self, log_name: str, fact: dict[str, Any]) -> None:
        with structlog.contextvars.bound_contextvars(trace_id=fact["trace_id"]):
            self.follower.hear(log_name, Position(fact["epoch"], fact["position"]))


SERVICES = (AlarmsService, DutyService)


def watch(health: Health) -> None:
    """Registers what these services need to work; called before they start."""
    health.check("alarms database", _process.problem)
    _process.beat = health.heartbeat("alarms clock", LONGEST_TICK_S)
    duty_worker.watch(health)
