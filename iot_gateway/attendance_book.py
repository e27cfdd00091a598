"""Who reads which shard since when: noted in memory at every turn, in the store every few seconds.

The store's note outlives this process, and is found by whichever gateway reads the shard next.
"""

from __future__ import annotations

import structlog

from iot_gateway.attendance import SHORTEST_MS, Attendance, attend, sent_since
from iot_gateway.metrics import Metrics
from services.runtime.db import Connection
from services.telemetry import store as telemetry

log = structlog.get_logger(__name__)


class AttendanceBook:
    """Times are of the wall clock, in ms since 1970."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._known: dict[str, Attendance] = {}
        self._written: dict[str, int] = {}
        self._new: dict[str, int] = {}  # shards that the store was not asked about yet; when they were read

    def knows(self, shard: str) -> bool:
        """False until the store was asked when this shard was last read."""
        return shard in self._known

    def look_up(self, conn: Connection, shard: str, now_ms: int) -> None:
        """Ask the store; a shard that nobody ever read has nothing waiting."""
        read_at = telemetry.last_read(conn, shard)
        self._known[shard] = Attendance(now_ms if read_at is None else read_at)
        self._new.pop(shard, None)
        self.note(shard, now_ms)

    def note(self, shard: str, now_ms: int) -> None:
        """Somebody reads this shard now."""
        known = self._known.get(shard)
        if known is None:
            self._new[shard] = now_ms
            return
        absent_ms = now_ms - known.read_at
        self._known[shard] = attend(known, now_ms)
        if absent_ms >= SHORTEST_MS:
            self._metrics.unread.labels(shard).inc(absent_ms / 1000)
            log.warning("gateway.shard_was_unread", shard=shard, seconds=round(absent_ms / 1000, 1))

    def sent_since(self, shard: str, now_ms: int) -> int:
        """Since when what is received now may have been sent."""
        return sent_since(self._known.get(shard), now_ms)

    def write_down(self, conn: Connection) -> None:
        """Bring the store up to date."""
        for shard, now_ms in list(self._new.items()):
            self.look_up(conn, shard, now_ms)
        read = {shard: known.read_at for shard, known in self._known.items()}
        # Of a shard that another gateway reads by now, ours is no news.
        news = {shard: at for shard, at in read.items() if self._written.get(shard) != at}
        telemetry.write_read(conn, news)
        self._written = read
