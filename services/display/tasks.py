"""What runs beside the door: reading the database, watching the logs, the lines and the other processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from services.display import metrics, page, wire
from services.display.board import Resolved
from services.display.content import Content
from services.display.domain import Area
from services.display.peers import POLL_S, Peers, since
from services.display.server import Door
from services.display.settings import HubSettings
from services.display.sources import glance, load, load_lines
from services.runtime.bus import Envelope, FactConsumer
from services.runtime.db import Pool
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

DATABASE_THREADS = 2
REFRESH_S = 60.0  # also unasked: devices and units change without a fact
RETRY_S = 2.0
LINES_S = 5.0
HEADS_S = 2.0


class Tasks:
    """Each public coroutine runs for as long as the hub does. Nothing here blocks the event loop."""

    def __init__(
        self, settings: HubSettings, pool: Pool, content: Content, door: Door, now_ms: Callable[[], int]
    ) -> None:
        self._province = settings.province
        self._pool = pool
        self._content = content
        self._door = door
        self._now_ms = now_ms
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="database")
        self._peers = Peers(settings.peers)
        self._refresh = asyncio.Event()
        self._behind = False
        self.consumer: FactConsumer | None = None
        self.database_problem: str | None = "not read yet"

    def take_fact(self, envelope: Envelope) -> None:
        if self._content.take_fact(envelope):
            self._refresh.set()

    def want_refresh(self) -> None:
        self._refresh.set()

    async def refreshing(self) -> None:
        """Reads everything anew: at the start, when asked for, and now and then."""
        while True:
            self._refresh.clear()
            done = await self._reads(self._load)
            try:
                async with asyncio.timeout(REFRESH_S if done else RETRY_S):
                    await self._refresh.wait()
            except TimeoutError:
                continue

    async def watching_heads(self) -> None:
        """Notices a database that is away, other devices, and facts that never came: twice is no race."""
        while True:
            await asyncio.sleep(HEADS_S)
            await self._reads(self._compare_heads)

    async def drawing_lines(self) -> None:
        """Brings the lines up to date where facts have touched them."""
        while True:
            await asyncio.sleep(LINES_S)
            await self._reads(self._draw)

    async def watching_peers(self, beat: Callable[[], None]) -> None:
        """Keeps the list of what is missing, with since when."""
        missing: dict[str, int] = {}
        while True:
            away = await self._peers.away()
            if self.consumer is None or not self.consumer.connected:
                away.insert(0, "bus")
            if self.database_problem is not None:
                away.insert(0, "database")
            missing = since(away, missing, self._now_ms())
            self._content.put_missing(missing)
            beat()
            await asyncio.sleep(POLL_S)

    def close(self) -> None:
        self._peers.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _load(self) -> None:
        content = self._content
        definitions, known, now = content.definitions, content.catalogue, datetime.now(UTC)
        loaded = await self._in_thread(lambda: load(self._pool, definitions, self._province, known, now))
        if loaded.catalogue.version != known.version:
            resolved = [content.resolved for content in loaded.boards.values()]
            # Before the boards, which tell the pages to fetch it.
            self._door.assets |= await self._in_thread(lambda: maps(resolved, loaded.catalogue.areas))
        content.take_loaded(loaded)
        metrics.REFRESHES.labels("done").inc()
        log.info("hub.refreshed", heads={name: head.position for name, head in loaded.heads.items()})

    async def _compare_heads(self) -> None:
        seen = await self._in_thread(lambda: glance(self._pool))
        behind = self._content.lags_behind(seen.heads)
        if (behind and self._behind) or seen.devices_version != self._content.catalogue.devices_version:
            self._refresh.set()
        self._behind = behind

    async def _draw(self) -> None:
        rules, since_ms = self._content.touched_lines()
        if rules:
            oldest_ms = max(since_ms, self._now_ms() - max(rule.span_ms for rule in rules.values()))
            self._content.take_lines(await self._in_thread(lambda: load_lines(self._pool, rules, oldest_ms)))

    async def _reads(self, read: Callable[[], Awaitable[None]]) -> bool:
        """Runs a step that needs the database; where it is away, says so and asks for a full look later."""
        try:
            await read()
        except Unavailable as error:
            if self.database_problem is None:
                log.warning("hub.database_away", error=str(error))
                self._refresh.set()
            metrics.REFRESHES.labels("failed").inc()
            self.database_problem = str(error) or "unavailable"
            return False
        except Exception as error:  # a schema that is not there yet, a row nobody expected: the walls go on
            log.exception("hub.read_failed")
            self.database_problem = repr(error)
            return False
        self.database_problem = None
        return True

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def maps(boards: Iterable[Resolved], areas: Sequence[Area]) -> dict[str, page.Asset]:
    """The map of the first board that has one, at the address the page asks for."""
    for resolved in boards:
        if any(panel["panel"] == "map" for panel in resolved.description["panels"]):
            body = wire.map_features(resolved, areas)
            return {"/map.geojson": page.asset(body, "application/geo+json")}
    return {}
