"""Upkeep of roll-ups and of the life of data: what is due, in steps that each are a short transaction."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog

from services.runtime.db import Connection
from services.telemetry import store_compression, store_dirty, store_folding, store_life
from services.telemetry.bounding import repeat
from services.telemetry.metrics import COMPRESSED, RETIRED, ROLLED_UP, ROLLUP_LAG
from services.telemetry.quantities import Quantities
from services.telemetry.rollups import Tier
from services.telemetry.settings import UpkeepSettings
from services.telemetry.store_layout import layout_of

log = structlog.get_logger(__name__)

_RETIRE_EVERY = timedelta(hours=1)
_SERIES = 50  # told anew what their quantity demands, in one step


class Life:
    """Knows when it last looked for what is past its age."""

    def __init__(self, settings: UpkeepSettings, quantities: Quantities) -> None:
        self._settle = timedelta(seconds=settings.rollup_settle_s)
        self._compress_after = timedelta(days=settings.compress_days)
        self._ledger_kept = timedelta(days=settings.ledger_kept_days)
        self._quantities = quantities
        self._retired_at: datetime | None = None

    def round(self, conn: Connection, now: datetime, stopping: threading.Event | None) -> None:
        """Everything that is due."""
        store_life.put_quantities(conn, self._quantities)
        repeat(lambda: store_life.redeclare(conn, _SERIES), _SERIES, stopping)
        self._roll_up(conn, now, stopping)
        if self._retired_at is None or now - self._retired_at >= _RETIRE_EVERY:
            self._retire(conn, now, stopping)
            self._compress(conn, now, stopping)
            self._retired_at = now

    def _roll_up(self, conn: Connection, now: datetime, stopping: threading.Event | None) -> None:
        layout = layout_of(conn)

        def step() -> int:
            done = store_folding.fold_step(conn, layout, now, self._settle)
            for tier, cells in done.cells.items():
                ROLLED_UP.labels(f"{tier.value}m").inc(cells)
            return done.taken

        repeat(step, 1, stopping)
        latest = store_folding.latest_closed(now, self._settle, Tier.MINUTE)
        ROLLUP_LAG.set(store_dirty.lag_s(conn, now, latest))

    def _retire(self, conn: Connection, now: datetime, stopping: threading.Event | None) -> None:
        dropped = store_life.drop_divisions(conn, layout_of(conn), self._quantities, now)
        RETIRED.inc(len(dropped))
        if dropped:
            log.warning("life.divisions_dropped", names=dropped)
        repeat(lambda: store_life.drop_rows(conn, self._quantities, now), 1, stopping)
        store_life.drop_history(conn, self._quantities, now)
        store_life.drop_ledger_hours(conn, now - self._ledger_kept)

    def _compress(self, conn: Connection, now: datetime, stopping: threading.Event | None) -> None:
        if not self._compress_after or not store_compression.can_compress(conn):
            return
        store_compression.enable(conn)

        def step() -> int:
            name = store_compression.compress_next(conn, now - self._compress_after)
            if name is not None:
                COMPRESSED.inc()
                log.info("life.division_compressed", name=name)
            return int(name is not None)

        repeat(step, 1, stopping)
