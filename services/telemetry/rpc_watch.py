"""What a watcher asked for, kept up to date while it watches, and answers that watchers share."""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import UTC, datetime

from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.registry.store import devices_version
from services.runtime.db import Connection
from services.runtime.mailbox import Entry
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import NotFound
from services.telemetry import rpc_wire, selection_store, series_wire
from services.telemetry.selection import Selector
from services.telemetry.selection_store import UnknownArea
from services.telemetry.series_questions import local_day
from services.telemetry.watching import Wanted
from services.telemetry.wire import Stored

FRESH_S = 5.0  # a device that is registered or moved meanwhile is watched this much later
MOST_SHARED = 64  # answers that are kept for the next watcher


class Watched:
    """The series of one watcher."""

    def __init__(self, database: Database, request: pb.WatchReadingsRequest) -> None:
        """Raises InvalidRequest where the filter cannot be read."""
        self._database = database
        self._selector = series_wire.selector_of(
            "", request.series, request.devices, request.area_code, request.map_date, request.quantities
        )
        self._wanted = _plain(self._selector)
        self._version, self._fresh_until = "", 0.0

    async def now(self) -> Wanted:
        """What is wanted; looked up again where it depends on the registry and may have changed.

        Raises:
            NotFound: the area is not on its map.
        """
        if self._wanted is None or (self._version and time.monotonic() >= self._fresh_until):
            self._wanted = await self._database.statements(self._look_up)
            self._fresh_until = time.monotonic() + FRESH_S
        return self._wanted

    def _look_up(self, connection: Connection) -> Wanted:
        version = devices_version(connection)
        if self._wanted is not None and version == self._version:
            return self._wanted
        try:
            found = selection_store.chosen(connection, self._selector, local_day(datetime.now(UTC)))
        except UnknownArea as error:
            raise NotFound("area_code", "unknown_area", str(error)) from None
        self._version = version
        return Wanted(False, series=frozenset(series.name for series in found))


def _plain(selector: Selector) -> Wanted | None:
    """What needs no registry to be told; None where it does."""
    if selector.area_code or selector.quantities:
        return None
    return Wanted(selector.is_empty, frozenset(selector.devices), frozenset(selector.series))


class SharedAnswers:
    """The newest answers, made once for all watchers of a process who want the same."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, Wanted], pb.WatchReadingsResponse] = OrderedDict()

    def answer(self, entry: Entry[Stored], wanted: Wanted) -> pb.WatchReadingsResponse:
        """The answer for one fact; nobody may change it."""
        key = (entry.position.epoch, entry.position.position, wanted)
        made = self._kept.get(key) if entry.body else None
        if made is None:
            made = rpc_wire.watch_response(entry, wanted)
            if entry.body:
                self._kept[key] = made
                if len(self._kept) > MOST_SHARED:
                    self._kept.popitem(last=False)
        return made
