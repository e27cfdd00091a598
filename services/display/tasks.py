"""What runs beside the door: reading the database, watching the logs, the lines and the other processes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog

from services.display import metrics, page, sources_lists, store, store_boards, wire
from services.display.board import LineRule
from services.display.board_folder import BoardFolder
from services.display.board_panels import Definition
from services.display.board_plan import Revision, in_force, readable
from services.display.content import Content
from services.display.domain import Catalogue
from services.display.lists import EVERY_S
from services.display.managed import Managed
from services.display.peers import POLL_S, Peers, since
from services.display.server import Door
from services.display.settings import HubSettings
from services.display.sources import glance, load, load_lines
from services.display.sources_figures import Wanted, look_up
from services.display.talk import HEARTBEAT_S
from services.display.walls import Incident, Wall
from services.indicators.store_wall import grounds
from services.runtime.bus import Envelope, FactConsumer
from services.runtime.db import Connection, Pool, transaction
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

DATABASE_THREADS = 2
REFRESH_S = 60.0  # also unasked: devices and units change without a fact
RETRY_S = 2.0
LINES_S = 5.0
HEADS_S = 2.0
WALLS_S = 1.0  # with the way to the wall, what is done to it is there within two seconds
REPORTS_S = 5.0
LOOK_UP_S = 0.5
ALL_FIGURES_S = 300.0  # also untouched: scores and periods change with the clock
LISTS_S = 5.0
BOARDS_S = 2.0


class Tasks:
    """Each public coroutine runs for as long as the hub does. Nothing here blocks the event loop."""

    def __init__(
        self,
        settings: HubSettings,
        pool: Pool,
        content: Content,
        managed: Managed,
        now_ms: Callable[[], int],
    ) -> None:
        self._province = settings.province
        self._pool = pool
        self._content = content
        self._managed = managed
        self._walls_version = 0
        self._shipped: Sequence[Definition] = content.definitions
        self._applied: Mapping[str, Definition] = {}
        self._now_ms = now_ms
        self._threads = ThreadPoolExecutor(DATABASE_THREADS, thread_name_prefix="database")
        self._peers = Peers(settings.peers)
        self._refresh = asyncio.Event()
        self._behind = False
        self._grounds = grounds()
        self._lists_at: dict[str, float] = {}  # when each was last read, on the loop's clock
        self.consumer: FactConsumer | None = None
        self.door: Door | None = None
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

    async def watching_walls(self) -> None:
        """Reads walls anew where something was done to them."""
        while True:
            await self._reads(self._compare_walls)
            await asyncio.sleep(WALLS_S)

    async def writing_reports(self) -> None:
        """Writes down what walls say of themselves; at first, that none is connected."""
        has_begun = False
        while True:
            await asyncio.sleep(REPORTS_S if has_begun else RETRY_S)
            has_begun = has_begun or await self._reads(lambda: self.run(store.forget_connections))
            if has_begun:
                await self._reads(self._write_reports)

    async def drawing_lines(self) -> None:
        """Brings the lines up to date where facts have touched them."""
        while True:
            await asyncio.sleep(LINES_S)
            rules, since_ms = self._content.touched_lines()
            if rules:
                await self._reads(partial(self._draw, rules, since_ms))

    async def looking_up(self) -> None:
        """Brings figures, and what is held against its past, up to date where facts have touched them."""
        since_all = 0.0
        while True:
            await asyncio.sleep(LOOK_UP_S)
            since_all += LOOK_UP_S
            if since_all >= ALL_FIGURES_S:
                self._content.want_all()
                since_all = 0.0
            wanted = self._content.wanted()
            if wanted and not await self._reads(partial(self._look_up, wanted)):
                self._content.want_all()

    async def listing(self) -> None:
        """Reads the lists that are shown, each as often as it says."""
        while True:
            now_s = asyncio.get_running_loop().time()
            if (due := self._due(now_s)) and await self._reads(partial(self._list, due)):
                self._lists_at |= dict.fromkeys(due, now_s)
            await asyncio.sleep(LISTS_S)

    async def watching_boards(self, folder: BoardFolder) -> None:
        """Shows other boards within seconds of their files' change."""
        while True:
            await asyncio.sleep(BOARDS_S)
            changed = await self._in_thread(folder.changed)
            if changed is not None:
                self._shipped = changed
                self._show_boards()

    async def beating(self) -> None:
        """Tells all walls the time, whatever else they are told: clocks drift, and screens sleep."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for board in self._content.boards.values():
                board.beat()

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
        told = content.position("alarms")
        loaded = await self._in_thread(
            lambda: load(self._pool, definitions, self._province, known, told, self._grounds, now)
        )
        if loaded.catalogue.version != known.version:
            # Before the boards, which tell the pages to fetch it.
            assert self.door is not None
            self.door.assets["/map.geojson"] = await self._in_thread(
                lambda: map_of(loaded.catalogue, self._province)
            )
        content.take_loaded(loaded)
        metrics.REFRESHES.labels("done").inc()
        log.info("hub.refreshed", heads={name: head.position for name, head in loaded.heads.items()})

    async def _compare_heads(self) -> None:
        seen = await self._in_thread(lambda: glance(self._pool))
        behind = self._content.lags_behind(seen.heads)
        if (behind and self._behind) or seen.devices_version != self._content.catalogue.devices_version:
            self._refresh.set()
        self._behind = behind

    async def _compare_walls(self) -> None:
        def read(
            connection: Connection,
        ) -> tuple[int, list[Wall], list[Incident], list[Revision]] | None:
            version = store.version(connection)
            if version == self._walls_version:
                return None
            incidents = [begun.incident for begun in store.incidents(connection)]
            return version, store.walls(connection), incidents, store_boards.newest(connection)

        if (found := await self.run(read)) is not None:
            self._walls_version, walls, incidents, revisions = found
            self._take_applied(revisions)  # first: walls may be set to show them
            self._managed.take(walls, incidents)

    def _take_applied(self, revisions: Sequence[Revision]) -> None:
        applied, refused = readable(revisions)
        for board, error in refused.items():
            log.error("hub.board_refused", board=board, error=str(error))
        metrics.BOARDS_REFUSED.inc(len(refused))
        definitions = {board: one.definition for board, one in applied.items()}
        if definitions != self._applied:
            self._applied = definitions
            self._show_boards()

    def _show_boards(self) -> None:
        """Walls get them with the next look at the database."""
        shipped = {one.board: one for one in self._shipped}
        self._content.set_definitions(list(in_force(shipped, self._applied).values()))
        self._managed.wake()
        self._refresh.set()

    async def _write_reports(self) -> None:
        if reports := self._managed.reports():
            now = datetime.now(UTC)
            await self.run(lambda connection: store.put_reports(connection, reports, now))

    async def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """The result of a transaction. Raises Unavailable where the database is away."""

        def alone() -> Answer:
            with transaction(self._pool) as connection:
                return work(connection)

        return await self._in_thread(alone)

    async def _draw(self, rules: dict[str, LineRule], since_ms: int) -> None:
        oldest_ms = max(since_ms, self._now_ms() - max(rule.span_ms for rule in rules.values()))
        self._content.take_lines(await self._in_thread(lambda: load_lines(self._pool, rules, oldest_ms)))

    async def _look_up(self, wanted: Wanted) -> None:
        read = partial(look_up, self._pool, self._grounds, wanted, datetime.now(UTC))
        self._content.take_looked_up(await self._in_thread(read))

    def _due(self, now_s: float) -> set[str]:
        """Lists that were last read too long ago."""
        never = -max(EVERY_S.values())
        shown = self._content.lists_shown()
        return {name for name in shown if now_s - self._lists_at.get(name, never) >= EVERY_S[name]}

    async def _list(self, due: set[str]) -> None:
        catalogue, now = self._content.catalogue, datetime.now(UTC)
        read = partial(sources_lists.read, self._pool, due, catalogue, self._grounds, now)
        self._content.take_lists(await self._in_thread(read))

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


def map_of(catalogue: Catalogue, province: str) -> page.Asset:
    """The map that all boards share, whatever they shade: another catalogue, another map."""
    ground = catalogue.ground_of(catalogue.province(province))
    return page.asset(wire.map_features(ground), "application/geo+json")
