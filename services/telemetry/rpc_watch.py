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

FRESH_S = 5.0  # a device that moves, or a map that changes, is noticed this much later
MOST_SHARED = 64  # answers that are kept for the next watcher


class Newcomers:
    """Counts the series that ever told something, once for all watchers of a process.

    Where there is one more, a device may be newer than what a watcher has looked up.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: set[tuple[str, str]] = set()
        self._has_begun = False

    async def count(self, entry: Entry[Stored] | None) -> int:
        """So many, with those of this fact."""
        if not self._has_begun:
            self._heard.update(await self._database.statements(selection_store.with_readings))
            self._has_begun = True
        if entry and entry.body:
            self._heard.update(zip(entry.body.series.device, entry.body.series.channel, strict=True))
        return len(self._heard)


class Watched:
    """The series of one watcher."""

    def __init__(self, database: Database, newcomers: Newcomers, request: pb.WatchReadingsRequest) -> None:
        """Raises InvalidRequest where the filter cannot be read."""
        self._database = database
        self._newcomers = newcomers
        self._selector = series_wire.selector_of(
            "", request.series, request.devices, request.area_code, request.map_date, request.quantities
        )
        self._plain = _plain(self._selector)
        self._found: Wanted | None = None
        self._version, self._heard, self._fresh_until = "", 0, 0.0

    async def wanted(self, entry: Entry[Stored] | None = None) -> Wanted:
        """What is wanted of this fact; looked up again where it depends on the registry and may have changed.

        Raises:
            NotFound: the area is not on its map.
        """
        if self._plain is not None:
            return self._plain
        heard = await self._newcomers.count(entry)
        if self._found is None or heard != self._heard or time.monotonic() >= self._fresh_until:
            self._found = await self._database.statements(self._look_up)
            self._heard, self._fresh_until = heard, time.monotonic() + FRESH_S
        return self._found

    def _look_up(self, connection: Connection) -> Wanted:
        version = devices_version(connection)
        # Nothing tells that a map has changed, or that today's is another than yesterday's.
        if self._found is not None and version == self._version and not self._selector.area_code:
            return self._found
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
