"""Upkeep of roll-ups and of the life of data: what is due, in steps that each are a short transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from services.runtime.db import Connection
from services.telemetry import store_compression, store_dirty, store_folding, store_life
from services.telemetry.bounding import GoOn, Part, repeat
from services.telemetry.metrics import COMPRESSED, RETIRED, ROLLED_UP, ROLLUP_LAG
from services.telemetry.quantities import Quantities
from services.telemetry.rollups import Tier
from services.telemetry.settings import UpkeepSettings
from services.telemetry.store_layout import layout_of

log = structlog.get_logger(__name__)

_LOOK_EVERY = timedelta(hours=1)


class Life:
    """Knows when it last found nothing more that is past its age."""

    def __init__(self, settings: UpkeepSettings, quantities: Quantities) -> None:
        self._settle = timedelta(seconds=settings.rollup_settle_s)
        self._compress_after = timedelta(days=settings.compress_days)
        self._ledger_kept = timedelta(days=settings.ledger_kept_days)
        self._quantities = quantities
        self._retired_at: datetime | None = None
        self._compressed_at: datetime | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Of a round, in this order: each does what is due."""
        return self._declare, self._roll_up, self._retire, self._compress

    def _declare(self, conn: Connection, now: datetime, go_on: GoOn) -> None:
        store_life.put_quantities(conn, self._quantities)
        repeat(lambda: store_life.redeclare(conn, 1), 1, go_on)  # one may take a minute

    def _roll_up(self, conn: Connection, now: datetime, go_on: GoOn) -> None:
        layout = layout_of(conn)

        def step() -> int:
            done = store_folding.fold_step(conn, layout, now, self._settle)
            for tier, cells in done.cells.items():
                ROLLED_UP.labels(f"{tier.value}m").inc(cells)
            return done.taken

        repeat(step, 1, go_on)
        latest = store_folding.latest_closed(now, self._settle, Tier.MINUTE)
        ROLLUP_LAG.set(store_dirty.lag_s(conn, now, latest))

    def _retire(self, conn: Connection, now: datetime, go_on: GoOn) -> None:
        if not _is_due(self._retired_at, now):
            return
        dropped = store_life.drop_divisions(conn, layout_of(conn), self._quantities, now)
        RETIRED.inc(len(dropped))
        if dropped:
            log.warning("life.divisions_dropped", names=dropped)
        repeat(lambda: store_life.drop_rows(conn, self._quantities, now), 1, go_on)
        store_life.drop_history(conn, self._quantities, now)
        store_life.drop_ledger_hours(conn, now - self._ledger_kept)
        self._retired_at = now

    def _compress(self, conn: Connection, now: datetime, _: GoOn) -> None:
        """One division a round, since it may take minutes; while there are more, every round."""
        if not self._compress_after or not _is_due(self._compressed_at, now):
            return
        name = None
        if store_compression.can_compress(conn):
            store_compression.enable(conn)
            name = store_compression.compress_next(conn, now - self._compress_after)
        if name is None:
            self._compressed_at = now
            return
        COMPRESSED.inc()
        log.info("life.division_compressed", name=name)


def _is_due(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= _LOOK_EVERY
