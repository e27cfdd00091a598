"""The worker of duties: a clock that tells people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from nameko.extensions import DependencyProvider
from nameko.timer import timer

from services.alarms.duty_settings import DutySettings
from services.alarms.notifier import Notifier
from services.alarms.roster_file import RosterFile
from services.alarms.schedule import WorkingTime
from services.alarms.sending import Sender
from services.alarms.settings import AlarmsSettings
from services.records.catalogue import CALENDAR, load_calendar
from services.records.settings import RecordsSettings
from services.runtime.db import Pool, open_pool
from services.runtime.health import Health
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)

TICK_S = 1
LONGEST_TICK_S = 600.0  # many servers may be slow to answer; a clock silent for longer has died


class _Process:
    """What duties hold in this process: their pool, and the sign of life of their clock."""

    def __init__(self) -> None:
        self.pool: Pool | None = None
        self.beat: Callable[[], None] = lambda: None


_process = _Process()


class NotifierProvider(DependencyProvider):  # nameko has no types
    """Gives each call the process's one notifier."""

    def setup(self) -> None:
        settings = DutySettings()
        _process.pool = open_pool(AlarmsSettings().dsn, "worker-duty", size=2)
        working = WorkingTime(load_calendar(RecordsSettings().calendar or CALENDAR))
        roster = RosterFile(settings.roster)
        self._notifier = Notifier(_process.pool, roster.current, working, Sender(settings))

    def stop(self) -> None:
        if _process.pool is not None:
            _process.pool.close()

    def get_dependency(self, worker_ctx: Any) -> Notifier:
        return self._notifier


class DutyService:
    """Tells people of alarms. Their log is read by position, so nothing is lost while this is away."""

    name = "duty"
    notifier = NotifierProvider()

    @timer(interval=TICK_S)  # type: ignore[untyped-decorator]
    def on_tick(self) -> None:
        """Tells what is new, passes on, sends what is due."""
        try:
            self.notifier.turn()
        except Unavailable as error:
            log.warning("duty.tick_put_off", error=str(error))
        _process.beat()


def watch(health: Health) -> None:
    """Registers the sign of life; called before the service starts. Its database is that of the alarms."""
    _process.beat = health.heartbeat("duty clock", LONGEST_TICK_S)
